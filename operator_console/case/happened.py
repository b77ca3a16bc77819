"""When it happened by the sender's own clock, where that is not when it came in."""

from __future__ import annotations

from datetime import datetime, timedelta

from alarms.intake.signals_of import times_of_the_first
from alarms.workqueue.models import WorkItem
from operator_console.times import past

LATER = timedelta(minutes=2)
"""What a network and a sender's clock may differ without being worth a line."""


def happened(item: WorkItem, now: datetime) -> str:
    """``02:13`` or ``lör 21/11 02:13``; "" where the alarm came in at once, or was written by hand."""
    times = times_of_the_first(item.pk)
    return "" if times is None or abs(times[1] - times[0]) < LATER else past(times[0], now)
