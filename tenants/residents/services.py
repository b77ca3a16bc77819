"""Writing residents, in the current municipality: each act with its audit entry, which never holds personal data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from central.audit.services import record
from central.municipalities.context import current, in_municipality
from central.municipalities.directory import municipalities
from tenants.residents import queries
from tenants.residents.models import Resident, ResidentTransmitter, Unmasking
from tenants.residents.rules import KEPT_AFTER_END, UNMASKED_FOR

REASON_LENGTH = 200


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
    """Erase whoever ended so long ago that nothing needs them, in every municipality; how many. For the clock."""
    erased = 0
    for municipality in municipalities():
        with in_municipality(municipality), transaction.atomic():
            ids = list(
                Resident.objects.select_for_update(skip_locked=True)
                .filter(ended_at__lte=now - KEPT_AFTER_END)
                .values_list("pk", flat=True)[:1_000]
            )
            Resident.objects.filter(pk__in=ids).delete()
            _audit_each("resident.erased", ids, now)
            Unmasking.objects.filter(until__lt=now - KEPT_AFTER_END).delete()
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
