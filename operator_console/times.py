"""Times as operators read them: the wall clock in Stockholm, to the second where it matters."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def clock(at: datetime | None) -> str:
    """02:13:20; "" for no time."""
    return "" if at is None else f"{at.astimezone(STOCKHOLM):%H:%M:%S}"


def minute(at: datetime | None) -> str:
    """02:13; "" for no time."""
    return "" if at is None else f"{at.astimezone(STOCKHOLM):%H:%M}"
