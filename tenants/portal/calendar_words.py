"""A calendar's preview and state as an administrator reads them: shifts, names, and what is still unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from tenants.oncall import queries, rereading
from tenants.oncall.models import Calendar, Contact
from tenants.oncall.subscriptions import SKIPPED, Looked
from tenants.oncall.wording import moment
from tenants.portal.schedule_words import listed

MOST_NAMES = 400


@dataclass(frozen=True, slots=True)
class Named:
    """A name of the calendar and who it is. ``chosen``: a contact's id, "0" to skip, or "" for nobody yet."""

    nth: int
    name: str
    count: int
    chosen: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a calendar would give. ``known`` are its texts with whom each names and how many shifts that is."""

    count: int
    first: str
    last: str
    known: list[tuple[str, str, int]]
    asked: list[Named]
    more: int  # names beyond those that can be asked at once
    nameless: int


def preview(looked: Looked, names: Mapping[str, int]) -> Preview:
    """As it is told before anything is written; ``names`` are those that were told before, or just now."""
    found = Counter((told.name, who) for who, told in looked.shifts)
    people = Contact.objects.in_bulk({who for _, who in found})
    shifts = [told for _, told in looked.shifts]
    asked = _asked(names, {**looked.skipped, **looked.unknown})
    return Preview(
        count=len(shifts),
        first=moment(min(one.start for one in shifts)) if shifts else "",
        last=moment(max(one.end for one in shifts)) if shifts else "",
        known=[(name, people[who].name, count) for (name, who), count in sorted(found.items())],
        asked=asked,
        more=len([one for one in looked.unknown if one]) - len([one for one in asked if not one.chosen]),
        nameless=looked.unknown.get("", 0),
    )


def names_of(calendar: Calendar) -> list[Named]:
    """Every name of a calendar that somebody has told, or has yet to tell."""
    return _asked(calendar.names, dict.fromkeys(calendar.unknown, 0))


def read(data: QueryDict) -> dict[str, int]:
    """The names as they were chosen; those left open are not there."""
    told = {}
    for nth in range(MOST_NAMES):
        name, who = data.get(f"name-{nth}"), data.get(f"who-{nth}", "")
        if name and who.isdecimal() and len(who) < 12:
            told[name] = int(who)
    return told


def choices() -> list[tuple[str, str]]:
    """Who a name may be."""
    return [(str(SKIPPED), "Hoppa över"), *((str(one.pk), one.name) for one in queries.contacts())]


def state(calendar: Calendar, now: datetime) -> str:
    """``Lästes mån 23 nov 02:10. 3 namn är okända.``"""
    told = f"Lästes {moment(calendar.read_at)}." if calendar.read_at else "Har inte lästs än."
    unknown = [one for one in calendar.unknown if one]
    if unknown:
        told += f" {len(unknown)} namn är {'okänt' if len(unknown) == 1 else 'okända'}."
    if rereading.is_lost(calendar, now):
        told += " Schemat visar det kalendern sade då."
    return told


def skipped(calendar: Calendar) -> str:
    """The names that somebody has said to skip: ``Ledig och Semester``."""
    return listed(sorted(name for name, who in calendar.names.items() if who == SKIPPED))


def _asked(names: Mapping[str, int], counts: Mapping[str, int]) -> list[Named]:
    left = sorted((name for name in counts if name and name not in names), key=str.casefold)
    ordered = [*left[: MOST_NAMES - len(names)], *sorted(names, key=str.casefold)]
    return [
        Named(nth, name, counts.get(name, 0), str(names[name]) if name in names else "")
        for nth, name in enumerate(ordered[:MOST_NAMES])
    ]
