"""Sending and cancelling: a row and its letter in the caller's transaction; the gateway does the rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from central import phone
from central.carriers import doorbell, letters, rules
from central.carriers.models import Direction, Leg, State
from central.municipalities.context import MunicipalityRef


def send(
    *,
    municipality: MunicipalityRef,
    subject_id: UUID,
    purpose: str,
    to: str,
    body: str,
    contact_name: str,
    now: datetime,
    validity: timedelta = rules.VALIDITY,
) -> Leg:
    """Queue one SMS in the caller's transaction; it leaves after COMMIT, within `validity` or not at all.

    Raises central.phone.BadNumber: 112 and other numbers we never text are refused by name here too.
    """
    number = phone.normalise(to)
    with transaction.atomic():
        leg = Leg.objects.create(
            municipality_id=municipality.id,
            subject_id=subject_id,
            purpose=purpose,
            direction=Direction.OUT,
            state=State.QUEUED,
            number_hash=phone.keyed_hash(number),
            created_at=now,
            changed_at=now,
            checked_at=now,
            next_attempt_at=now,
            expires_at=now + validity,
        )
        letters.keeper().store(leg.id, municipality, number, body, contact_name, Direction.OUT, now)
        transaction.on_commit(doorbell.ring, robust=True)
    return leg


def cancel(*, leg_id: UUID, now: datetime) -> bool:
    """Call a message back before it leaves. False when it may already have left."""
    with transaction.atomic():
        leg = Leg.objects.select_for_update().get(pk=leg_id)
        called = leg.tries.filter(number=leg.attempts, called_at__isnull=False).exists()
        if leg.state not in (State.QUEUED, State.SENDING) or (leg.state == State.SENDING and called):
            return False
        leg.state, leg.lease_until, leg.next_attempt_at = State.CANCELLED, None, None
        leg.changed_at = leg.ended_at = now
        leg.save(update_fields=["state", "lease_until", "next_attempt_at", "changed_at", "ended_at"])
    return True
