"""What follow-up needs of the shared tables: alarms above reads them, joined by config."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from tenants.followup.figures import Period, Statistics


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a row of the shared schema says happened to a case at a time.

    ``verbs``: the journal's words for the same thing; where the journal has one of them at exactly that time, the fact is
    told there. ``unknown``: how it went is not known, and that is what is told.
    ``mark``: called_out, taken or on_site, where times are taken from it.
    """

    at: datetime
    source: str
    text: str
    verbs: tuple[str, ...] = ()
    unknown: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """``left_out``: so many more there were than are kept."""

    facts: Sequence[Fact] = ()
    left_out: int = 0


class FactsOf(Protocol):
    """Call in the case's municipality."""

    def __call__(self, case_id: UUID) -> Facts: ...


class StatisticsOf(Protocol):
    """Of some municipalities, all of them when None; call anywhere."""

    def __call__(
        self,
        period: Period,
        *,
        municipality_ids: Sequence[int] | None,
        functions: Collection[str],
        counted: str,
        now: datetime,
    ) -> Statistics: ...


class NotConnected(RuntimeError):
    """The composition root has joined nothing."""


_facts: FactsOf | None = None
_statistics: StatisticsOf | None = None


def register(facts: FactsOf, statistics: StatisticsOf) -> None:
    """Called once by config."""
    global _facts, _statistics
    _facts, _statistics = facts, statistics


def facts_of(case_id: UUID) -> Facts:
    """What the shared tables know of a case. Raises NotConnected."""
    if _facts is None:
        raise NotConnected
    return _facts(case_id)


def statistics(
    period: Period,
    *,
    municipality_ids: Sequence[int] | None,
    functions: Collection[str],
    counted: str,
    now: datetime,
) -> Statistics:
    """The figures of a period. Raises NotConnected."""
    if _statistics is None:
        raise NotConnected
    return _statistics(
        period, municipality_ids=municipality_ids, functions=functions, counted=counted, now=now
    )
