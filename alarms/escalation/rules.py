"""When nothing has happened in time: pure decisions, no clock and no database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from central.priorities import LIFE_CRITICAL

LATE_AFTER = timedelta(seconds=30)
SILENT_AFTER = timedelta(seconds=10)
ABSENT_AFTER = timedelta(seconds=60)

type Untouched = Literal["wait", "prompt", "tell_leader", "return"]


def raised(priority: int) -> int:
    """One step up for a missed deadline, but never into Livsfara: only people and senders say danger to life."""
    return priority if priority <= 2 else priority - 1


def untouched(priority: int, touched_at: datetime, limit: timedelta | None, now: datetime) -> Untouched:
    """What to do with a case its holder has not touched.

    Life-critical: a prompt at half the limit, back to the queue at the limit. Others: a prompt at the limit, the shift
    leader at one and a half.
    """
    if limit is None:
        return "wait"
    silent = now - touched_at
    if priority == LIFE_CRITICAL:
        return "return" if silent >= limit else "prompt" if silent >= limit / 2 else "wait"
    return "tell_leader" if silent >= limit * 1.5 else "prompt" if silent >= limit else "wait"
