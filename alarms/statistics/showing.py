"""Figures as people read and take them away: the period, the groups by name, times in words, and rows for a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alarms.statistics.queries import By, Row, Times
from central import functions, kinds
from central.swedish import swedish_key
from tenants.goals.models import Measure

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LONGEST = timedelta(days=366)
WAYS: dict[str, str] = {"function": "Verksamhet", "kind": "Slag", "hour": "Timme"}
HEADINGS = ["Grupp", "Ärenden", "Falska larm", "Övningar, prov och dubbletter"]
COLUMNS = ["antal", "median (s)", "p90 (s)", "p95 (s)", "p99 (s)", "inom målet (%)", "mål (s)", "mål (%)"]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days by the wall clock, both included; and what was wrong with what was typed, by field."""

    first: date
    last: date
    errors: Mapping[str, str]

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), STOCKHOLM)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), STOCKHOLM)


def period(first: str, last: str, now: datetime) -> Period:
    """As typed (2026-11-01); the last thirty days where nothing, or nothing that can be read, was."""
    today = now.astimezone(STOCKHOLM).date()
    errors = {}
    found = {"from": today - timedelta(days=29), "to": today}
    for name, text in (("from", first), ("to", last)):
        if text:
            try:
                found[name] = date.fromisoformat(text)
            except ValueError:
                errors[name] = "Skriv dagen som 2026-11-01."
    if not errors and found["from"] > found["to"]:
        errors["to"] = "Sista dagen ligger före den första."
    if not errors and found["to"] - found["from"] > LONGEST:
        errors["from"] = "Välj högst ett år."
    if errors:
        return Period(today - timedelta(days=29), today, errors)
    return Period(found["from"], found["to"], {})


def named(rows: list[Row], by: By, municipalities: Mapping[str, str]) -> list[tuple[str, Row]]:
    """Each with its name, in the order that people expect."""
    names: Mapping[str, str] = {
        "function": functions.NAMES,
        "kind": {code: one.name for code, one in kinds.KINDS.items()},
        "municipality": municipalities,
        "hour": {str(hour): f"{hour:02d}–{(hour + 1) % 24:02d}" for hour in range(24)},
        "all": {"": "Alla"},
    }[by]
    told = [(names.get(row.key, row.key), row) for row in rows]
    return sorted(told, key=lambda one: int(one[1].key) if by == "hour" else swedish_key(one[0]))


def clock(seconds: float | None) -> str:
    """``8 s``, ``2:05``, ``1:02:05``; – for none."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def table(told: list[tuple[str, Row]]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows for a file: seconds and percent as numbers, empty where there are too few."""
    headings = [*HEADINGS, *(f"{measure.label}: {one}" for measure in Measure for one in COLUMNS)]
    return headings, [
        [
            name,
            str(row.cases),
            str(row.mistaken),
            str(row.apart),
            *(one for m in Measure for one in _cells(row.times[m])),
        ]
        for name, row in told
    ]


def _cells(times: Times) -> list[str]:
    some = (times.median, times.p90, times.p95, times.p99, times.share)
    numbers = ["" if one is None else f"{one:.1f}".replace(".", ",") for one in some]
    return [str(times.n), *numbers, str(times.wanted.seconds), str(times.wanted.share)]
