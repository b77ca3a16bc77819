"""DC-09's way to write a time, always UTC, and the window in which it is taken."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

#: A message may be this old, and this far ahead (DC-09 5.5.1.9).
OLDEST = timedelta(seconds=40)
AHEAD = timedelta(seconds=20)
#: "12:00:00,01-15-2026": hours, minutes, seconds, month, day, year.
SHAPE = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2}),(\d{1,2})-(\d{1,2})-(\d{4})", re.ASCII)


def read_time(text: str) -> datetime | None:
    """The time, aware, None if it is none."""
    match = SHAPE.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, month, day, year = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def write_time(at: datetime) -> str:
    """An aware time, to the second."""
    return f"{at.astimezone(UTC):%H:%M:%S,%m-%d-}{at.astimezone(UTC).year:04d}"


def within_window(timestamp: datetime, now: datetime) -> bool:
    """Whether a message stamped so is taken at ``now``: from 40 s old to 20 s ahead, both counted in.

    A timestamp holds whole seconds, so the receiver's clock is read in whole seconds too.
    """
    return -OLDEST <= timestamp - now.replace(microsecond=0) <= AHEAD
