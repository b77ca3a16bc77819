"""Times as operators read them: the wall clock in Stockholm, to the second where it matters."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def clock(at: datetime | None) -> str:
    """02:13:20; "" for no time."""
    return "" if at is None else f"{at.astimezone(STOCKHOLM):%H:%M:%S}"


_DAYS = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")


def coming(at: datetime | None, now: datetime) -> str:
    """02:13 within a day from now; ``mån 30/11 08:00`` later; "" for no time."""
    if at is None:
        return ""
    local = at.astimezone(STOCKHOLM)
    day = "" if at - now < timedelta(hours=24) else f"{_DAYS[local.weekday()]} {local.day}/{local.month} "
    return f"{day}{local:%H:%M}"


def minute(at: datetime | None) -> str:
    """02:13; "" for no time."""
    return "" if at is None else f"{at.astimezone(STOCKHOLM):%H:%M}"


def past(at: datetime, now: datetime) -> str:
    """02:13 today by the wall clock; ``lör 21/11 02:13`` on another day."""
    local, today = at.astimezone(STOCKHOLM), now.astimezone(STOCKHOLM).date()
    day = "" if local.date() == today else f"{_DAYS[local.weekday()]} {local.day}/{local.month} "
    return f"{day}{local:%H:%M}"
