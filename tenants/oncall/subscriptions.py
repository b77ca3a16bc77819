"""The municipality's own calendar as a source of shifts: looked at, told what is unknown, and read again.

What a calendar says replaces what it said before; one that can't be read leaves what stands, and says so.
Call in the municipality.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from central.accounts.models import User
from tenants.oncall import calendars
from tenants.oncall.calendars import Told
from tenants.oncall.models import Calendar, CalendarShift, Contact, Duty
from tenants.oncall.services import BadEntry, audit

BACK = timedelta(days=31)
AHEAD = timedelta(days=400)
SKIPPED = 0
"""In place of a contact: the shifts of that name are not ours."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a calendar would give: the shifts whose names are known, the names that are not, with how often, and those
    that somebody has said to skip.
    """

    shifts: list[tuple[int, Told]]
    unknown: dict[str, int]
    skipped: dict[str, int]


def look(*, content: bytes, names: Mapping[str, int], now: datetime) -> Looked:
    """Read a calendar without keeping anything. Raises BadCalendar.

    `names` are those that were told before: a contact's id, or SKIPPED. One who has left is nobody's name.
    """
    told = calendars.read(content, now - BACK, now + AHEAD)
    known = {one.name: one.pk for one in Contact.objects.filter(removed_at=None)}
    here = {SKIPPED, *known.values()}
    shifts, unknown = calendars.matched(
        told, {**known, **{one: who for one, who in names.items() if who in here}}
    )
    skipped = Counter(one.name for who, one in shifts if who == SKIPPED)
    return Looked([pair for pair in shifts if pair[0] != SKIPPED], unknown, dict(skipped))


def keep(
    *,
    duty_id: int,
    rank: int,
    name: str,
    content: bytes,
    names: Mapping[str, int],
    calendar_id: int | None = None,
    url: str = "",
    actor: User | None,
    now: datetime,
) -> Calendar:
    """Write what the calendar says now; with `calendar_id`, instead of what it said. Raises BadCalendar, BadEntry."""
    found = look(content=content, names=names, now=now)
    if rank not in range(1, 10):
        raise BadEntry("rank", "Ordningen är ett tal från 1 till 9.")
    with transaction.atomic():
        duty = Duty.objects.select_for_update().filter(pk=duty_id).first()
        if duty is None:
            raise BadEntry("duty", "Välj en jour i listan.")
        calendar = (
            Calendar.objects.select_for_update().get(pk=calendar_id, duty=duty)
            if calendar_id is not None
            else Calendar(duty=duty)
        )
        calendar.rank, calendar.name, calendar.url = rank, name.strip()[:80] or "Kalender", url
        calendar.names, calendar.unknown = dict(names), list(found.unknown)
        calendar.read_at = calendar.tried_at = now
        calendar.trouble = ""
        calendar.save()
        calendar.shifts.filter(ends_at__gt=now - BACK).delete()
        CalendarShift.objects.bulk_create(
            CalendarShift(calendar=calendar, contact_id=who, starts_at=one.start, ends_at=one.end)
            for who, one in found.shifts
            if one.end > now - BACK
        )
        audit("calendar_read", calendar.pk, actor, now, duty=duty.name, count=str(len(found.shifts)))
    return calendar


def note_trouble(*, calendar_id: int, trouble: str, now: datetime) -> None:
    """It could not be read this time; what stands stays."""
    Calendar.objects.filter(pk=calendar_id).update(trouble=trouble[:200], tried_at=now)


def remove(*, calendar_id: int, actor: User, now: datetime) -> None:
    """Forget a calendar and its shifts. Twice is once."""
    with transaction.atomic():
        calendar = Calendar.objects.select_related("duty").filter(pk=calendar_id).first()
        if calendar is not None:
            duty = calendar.duty.name
            calendar.delete()
            audit("calendar_removed", calendar_id, actor, now, duty=duty)
