"""Shifts as calendars: a person's own to subscribe to, and the municipality's own to read.

iCalendar (RFC 5545) by the package icalendar, repetitions (RRULE, EXDATE, RECURRENCE-ID) by recurring-ical-events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import icalendar
import recurring_ical_events

from central.swedish import swedish_key
from tenants.oncall.models import Duty
from tenants.oncall.schedule import STOCKHOLM, Shift, at_wall

MAX_BYTES = 2_000_000
MOST_SHIFTS = 5_000
LONGEST = timedelta(days=92)
LONGEST_NAME = 200
MOST_RULES = 300
OLDEST_RULE = 1990
PRODUCT = "-//trygghetscentral//jour//SV"


class BadCalendar(ValueError):
    """What was given is no calendar that can be read; `message` says in Swedish what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Told:
    """One event of somebody's calendar: who by name, half-open [start, end) in UTC."""

    name: str
    start: datetime
    end: datetime


def written(*, name: str, domain: str, shifts: Iterable[tuple[Duty, Shift]], now: datetime) -> bytes:
    """A person's shifts as a calendar to subscribe to. The same shift keeps its UID as long as it begins then."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(minutes=30), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", timedelta(minutes=30))
    for duty, shift in shifts:
        event = icalendar.Event()
        event.add("uid", f"{duty.code}-{shift.rank}-{shift.start:%Y%m%dT%H%M%SZ}@{domain}")
        event.add("dtstamp", now)
        event.add("dtstart", shift.start)
        event.add("dtend", shift.end)
        event.add("summary", duty.name if shift.rank == 1 else f"{duty.name} (ordning {shift.rank})")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def read(content: bytes, start: datetime, end: datetime) -> list[Told]:
    """The events of [start, end), in order, each with the name in its summary. Raises BadCalendar.

    All-day events are from midnight to midnight, floating times are by the clock in Stockholm.
    """
    if len(content) > MAX_BYTES:
        raise BadCalendar("Kalendern är större än 2 MB. Exportera en kortare tid.")
    try:
        calendar = icalendar.Calendar.from_ical(content)
        _check_rules(calendar)
        events = recurring_ical_events.of(calendar).between(start, end)
        if len(events) > MOST_SHIFTS:
            raise BadCalendar(f"Kalendern har {len(events)} pass. Högst {MOST_SHIFTS} kan läsas.")
        told = [_told(one) for one in events if str(one.get("status", "")).upper() != "CANCELLED"]
    except BadCalendar:
        raise
    except Exception:  # a stranger's file: the packages raise of many kinds
        raise BadCalendar("Filen går inte att läsa som en kalender (iCalendar, .ics).") from None
    found = [one for one in told if one.start < one.end <= one.start + LONGEST]
    return sorted(found, key=lambda one: (one.start, one.name))


def _told(event: icalendar.Event) -> Told:
    name = " ".join(str(event.get("summary", "")).split())[:LONGEST_NAME]
    return Told(name, _utc(_moment(event, "DTSTART")), _end(event))


def _check_rules(calendar: icalendar.Component) -> None:
    """Refuse repetitions that no schedule needs and that would take minutes to count. Raises BadCalendar."""
    count = 0
    for part in calendar.walk():
        rules = part.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            count += 1
            often = str(next(iter(rule.get("FREQ", [])), "")).upper()
            within = max(len(rule.get(name, [])) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
            begins = _moment(part, "DTSTART").year if part.name == "VEVENT" else OLDEST_RULE
            if (
                often not in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
                or within > 1
                or begins < OLDEST_RULE
                or (part.name != "VEVENT" and often != "YEARLY")
            ):
                raise BadCalendar("Kalendern har pass som upprepas oftare eller längre än som kan läsas.")
    if count > MOST_RULES:
        raise BadCalendar(f"Kalendern har {count} upprepade pass. Högst {MOST_RULES} kan läsas.")


def matched(told: Iterable[Told], names: Mapping[str, int]) -> tuple[list[tuple[int, Told]], dict[str, int]]:
    """Events with the contact each names, and the summaries that name nobody with how often they stand.

    `names` are names as people write them → contact. A name counts also within a longer text, "Jour: Nils Ek"; where
    several do, the longest.
    """
    keyed = sorted(((_plain(name), who) for name, who in names.items()), key=lambda one: -len(one[0]))
    found: list[tuple[int, Told]] = []
    unknown: Counter[str] = Counter()
    for one in told:
        text = f" {_plain(one.name)} "
        who = next((who for name, who in keyed if name and f" {name} " in text), None)
        if who is None:
            unknown[one.name] += 1
        else:
            found.append((who, one))
    return found, dict(sorted(unknown.items(), key=lambda pair: swedish_key(pair[0])))


def _plain(text: str) -> str:
    return " ".join("".join(one if one.isalnum() or one == "-" else " " for one in text.casefold()).split())


def _utc(at: date | datetime) -> datetime:
    if not isinstance(at, datetime):
        return at_wall(at, time(0))
    return (at if at.tzinfo is not None else at.replace(tzinfo=STOCKHOLM)).astimezone(UTC)


def _moment(event: icalendar.Component, name: str) -> Any:
    """The value of a date: a date or a datetime, as the package has it."""
    return cast(Any, event[name]).dt


def _end(event: icalendar.Event) -> datetime:
    if "DTEND" in event:
        return _utc(_moment(event, "DTEND"))
    begins = _moment(event, "DTSTART")
    if "DURATION" in event:
        return _utc(begins) + cast(timedelta, _moment(event, "DURATION"))
    return _utc(begins) if isinstance(begins, datetime) else _utc(begins + timedelta(days=1))
