"""What an administrator changes in the register: points and who staffs them. Callers checked `portal.edit`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from central import phone
from central.audit.services import record
from central.municipalities.context import current
from tenants.safepoints.models import Offer, SafePoint, StaffContact, State
from tenants.safepoints.services import Actor, UnknownPoint, WrongState

MOST_SEATS = 100_000
TEXT_MAX = 500


@dataclass
class BadPoint(Exception):
    """What was typed can't be used: field name → what is wrong and what to do."""

    errors: dict[str, str] = field(default_factory=dict)


def save_point(
    *,
    point_id: UUID | None,
    name: str,
    address: str,
    offers: Sequence[str],
    capacity: str,
    public_text: str,
    actor: Actor,
    now: datetime,
) -> SafePoint:
    """Add a point (`point_id` None) or change one; `capacity` as typed. Raises BadPoint, UnknownPoint."""
    name, address = " ".join(name.split()), " ".join(address.split())
    if errors := _errors(name, address, offers, capacity, public_text):
        raise BadPoint(errors)
    with transaction.atomic():
        point = SafePoint() if point_id is None else _locked(point_id)
        point.name, point.address, point.offers = name, address, sorted(set(offers))
        point.capacity = int(capacity) if capacity.strip() else None
        point.public_text = public_text.strip()
        try:
            with transaction.atomic():
                point.save()
        except IntegrityError as exc:
            raise BadPoint({"name": "Det finns redan en trygghetspunkt med det namnet."}) from exc
        _audit("safepoint.registered" if point_id is None else "safepoint.changed", point, actor, now)
    return point


def remove_point(*, point_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a closed point out of the register; its log stays. Raises UnknownPoint and WrongState."""
    with transaction.atomic():
        point = _locked(point_id)
        if point.state != State.CLOSED:
            raise WrongState(point.name, point.state)
        point.removed_at = now
        point.name = f"{point.name[:60]} ({now:%Y-%m-%d %H:%M})"  # the name may be used again
        point.save(update_fields=["removed_at", "name"])
        _audit("safepoint.removed", point, actor, now)


def add_staff(*, point_id: UUID, name: str, number: str, actor: Actor, now: datetime) -> StaffContact:
    """Add somebody who is asked when the point is activated. Raises BadPoint, UnknownPoint."""
    name, errors = " ".join(name.split()), {}
    if not 2 <= len(name) <= 80:
        errors["staff_name"] = "Skriv personens namn."
    try:
        e164 = phone.normalise(number)
    except phone.BadNumber as exc:
        errors["staff_phone"] = exc.message
    if errors:
        raise BadPoint(errors)
    with transaction.atomic():
        point = _locked(point_id)
        if point.staff.filter(phone=e164).exists():
            raise BadPoint({"staff_phone": "Numret finns redan på den här punkten."})
        staff = StaffContact.objects.create(point=point, name=name, phone=e164)
        _audit("safepoint.staff_added", point, actor, now)
    return staff


def remove_staff(*, point_id: UUID, staff_id: int, actor: Actor, now: datetime) -> None:
    """Take a person off a point. Twice is once. Raises UnknownPoint."""
    with transaction.atomic():
        point = _locked(point_id)
        if point.staff.filter(pk=staff_id).delete()[0]:
            _audit("safepoint.staff_removed", point, actor, now)


def too_long(public_text: str) -> str:
    """What is wrong with a text to the public; empty when it fits."""
    length = len(public_text.strip())
    return f"Korta texten: den är {length} tecken och får vara {TEXT_MAX}." if length > TEXT_MAX else ""


def _errors(
    name: str, address: str, offers: Sequence[str], capacity: str, public_text: str
) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not 2 <= len(name) <= 80:
        errors["name"] = "Skriv punktens namn, högst 80 tecken."
    if not 2 <= len(address) <= 120:
        errors["address"] = "Skriv adressen så att den som inte hittar kan komma dit."
    if set(offers) - set(Offer.values):
        errors["offers"] = "Välj i listan vad punkten kan ge."
    typed = capacity.strip()
    if typed and not (typed.isdecimal() and 0 < int(typed) <= MOST_SEATS):
        errors["capacity"] = "Skriv antalet platser som ett heltal, eller lämna tomt."
    if wrong := too_long(public_text):
        errors["public_text"] = wrong
    return errors


def _locked(point_id: UUID) -> SafePoint:
    point = SafePoint.objects.select_for_update().filter(pk=point_id, removed_at__isnull=True).first()
    if point is None:
        raise UnknownPoint
    return point


def _audit(verb: str, point: SafePoint, actor: Actor, now: datetime) -> None:
    record(
        verb,
        actor_id=actor.pk,
        actor_name=actor.name,
        municipality_id=current().id,
        subject=str(point.pk),
        details={"point": point.name},
        at=now,
    )
