"""What a municipality's admin changes: duties, contacts and the roster. Call in the municipality.

Rights over the roster give no right to read letters; the caller has checked `portal.edit`.
"""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.utils.text import slugify

from central import functions, phone
from central.accounts.models import User
from central.audit.services import record
from central.municipalities.context import current
from tenants.oncall import rules
from tenants.oncall.models import WEEKDAYS, Contact, Duty, RosterLine


class BadEntry(ValueError):
    """A field is wrong: `field` names it, `message` says in Swedish what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def add_duty(*, name: str, function: str, actor: User, now: datetime) -> Duty:
    """A new duty; its code comes from its name. Raises BadEntry."""
    name = _name("name", name, 60)
    if function not in functions.NAMES:
        raise BadEntry("function", "Välj en verksamhet i listan.")
    code = slugify(name.translate(str.maketrans("åäöÅÄÖ", "aaoAAO")))[:40]
    with transaction.atomic():
        if not code or Duty.objects.filter(code=code).exists():
            raise BadEntry("name", "Det finns redan en jour som heter så.")
        duty = Duty.objects.create(code=code, name=name, function=function)
        _audit("duty_added", duty.pk, actor, now, name=duty.name)
    return duty


def remove_duty(*, duty_id: int, actor: User, now: datetime) -> None:
    """Remove a duty with its roster. Twice is once."""
    with transaction.atomic():
        name = Duty.objects.filter(pk=duty_id).values_list("name", flat=True).first()
        if name is not None and Duty.objects.filter(pk=duty_id).delete()[0]:
            _audit("duty_removed", duty_id, actor, now, name=name)


def add_contact(*, name: str, number: str, sms: bool = True, actor: User, now: datetime) -> Contact:
    """A new contact; `number` as people write it. Raises BadEntry."""
    with transaction.atomic():
        contact = Contact.objects.create(name=_name("name", name, 80), phone=_number(number), sms=sms)
        _audit("contact_added", contact.pk, actor, now, name=contact.name)
    return contact


def change_contact(
    *, contact_id: int, name: str, number: str, sms: bool, actor: User, now: datetime
) -> Contact:
    """Change a contact. Raises BadEntry, Contact.DoesNotExist."""
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=contact_id, removed_at=None)
        contact.name, contact.phone, contact.sms = _name("name", name, 80), _number(number), sms
        contact.save()
        _audit("contact_changed", contact.pk, actor, now, name=contact.name)
    return contact


def remove_contact(*, contact_id: int, actor: User, now: datetime) -> None:
    """Take a contact off the roster and out of the lists; what they were asked stays. Twice is once."""
    with transaction.atomic():
        if Contact.objects.filter(pk=contact_id, removed_at=None).update(removed_at=now):
            RosterLine.objects.filter(contact_id=contact_id).delete()
            name = Contact.objects.values_list("name", flat=True).get(pk=contact_id)
            _audit("contact_removed", contact_id, actor, now, name=name)


def add_line(
    *,
    duty_id: int,
    contact_id: int,
    weekday: int,
    starts: time,
    ends: time,
    rank: int = 1,
    actor: User,
    now: datetime,
) -> RosterLine:
    """Put a contact on the roster every week. Raises BadEntry, also when somebody else has that time."""
    if weekday not in range(7):
        raise BadEntry("weekday", "Välj en veckodag i listan.")
    if rank not in range(1, 10):
        raise BadEntry("rank", "Ordningen är ett tal från 1 till 9.")
    with transaction.atomic():
        duty = Duty.objects.select_for_update().filter(pk=duty_id).first()
        contact = Contact.objects.filter(pk=contact_id, removed_at=None).first()
        if duty is None:
            raise BadEntry("duty", "Välj en jour i listan.")
        if contact is None:
            raise BadEntry("contact", "Välj en kontakt i listan.")
        line = RosterLine(
            duty=duty,
            contact=contact,
            rank=rank,
            weekday=weekday,
            starts=starts.replace(second=0, microsecond=0),
            ends=ends.replace(second=0, microsecond=0),
        )
        taken = rules.collision(line, RosterLine.objects.filter(duty=duty).select_related("contact"))
        if taken is not None:
            raise BadEntry(
                "starts",
                f"{taken.contact.name} har redan {WEEKDAYS[taken.weekday].lower()} "
                f"{_hours(taken)} med ordning {rank}. Ändra tiden eller ordningen.",
            )
        line.save()
        _audit("line_added", line.pk, actor, now, **_said(line))
    return line


def remove_line(*, line_id: int, actor: User, now: datetime) -> None:
    """Take a line off the roster. Twice is once."""
    with transaction.atomic():
        line = RosterLine.objects.select_related("duty", "contact").filter(pk=line_id).first()
        if line is not None and RosterLine.objects.filter(pk=line_id).delete()[0]:
            _audit("line_removed", line_id, actor, now, **_said(line))


def _said(line: RosterLine) -> dict[str, str]:
    return {
        "duty": line.duty.name,
        "name": line.contact.name,
        "time": f"{WEEKDAYS[line.weekday].lower()} {_hours(line)}",
    }


def _hours(line: RosterLine) -> str:
    return "hela dygnet" if line.starts == line.ends else f"{line.starts:%H:%M}–{line.ends:%H:%M}"


def _name(field: str, text: str, longest: int) -> str:
    name = " ".join(text.split())
    if not name:
        raise BadEntry(field, "Skriv ett namn.")
    if len(name) > longest:
        raise BadEntry(field, f"Namnet är {len(name)} tecken. Högst {longest} får plats.")
    return name


def _number(text: str) -> str:
    try:
        return phone.normalise(text)
    except phone.BadNumber as bad:
        raise BadEntry("phone", bad.message) from bad


def _audit(what: str, key: int, actor: User, now: datetime, **details: str) -> None:
    record(
        f"oncall.{what}",
        actor_id=actor.pk,
        actor_name=actor.name,
        municipality_id=current().id,
        subject=str(key),
        details=details,
        at=now,
    )
