"""When a parked case wakes: minutes from now, the next shift, or a time on the wall."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from alarms.workqueue.errors import BadInput
from central import wall_time
from operator_console.times import STOCKHOLM

SHIFTS = (time(7), time(15), time(22))
"""When the centre's shifts begin, local time."""

LONGEST = 7 * 24 * 60


def wake_at(data: dict[str, Any], now: datetime) -> datetime:
    """``{"minutes": 30}``, ``{"next_shift": true}`` or ``{"clock": "02:45"}``; raises BadInput naming the field."""
    if data.get("minutes") is not None:
        minutes = data["minutes"]
        if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 < minutes <= LONGEST:
            raise BadInput("minutes", "Välj mellan en minut och sju dygn.")
        return now + timedelta(minutes=minutes)
    if data.get("next_shift") is True:
        return next_of(SHIFTS, now)
    try:
        wanted = wall_time.read(str(data.get("clock", "")))
    except wall_time.BadTime:
        raise BadInput("clock", "Skriv ett klockslag, till exempel 02:45.") from None
    return next_of((wanted,), now)


def next_of(times: tuple[time, ...], now: datetime) -> datetime:
    """The first of these wall-clock times after now, in Stockholm, also over the night the clocks change."""
    today = now.astimezone(STOCKHOLM).date()
    moments = [datetime.combine(today + timedelta(days=day), at, STOCKHOLM) for day in (0, 1) for at in times]
    return min(moment for moment in moments if moment > now)
