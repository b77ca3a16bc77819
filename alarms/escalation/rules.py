"""When nothing has happened in time: pure decisions, no clock and no database."""

from __future__ import annotations

from datetime import timedelta

LATE_AFTER = timedelta(seconds=30)
SILENT_AFTER = timedelta(seconds=10)
ABSENT_AFTER = timedelta(seconds=60)


def raised(priority: int) -> int:
    """One step up for a missed deadline, but never into Livsfara: only people and senders say danger to life."""
    return priority if priority <= 2 else priority - 1
