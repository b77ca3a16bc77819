"""Pure decisions about who is on duty. The roster is told by the clock on the wall; the answer is exact in UTC.

A wall time that a change of clocks skips or doubles is read the same way as a start and as an end (PEP 495,
fold=0), so one line's end is always the next one's start: no gap, no double cover; the night to 29 March 2026
has 23 hours and the one to 25 October 25.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
WEEK_MINUTES = 7 * 24 * 60
FORESEEN = timedelta(days=7)


class Line(Protocol):
    """What the rules need of a roster line."""

    duty_id: int
    contact_id: int
    rank: int
    weekday: int
    starts: time
    ends: time


def period(line: Line, day: date) -> tuple[datetime, datetime]:
    """The line's half-open period [start, end) in UTC for the night or day that starts on `day`."""
    ends_on = day if line.ends > line.starts else day + timedelta(days=1)
    start = datetime.combine(day, line.starts, STOCKHOLM)
    end = datetime.combine(ends_on, line.ends, STOCKHOLM)
    return start.astimezone(UTC), end.astimezone(UTC)


def period_at(line: Line, at: datetime) -> tuple[datetime, datetime] | None:
    """The period of this line that holds the moment (aware); None when it is off duty."""
    today = at.astimezone(STOCKHOLM).date()
    for day in (today - timedelta(days=1), today):
        if day.weekday() == line.weekday:
            start, end = period(line, day)
            if start <= at < end:
                return start, end
    return None


def on_duty[L: Line](lines: Iterable[L], at: datetime) -> list[L]:
    """The lines that hold at this moment, by rank; among equals the one that began last."""
    found = [(line.rank, -held[0].timestamp(), line) for line in lines if (held := period_at(line, at))]
    return [line for _, _, line in sorted(found, key=lambda one: one[:2])]


def until[L: Line](line: L, lines: Sequence[L], at: datetime) -> datetime | None:
    """When this contact's duty ends, following lines that join without a gap; None when not within a week."""
    held = period_at(line, at)
    if held is None:
        return at
    same = [
        one
        for one in lines
        if (one.duty_id, one.contact_id, one.rank) == (line.duty_id, line.contact_id, line.rank)
    ]
    end = held[1]
    while end < at + FORESEEN:
        following = [next_held[1] for one in same if (next_held := period_at(one, end))]
        if not following:
            return end
        end = max(following)
    return None


def week_minutes(line: Line) -> set[int]:
    """The minutes of the wall-clock week that the line covers, counted from Monday 00:00."""
    start = (line.weekday * 24 + line.starts.hour) * 60 + line.starts.minute
    ends = line.ends.hour * 60 + line.ends.minute - line.starts.hour * 60 - line.starts.minute
    length = ends if ends > 0 else ends + 24 * 60
    return {minute % WEEK_MINUTES for minute in range(start, start + length)}


def collision[L: Line](new: Line, lines: Iterable[L]) -> L | None:
    """A line of the same duty and rank that covers some of the same time; two people can't both be first."""
    covered = week_minutes(new)
    for line in lines:
        if (line.duty_id, line.rank) == (new.duty_id, new.rank) and covered & week_minutes(line):
            return line
    return None


def gaps(lines: Iterable[Line]) -> list[tuple[int, int]]:
    """Half-open [from, to) minutes of the week in which none of these lines holds."""
    covered: set[int] = set()
    for line in lines:
        covered |= week_minutes(line)
    found: list[tuple[int, int]] = []
    for minute in range(WEEK_MINUTES):
        if minute in covered:
            continue
        if found and found[-1][1] == minute:
            found[-1] = (found[-1][0], minute + 1)
        else:
            found.append((minute, minute + 1))
    return found
