"""The registers' answer about a case's transmitter: the site where it stands, or the resident who carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from operator_console.case.disclosing import NothingToShow
from operator_console.case.object_place import Place


@dataclass(frozen=True, slots=True)
class Found:
    """``transmitters``: the others of the same site. ``metres``: transmitters nearby, and how far off."""

    place: Place | None = None
    transmitters: frozenset[int] = frozenset()
    metres: Mapping[int, float] = field(default_factory=dict)
    hides_at: datetime | None = None


def found(*, item: WorkItem, user: User, now: datetime) -> Found:
    """Nothing where no register knows the transmitter. Call in the case's municipality."""
    return Found()


def show_codes(*, item: WorkItem, user: User, now: datetime) -> None:
    """Let this person see keys and codes for a while. Raises NothingToShow, CaseClosed."""
    raise NothingToShow


def unmask(*, item: WorkItem, user: User, reason: str, now: datetime) -> None:
    """Let this person see a protected resident for a while. Raises NothingToShow, CaseClosed, BadInput on the reason."""
    raise NothingToShow
