"""Times as people here read them: Swedish words, Europe/Stockholm, to the second."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

register = template.Library()
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONTHS = ["jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"]
WEEKDAYS = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"]


@register.filter
def moment(at: datetime | None) -> str:
    """`22 nov 2026 02:13:41`; empty for no time."""
    if at is None:
        return ""
    local = at.astimezone(STOCKHOLM)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} {local:%H:%M:%S}"


@register.filter
def spoken(at: datetime | None) -> str:
    """`söndag 22 november kl. 02.13`, as a public notice writes it."""
    if at is None:
        return ""
    local = at.astimezone(STOCKHOLM)
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} kl. {local:%H.%M}"


@register.filter
def machine(at: datetime | None) -> str:
    """ISO 8601 for a `time` element."""
    return at.isoformat() if at else ""
