"""A point's life, and what a staff member's answer means. Pure."""

from __future__ import annotations

from tenants.safepoints.models import Answer, State

ALLOWED: dict[str, frozenset[str]] = {
    State.CLOSED: frozenset({State.PREPARING}),
    State.PREPARING: frozenset({State.OPEN, State.CLOSED}),
    State.OPEN: frozenset({State.CLOSED}),
}
"""Closed → preparing → open → closed; a point that never opened may close again."""

OPENED = "opened"
_ANSWERS = {
    "1": Answer.COMING,
    "ja": Answer.COMING,
    "kommer": Answer.COMING,
    "2": Answer.CANNOT,
    "nej": Answer.CANNOT,
    "kan inte": Answer.CANNOT,
    "öppen": OPENED,
    "öppet": OPENED,
}


def may(before: str, after: str) -> bool:
    """Whether a point may go from one state to the other."""
    return after in ALLOWED.get(before, frozenset())


def meaning(body: str) -> str:
    """What an answer SMS says: `coming`, `cannot`, `opened`, or empty when nobody can tell."""
    return str(_ANSWERS.get(body.strip().rstrip(".!").lower(), ""))


def staff_text(point_name: str, municipality_name: str) -> str:
    """The SMS to staff: one segment for ordinary names, GSM-7 only."""
    return (
        f"{municipality_name}: trygghetspunkt {point_name} ska öppnas. Kan du bemanna den? "
        "Svara 1 = kommer, 2 = kan inte. Svara ÖPPEN när dörren är öppen."
    )
