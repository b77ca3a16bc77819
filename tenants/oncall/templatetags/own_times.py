"""Times of shifts on a person's own page: `fre 27 nov 16:00`, by the clock in Stockholm."""

from __future__ import annotations

from datetime import datetime

from django import template

from tenants.oncall import wording

register = template.Library()


@register.filter
def moment(at: datetime | None) -> str:
    """`fre 27 nov 16:00`; empty for no time."""
    return unbroken(wording.moment(at)) if at else ""


@register.filter
def unbroken(text: str) -> str:
    """On a narrow screen a span of time breaks between its start and its end, never within one of them."""
    return text.replace(" ", "\u00a0")
