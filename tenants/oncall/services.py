"""What a municipality's admin changes: duties and contacts. Call in the municipality.

Rights over the roster give no right to read letters; the caller has checked `portal.edit`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from central import functions, phone
from central.accounts.models import User
from central.audit.services import record
from central.municipalities.context import current
from tenants.oncall.models import Contact, Duty, Replacement, ReplacementState


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
        audit("duty_added", duty.pk, actor, now, name=duty.name)
    return duty


def remove_duty(*, duty_id: int, actor: User, now: datetime) -> None:
    """Remove a duty with its roster. Twice is once."""
    with transaction.atomic():
        name = Duty.objects.filter(pk=duty_id).values_list("name", flat=True).first()
        if name is not None and Duty.objects.filter(pk=duty_id).delete()[0]:
            audit("duty_removed", duty_id, actor, now, name=name)


def add_contact(*, name: str, number: str, sms: bool = True, actor: User, now: datetime) -> Contact:
    """A new contact; `number` as people write it. Raises BadEntry."""
    with transaction.atomic():
        contact = Contact.objects.create(name=_name("name", name, 80), phone=_number(number), sms=sms)
        audit("contact_added", contact.pk, actor, now, name=contact.name)
    return contact


def change_contact(
    *, contact_id: int, name: str, number: str, sms: bool, actor: User, now: datetime
) -> Contact:
    """Change a contact. Raises BadEntry, Contact.DoesNotExist."""
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=contact_id, removed_at=None)
        contact.name, contact.phone, contact.sms = _name("name", name, 80), _number(number), sms
        contact.save()
        audit("contact_changed", contact.pk, actor, now, name=contact.name)
    return contact


def remove_contact(*, contact_id: int, actor: User, now: datetime) -> None:
    """Take a contact out of the lists; what they were asked stays, and their turns are nobody's. Twice is once."""
    with transaction.atomic():
        if Contact.objects.filter(pk=contact_id, removed_at=None).update(removed_at=now):
            Contact.objects.filter(pk=contact_id).update(link_digest=None, link_sealed="")
            mine = Q(contact_id=contact_id) | Q(instead_of_id=contact_id)
            Replacement.objects.filter(mine, state=ReplacementState.ASKED).update(
                state=ReplacementState.WITHDRAWN, settled_at=now, settled_by_name=actor.name
            )
            name = Contact.objects.values_list("name", flat=True).get(pk=contact_id)
            audit("contact_removed", contact_id, actor, now, name=name)


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


def audit(what: str, key: int, actor: User | None, now: datetime, **details: str) -> None:
    """One act in the audit log; `actor` None is somebody on their own page, named in `details`."""
    record(
        f"oncall.{what}",
        actor_id=actor.pk if actor else None,
        actor_name=actor.name if actor else details.get("by", ""),
        municipality_id=current().id,
        subject=str(key),
        details=details,
        at=now,
    )
