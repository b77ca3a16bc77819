"""Times of shifts as an on-call list writes them: `fre 27 nov 16:00`, by the clock in Stockholm."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template

from tenants.oncall import schedule, windows, wording
from tenants.oncall.models import Duty

register = template.Library()


@register.filter
def hour(at: datetime | None) -> str:
    """`fre 27 nov 16:00`; empty for no time."""
    return wording.moment(at) if at else ""


@register.filter
def needed_at(duty: Duty, at: datetime) -> bool:
    """Whether somebody must have the duty at that moment."""
    return bool(schedule.needed(windows.read(duty.needed), at, at + timedelta(seconds=1)))
