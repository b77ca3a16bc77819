"""Times and shares in templates."""

from __future__ import annotations

from typing import Any

from django import template

from alarms.statistics.showing import clock

register = template.Library()
register.filter("clock", clock)


@register.filter
def of(row: Any, measure: str) -> Any:
    """A row's times of one measure."""
    return row.times[measure]
