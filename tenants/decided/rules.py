"""Pure decisions: which policy counts for a function, and when its next shift begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol

from central.calendar_days import tokens
from tenants.oncall.schedule import STOCKHOLM, at_wall

WORKDAYS = ("workday",)
LOOKED_AHEAD = 21
"""Days in which a shift must begin; longer than any row of holidays."""


class Kept(Protocol):
    """A policy as it is kept."""

    function: str
    duty: str
    minutes: int
    default_choice: str
    shift_days: list[str]
    shift_starts: time
    receipt_minutes: int


@dataclass(frozen=True, slots=True)
class Policy:
    """How a function's cases are decided: see tenants.decided.models.Policy."""

    duty: str = ""
    minutes: int = 10
    default_choice: str = "special"
    shift_days: tuple[str, ...] = WORKDAYS
    shift_starts: time = time(7)
    receipt_minutes: int = 120


def policy_of(kept: Iterable[Kept], function: str) -> Policy:
    """The function's own, else the one for all, else what counts where nobody has said anything."""
    by_function = {one.function: one for one in kept}
    found = by_function.get(function) or by_function.get("")
    if found is None:
        return Policy()
    return Policy(
        found.duty,
        found.minutes,
        found.default_choice,
        tuple(found.shift_days) or WORKDAYS,
        found.shift_starts,
        found.receipt_minutes,
    )


def next_shift(days: Sequence[str], starts: time, after: datetime) -> datetime:
    """When the next shift begins after that moment (aware), by the clock on the wall; UTC."""
    first = after.astimezone(STOCKHOLM).date()
    for nth in range(LOOKED_AHEAD):
        day = first + timedelta(days=nth)
        moment = at_wall(day, starts)
        if moment > after and tokens(day) & set(days):
            return moment
    return at_wall(first + timedelta(days=1), starts)
