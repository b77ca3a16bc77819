"""Writing residents, in the current municipality: each act with its audit entry, which never holds personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from central.audit.services import record
from central.municipalities.context import current, in_municipality
from central.municipalities.directory import municipalities
from central.sealing import seal
from tenants import fields, transmitters
from tenants.fields import BadEntry
from tenants.residents import queries
from tenants.residents.columns import COLUMNS
from tenants.residents.models import Resident, ResidentTransmitter, Unmasking
from tenants.residents.rules import UNMASKED_FOR, UNMASKINGS_KEPT

REASON_LENGTH = 200
NUMBER_TAKEN = "En annan person har redan det kundnumret, kanske bland de avslutade."


class Actor(Protocol):
    """Who does it: an account."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...


class UnknownResident(Exception):
    """There is no such resident here."""

    message = "Personen finns inte i kommunens register."


class NoReason(Exception):
    """To see who is protected one says why."""

    message = f"Skriv varför du behöver uppgifterna, högst {REASON_LENGTH} tecken. Skälet sparas i granskningsloggen."


def save(*, resident_id: UUID | None, typed: Mapping[str, str], actor: Actor, now: datetime) -> Resident:
    """Add a resident (``resident_id`` None) or change one from what was typed; what is not there stays as it is.

    Raises BadEntry, UnknownResident.
    """
    values = fields.read(COLUMNS, typed)
    if resident_id is None:
        values.setdefault("protected_identity", False)
    missing = (
        [one.name for one in COLUMNS if one.required and one.name not in values]
        if resident_id is None
        else []
    )
    if missing:
        raise BadEntry(dict.fromkeys(missing, "Fältet är tomt. Det måste fyllas i."))
    with transaction.atomic():
        resident = Resident(created_at=now) if resident_id is None else _locked(resident_id)
        if (
            "number" in values
            and Resident.objects.filter(number=values["number"]).exclude(pk=resident.pk).exists()
        ):
            raise BadEntry({"number": NUMBER_TAKEN})
        changed = assign(resident, values, now)
        try:
            with transaction.atomic():
                resident.save()
        except IntegrityError:
            raise BadEntry({"number": NUMBER_TAKEN}) from None
        verb = "resident.registered" if resident_id is None else "resident.changed"
        _audit(verb, resident.pk, actor, now, {"fields": changed})
    return resident


def assign(resident: Resident, values: Mapping[str, Any], now: datetime) -> list[str]:
    """Set the values of `columns` on the resident, unsaved; the names of the fields that became others."""
    before = queries.as_values(resident, secrets=[one for one, _w, _p in queries.SEALED if one in values])
    purposes = {one: purpose for one, _word, purpose in queries.SEALED}
    for name, value in values.items():
        if name not in purposes:
            setattr(resident, name, value)
        elif before[name] != value:
            setattr(resident, f"{name}_sealed", seal(purposes[name], value) if value else "")
    resident.changed_at = now
    return [name for name, value in values.items() if before[name] != value]


def link(*, resident_id: UUID, account: str, source: str, actor: Actor, now: datetime) -> None:
    """Connect the municipality's transmitter with that account. Twice is once. Raises BadEntry, UnknownResident."""
    said = account.strip()
    if not said:
        raise BadEntry({"account": "Skriv sändarens konto."})
    try:
        found = transmitters.pick(transmitters.with_accounts([said]).get(said, []), said, source)
    except transmitters.NotOne as error:
        raise BadEntry({"account": error.message}) from None
    link_id(resident_id=resident_id, transmitter_id=found.id, actor=actor, now=now)


def link_id(*, resident_id: UUID, transmitter_id: int, actor: Actor, now: datetime) -> None:
    """Connect one of the municipality's transmitters. Raises BadEntry, UnknownResident."""
    if not transmitters.own([transmitter_id]):
        raise BadEntry({"account": "Sändaren finns inte längre i kommunens register."})
    with transaction.atomic():
        resident = _locked(resident_id)
        if resident.ended_at is not None:
            raise BadEntry({"account": "Personen är avslutad. Återta den innan du kopplar sändare."})
        row, fresh = ResidentTransmitter.objects.get_or_create(
            transmitter_id=transmitter_id, defaults={"resident": resident, "linked_at": now}
        )
        if not fresh and row.resident_id != resident.pk:
            number = row.resident.number
            raise BadEntry({"account": f"Sändaren är kopplad till kund {number}. Koppla loss den där först."})
        if fresh:
            _audit("resident.linked", resident.pk, actor, now, {"transmitter": transmitter_id})


def unlink(*, resident_id: UUID, transmitter_id: int, actor: Actor, now: datetime) -> None:
    """Disconnect a transmitter. Twice is once. Raises UnknownResident."""
    with transaction.atomic():
        resident = _locked(resident_id)
        if ResidentTransmitter.objects.filter(resident=resident, transmitter_id=transmitter_id).delete()[0]:
            _audit("resident.unlinked", resident.pk, actor, now, {"transmitter": transmitter_id})


def unmask(*, resident_id: UUID, actor: Actor, reason: str, now: datetime) -> queries.Shown:
    """Let this person see a protected resident for ten minutes; the reason is kept in the audit.

    Whoever calls has checked `residents.unmask`. Raises NoReason, UnknownResident.
    """
    said = " ".join(reason.split())
    if not 3 <= len(said) <= REASON_LENGTH or "\x00" in said:
        raise NoReason
    with transaction.atomic():
        resident = _locked(resident_id)
        Unmasking.objects.create(resident=resident, by_id=actor.pk, at=now, until=now + UNMASKED_FOR)
        _audit("resident.unmasked", resident.pk, actor, now, {"reason": said})
    return queries.shown(resident, unmasked=True)


def show_codes(*, resident_id: UUID, actor: Actor, now: datetime) -> list[tuple[str, str]]:
    """Word and code of what is sealed; that they were shown is kept. Raises UnknownResident, Unreadable."""
    with transaction.atomic():
        resident = _locked(resident_id)
        found = queries.codes(resident)
        _audit("resident.codes_shown", resident.pk, actor, now)
    return found


def end(*, resident_id: UUID, actor: Actor, now: datetime) -> None:
    """The resident has no alarm any more: hidden from cases, the transmitters free again, erased in due time.

    Twice is once. Raises UnknownResident.
    """
    with transaction.atomic():
        resident = _locked(resident_id)
        if resident.ended_at is not None:
            return
        resident.ended_at = resident.changed_at = now
        resident.save(update_fields=["ended_at", "changed_at"])
        ResidentTransmitter.objects.filter(resident=resident).delete()
        _audit("resident.ended", resident.pk, actor, now)


def resume(*, resident_id: UUID, actor: Actor, now: datetime) -> None:
    """Take an ended resident back; transmitters are linked anew. Raises UnknownResident."""
    with transaction.atomic():
        resident = _locked(resident_id)
        if resident.ended_at is None:
            return
        resident.ended_at, resident.changed_at = None, now
        resident.save(update_fields=["ended_at", "changed_at"])
        _audit("resident.resumed", resident.pk, actor, now)


def erase_ended(now: datetime) -> int:
    """Erase whoever ended RESIDENTS_KEPT_DAYS ago, in every municipality; how many. For the clock.

    Until then a mistake can be taken back, and late invoices answered for.
    """
    kept, erased = timedelta(days=settings.RESIDENTS_KEPT_DAYS), 0
    for municipality in municipalities():
        with in_municipality(municipality), transaction.atomic():
            ids = list(
                Resident.objects.select_for_update(skip_locked=True)
                .filter(ended_at__lte=now - kept)
                .values_list("pk", flat=True)[:1_000]
            )
            Resident.objects.filter(pk__in=ids).delete()
            _audit_each("resident.erased", ids, now)
            Unmasking.objects.filter(until__lt=now - UNMASKINGS_KEPT).delete()
            erased += len(ids)
    return erased


def _locked(resident_id: UUID) -> Resident:
    resident = Resident.objects.select_for_update().filter(pk=resident_id).first()
    if resident is None:
        raise UnknownResident
    return resident


def _audit(
    verb: str, resident_id: UUID, actor: Actor, now: datetime, details: dict[str, Any] | None = None
) -> None:
    record(
        verb,
        actor_id=actor.pk,
        actor_name=actor.name,
        municipality_id=current().id,
        subject=str(resident_id),
        details=details,
        at=now,
    )


def _audit_each(verb: str, ids: Iterable[UUID], now: datetime) -> None:
    for one in ids:
        record(verb, actor_id=None, actor_name="", municipality_id=current().id, subject=str(one), at=now)
