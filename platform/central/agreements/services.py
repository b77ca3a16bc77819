"""Proposing, confirming and ending agreements. Every act is in the audit log of both sides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from central import functions as all_functions
from central import kinds as all_kinds
from central.accounts.capabilities import PORTAL_EDIT, require
from central.accounts.models import User
from central.agreements.models import Agreement, RuledKind, Shared
from central.audit.services import record
from central.municipalities.context import MunicipalityRef
from central.municipalities.directory import UnknownMunicipality, by_id


class BadAgreement(ValueError):
    """What was typed can't be agreed; ``field`` names it, ``message`` says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


class NotYourTurn(Exception):
    """It isn't for this side to confirm, or it is settled already."""

    message = "Avtalet väntar inte på er. Läs om sidan och se hur det står."


def propose(
    *,
    mine: MunicipalityRef,
    other_id: int,
    we_tell: bool,
    kinds: Collection[str],
    functions: Collection[str],
    shares: Collection[str],
    valid_from: date,
    valid_until: date | None,
    by: User,
    now: datetime,
    today: date,
) -> Agreement:
    """Ask the other side for an agreement by which we tell them (``we_tell``), or they tell us. Raises BadAgreement."""
    require(by, PORTAL_EDIT, mine)
    try:
        other = by_id(other_id)
    except UnknownMunicipality:
        raise BadAgreement("other", "Välj en kommun.") from None
    if other.is_centre or other.id == mine.id:
        raise BadAgreement("other", "Välj en annan kommun än er egen.")
    if not kinds or not set(kinds) <= set(all_kinds.KINDS):
        raise BadAgreement("kinds", "Kryssa minst ett slags ärende.")
    if not functions or not set(functions) <= set(all_functions.NAMES):
        raise BadAgreement("functions", "Kryssa minst en verksamhet.")
    if not set(shares) <= set(Shared.values):
        raise BadAgreement("shares", "Kryssa bland det som står i listan.")
    if valid_until is not None and valid_until < max(valid_from, today):
        raise BadAgreement("valid_until", "Sista dagen kan inte ligga före den första eller före i dag.")
    giver, taker = (mine, other) if we_tell else (other, mine)
    with transaction.atomic():
        made = Agreement.objects.create(
            giver_id=giver.id,
            taker_id=taker.id,
            kinds=sorted(set(kinds)),
            functions=sorted(set(functions)),
            shares=sorted(set(shares)),
            valid_from=valid_from,
            valid_until=valid_until,
            proposed_at=now,
            proposed_by_id=by.pk,
            proposed_by_giver=we_tell,
        )
        _record("agreement.proposed", made, by, now)
    return made


def confirm(*, agreement_id: UUID, mine: MunicipalityRef, by: User, now: datetime) -> Agreement:
    """The side that was asked says yes. Twice is once. Raises NotYourTurn."""
    require(by, PORTAL_EDIT, mine)
    with transaction.atomic():
        found = _locked(agreement_id, mine)
        asked = found.taker_id if found.proposed_by_giver else found.giver_id
        if asked != mine.id or found.ended_at is not None:
            raise NotYourTurn
        if found.confirmed_at is None:
            found.confirmed_at, found.confirmed_by_id = now, by.pk
            found.save(update_fields=["confirmed_at", "confirmed_by_id"])
            _record("agreement.confirmed", found, by, now)
    return found


def end(*, agreement_id: UUID, mine: MunicipalityRef, by: User, now: datetime) -> Agreement:
    """Either side, at any time: declined, taken back or terminated, from now. Twice is once. Raises NotYourTurn."""
    require(by, PORTAL_EDIT, mine)
    with transaction.atomic():
        found = _locked(agreement_id, mine)
        if found.ended_at is None:
            found.ended_at, found.ended_by_id = now, by.pk
            found.save(update_fields=["ended_at", "ended_by_id"])
            _record("agreement.ended", found, by, now)
    return found


def note_rules(municipality_id: int, kinds: Mapping[str, bool]) -> None:
    """For which kinds a municipality has rules now, and whether one counts abroad. In the caller's transaction."""
    RuledKind.objects.filter(municipality_id=municipality_id).delete()
    RuledKind.objects.bulk_create(
        RuledKind(municipality_id=municipality_id, kind=kind, abroad=abroad)
        for kind, abroad in sorted(kinds.items())
    )


def _locked(agreement_id: UUID, mine: MunicipalityRef) -> Agreement:
    found = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    if found is None or mine.id not in (found.giver_id, found.taker_id):
        raise NotYourTurn
    return found


def _record(verb: str, agreement: Agreement, by: User, now: datetime) -> None:
    for side in (agreement.giver_id, agreement.taker_id):
        record(
            verb,
            actor_id=by.pk,
            actor_name=by.name,
            municipality_id=side,
            subject=str(agreement.pk),
            at=now,
        )
