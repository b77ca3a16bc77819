"""The functions (verksamheter) a case can belong to; membership is per municipality and function."""

from __future__ import annotations

NAMES: dict[str, str] = {
    "rescue": "Räddningstjänst",
    "home_care": "Hemtjänst",
    "social_jour": "Social jour",
    "property": "Fastighet",
    "technical": "Gata och VA",
    "security": "Säkerhet",
    "it": "IT",
    "general": "Allmänt",
}
CHOICES = list(NAMES.items())

#: Readable only by members who have it listed by name; never part of "all functions".
CLOSED = frozenset({"social_jour"})
OPEN = frozenset(NAMES) - CLOSED
