"""Reading the municipality's schedule. Call in the municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from central.swedish import swedish_key
from tenants.oncall import schedule, windows
from tenants.oncall.models import Calendar, Contact, Duty, Layer
from tenants.oncall.reading import plans

FORESEEN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One person on duty; `until` is None when no end is in sight within two weeks."""

    contact: Contact
    rank: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Next:
    """Who has the duty after those who have it now, and from when."""

    contact: Contact
    rank: int
    starts: datetime


@dataclass(frozen=True, slots=True)
class DutyNow:
    """One duty and who has it now, by rank; nobody is an empty list. `next` within two weeks."""

    duty: Duty
    people: list[OnDuty]
    next: Next | None = None


class UnknownDuty(Exception):
    """The municipality has no duty with this code."""


def duties() -> list[Duty]:
    """All duties in Swedish order."""
    return sorted(Duty.objects.all(), key=lambda duty: swedish_key(duty.name))


def contacts() -> list[Contact]:
    """Everybody who can be called out, in Swedish order."""
    return sorted(Contact.objects.filter(removed_at=None), key=lambda contact: swedish_key(contact.name))


def duty(code: str) -> Duty:
    """The duty with this code. Raises UnknownDuty."""
    found = Duty.objects.filter(code=code).first()
    if found is None:
        raise UnknownDuty(code)
    return found


def on_duty_now(at: datetime) -> list[DutyNow]:
    """Every duty of the municipality and who has it at this moment (aware), and next."""
    return _now(duties(), at)


def on_duty(code: str, at: datetime) -> DutyNow:
    """One duty and who has it. Raises UnknownDuty."""
    return _now([duty(code)], at)[0]


def _now(asked: list[Duty], at: datetime) -> list[DutyNow]:
    end = at + FORESEEN
    read = plans([one.pk for one in asked], at, end)
    shifts = {duty_id: plan.shifts(at, end) for duty_id, plan in read.items()}
    now = {duty_id: schedule.on_duty(some, at) for duty_id, some in shifts.items()}
    coming = {duty_id: schedule.following(some, at) for duty_id, some in shifts.items()}
    told = [one for some in now.values() for one in some] + [one for one in coming.values() if one]
    people = Contact.objects.in_bulk({one.contact_id for one in told})
    return [
        DutyNow(
            one,
            [
                OnDuty(people[shift.contact_id], shift.rank, _until(shift, shifts[one.pk], end))
                for shift in now[one.pk]
            ],
            _next(coming[one.pk], people),
        )
        for one in asked
    ]


def _next(shift: schedule.Shift | None, people: dict[int, Contact]) -> Next | None:
    return Next(people[shift.contact_id], shift.rank, shift.start) if shift else None


def _until(shift: schedule.Shift, shifts: list[schedule.Shift], end: datetime) -> datetime | None:
    last = schedule.lasts(shift, shifts)
    return last if last < end else None


def gaps(start: datetime, end: datetime) -> list[tuple[Duty, list[schedule.Span]]]:
    """Every duty that somebody must have and nobody has, some time within [start, end)."""
    asked = duties()
    read = plans([one.pk for one in asked], start, end)
    found = []
    for one in asked:
        shifts = read[one.pk].shifts(start, end)
        holes = [
            hole
            for span in schedule.needed(windows.read(one.needed), start, end)
            for hole in schedule.gaps(shifts, *span)
        ]
        if holes:
            found.append((one, holes))
    return found


def shifts_of(contact_id: int, start: datetime, end: datetime) -> list[tuple[Duty, schedule.Shift]]:
    """One person's shifts that touch [start, end), in order, from every duty."""
    asked = duties()
    read = plans([one.pk for one in asked], start, end)
    found = [
        (one, shift)
        for one in asked
        for shift in read[one.pk].shifts(start, end)
        if shift.contact_id == contact_id
    ]
    return sorted(found, key=lambda pair: (pair[1].start, pair[1].rank))


def duties_of(contact_id: int) -> list[Duty]:
    """The duties in whose schedule a contact stands."""
    mine = Q(pk__in=Layer.objects.filter(members__contact_id=contact_id).values("duty_id")) | Q(
        pk__in=Calendar.objects.filter(shifts__contact_id=contact_id).values("duty_id")
    )
    return sorted(Duty.objects.filter(mine), key=lambda one: swedish_key(one.name))
