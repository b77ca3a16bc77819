"""How the page says a transmitter's state: always in words, with a shape, and only then a colour."""

from __future__ import annotations

from datetime import datetime

from operator_console.times import STOCKHOLM, clock, minute
from operator_console.transmitters.register import Row

TROUBLES = {
    "battery": "batteri",
    "mains": "nätström",
    "tamper": "sabotage",
    "line": "förbindelse",
    "fault": "sändaren",
}
SHOWS = {
    "all": "Alla",
    "wrong": "Bara fel",
    "silent": "Tysta",
    "fault": "Fel",
    "service": "Under service",
    "never": "Aldrig hörda",
    "heard": "Hörs",
    "unwatched": "Övervakas inte",
}
SAID = {
    "registered": "Sändaren är registrerad. Mottagarna känner den inom några sekunder.",
    "changed": "Ändringen är sparad. Den gäller inom några sekunder.",
    "ended": "Sändaren är avslutad. Larmar den nu blir den en okänd sändare.",
}
MONTHS = ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")


def moment(at: datetime | None, now: datetime) -> str:
    """02:13:20, with the day where it is another: 21 nov 02:13:20. "" for no time."""
    return f"{_day(at, now)}{clock(at)}" if at else ""


def until(at: datetime | None, now: datetime) -> str:
    """02:13, likewise: an end to the minute, which somebody chose."""
    return f"{_day(at, now)}{minute(at)}" if at else ""


def _day(at: datetime, now: datetime) -> str:
    day = at.astimezone(STOCKHOLM).date()
    return "" if day == now.astimezone(STOCKHOLM).date() else f"{day.day} {MONTHS[day.month - 1]} "


def state(row: Row, now: datetime) -> str:
    """UNDER SERVICE till 04:30 · TYST sedan 02:13:20 · FEL: batteri, nätström."""
    said = []
    if row.state == "service":
        said.append(f"UNDER SERVICE till {until(row.service_until, now)}")
    if row.silent_since is not None:
        said.append(f"TYST sedan {moment(row.silent_since, now)}")
    if row.troubles:
        said.append(f"FEL: {', '.join(TROUBLES.get(one, one) for one in row.troubles)}")
    return " · ".join(said) or {"never": "Aldrig hörd", "unwatched": "Övervakas inte"}.get(row.state, "Hörs")


def place(row: Row) -> str:
    """The name of its place; a home has none."""
    return row.site or "Bostad"


def interval(seconds: int | None) -> str:
    """90 s, 5 min, 24 h; a dash where nobody listens for it."""
    if seconds is None:
        return "–"
    if seconds % 86_400 == 0 and seconds > 86_400:
        return f"{seconds // 86_400} d"
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds % unit == 0:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"
