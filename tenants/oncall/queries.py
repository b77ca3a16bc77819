"""Reading the municipality's roster. Call in the municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from central.swedish import swedish_key
from tenants.oncall import rules
from tenants.oncall.models import Contact, Duty, RosterLine


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One person on duty; `until` is None when no end is in sight within a week."""

    contact: Contact
    rank: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DutyNow:
    """One duty and who has it now, by rank; nobody is an empty list."""

    duty: Duty
    people: list[OnDuty]


class UnknownDuty(Exception):
    """The municipality has no duty with this code."""


def duties() -> list[Duty]:
    """All duties in Swedish order."""
    return sorted(Duty.objects.all(), key=lambda duty: swedish_key(duty.name))


def contacts() -> list[Contact]:
    """Everybody who can be called out, in Swedish order."""
    return sorted(Contact.objects.filter(removed_at=None), key=lambda contact: swedish_key(contact.name))


def lines() -> QuerySet[RosterLine]:
    """The whole roster, with duties and contacts."""
    return RosterLine.objects.filter(contact__removed_at=None).select_related("duty", "contact")


def on_duty_now(at: datetime) -> list[DutyNow]:
    """Every duty of the municipality and who has it at this moment (aware)."""
    by_duty: dict[int, list[RosterLine]] = {}
    for line in lines():
        by_duty.setdefault(line.duty_id, []).append(line)
    return [DutyNow(duty, _people(by_duty.get(duty.pk, []), at)) for duty in duties()]


def on_duty(code: str, at: datetime) -> DutyNow:
    """One duty and who has it. Raises UnknownDuty."""
    duty = Duty.objects.filter(code=code).first()
    if duty is None:
        raise UnknownDuty(code)
    return DutyNow(duty, _people(list(lines().filter(duty=duty)), at))


def _people(roster: list[RosterLine], at: datetime) -> list[OnDuty]:
    """By rank, each person once with their best rank."""
    found: list[OnDuty] = []
    for line in rules.on_duty(roster, at):
        if all(one.contact.pk != line.contact_id for one in found):
            found.append(OnDuty(line.contact, line.rank, rules.until(line, roster, at)))
    return found


def duties_of(contact_id: int) -> list[Duty]:
    """The duties in whose roster a contact stands."""
    return list(
        Duty.objects.filter(pk__in=RosterLine.objects.filter(contact_id=contact_id).values("duty_id"))
    )
