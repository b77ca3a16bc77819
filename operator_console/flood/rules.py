"""When it was a flood, and what chattered: pure decisions over times (EEMUA 191, ISA-18.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
STARTS, ENDS = 10, 5
"""New alarms per operator in the window: a flood begins above the first and is over below the second."""
CHATTER, CHATTER_WITHIN = 3, timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Flood:
    """From its first alarm until it was over; ``until`` is None while it goes on."""

    since: datetime
    until: datetime | None


def floods(times: Sequence[datetime], seats: Callable[[datetime], int], now: datetime) -> list[Flood]:
    """Every flood among the alarms that came at these times (oldest first); ``seats`` tells how many were on shift."""
    found: list[Flood] = []
    window: deque[datetime] = deque()
    since: datetime | None = None
    arrivals = [(at, True) for at in times]
    leavings = [(at + WINDOW, False) for at in times if at + WINDOW <= now]
    for at, came in sorted(arrivals + leavings):
        if came:
            window.append(at)
        else:
            window.popleft()
        each = len(window) / max(1, seats(at))
        if since is None and came and each > STARTS:
            since = window[0]
        elif since is not None and each < ENDS:
            found.append(Flood(since, at))
            since = None
    if since is not None:
        found.append(Flood(since, None))
    return found


def chatters(times: Sequence[datetime]) -> bool:
    """Whether one sender's alarms (oldest first) came three times within a minute."""
    return any(
        last - first <= CHATTER_WITHIN for first, last in zip(times, times[CHATTER - 1 :], strict=False)
    )
