"""How long something waited, as the board's clocks say it."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def wait(seconds: int | None) -> str:
    """75 → "1:15", 3675 → "1:01:15"; "–" where there is nothing to tell."""
    if seconds is None:
        return "–"
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
