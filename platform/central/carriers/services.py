"""Sending, ringing, cancelling and hanging up: rows in the caller's transaction; the gateway does the rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from central import phone
from central.carriers import call_rules, doorbell, endings, letters, rules
from central.carriers.models import Channel, Direction, Leg, State
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
        leg = _row(Channel.SMS, municipality, subject_id, purpose, number, now, validity)
        letters.keeper().store(leg.id, municipality, number, body, contact_name, Direction.OUT, now)
        transaction.on_commit(doorbell.ring, robust=True)
    return leg


def ring(
    *,
    municipality: MunicipalityRef,
    subject_id: UUID,
    purpose: str,
    to: str,
    words: str,
    contact_name: str,
    now: datetime,
    validity: timedelta = rules.VALIDITY,
    ring_seconds: int = 30,
) -> Leg:
    """Queue one call in the caller's transaction; it is placed after COMMIT, within `validity` or not at all.

    `words` are spoken unless the listener says otherwise; a voicemail may hear them too. It rings for `ring_seconds`
    (5 to 600; the carrier may add five).
    Raises central.phone.BadNumber: 112 and other numbers we never call are refused by name here too.
    """
    number = phone.normalise(to)
    with transaction.atomic():
        seconds = call_rules.ring_seconds(ring_seconds)
        leg = _row(Channel.VOICE, municipality, subject_id, purpose, number, now, validity, seconds)
        letters.keeper().store(leg.id, municipality, number, words, contact_name, Direction.OUT, now)
        transaction.on_commit(doorbell.ring, robust=True)
    return leg


def _row(
    channel: Channel,
    municipality: MunicipalityRef,
    subject_id: UUID,
    purpose: str,
    number: str,
    now: datetime,
    validity: timedelta,
    ring_seconds: int | None = None,
) -> Leg:
    return Leg.objects.create(
        municipality_id=municipality.id,
        subject_id=subject_id,
        purpose=purpose,
        channel=channel,
        direction=Direction.OUT,
        state=State.QUEUED,
        number_hash=phone.keyed_hash(number),
        created_at=now,
        changed_at=now,
        checked_at=now,
        next_attempt_at=now,
        expires_at=now + validity,
        ring_seconds=ring_seconds,
    )


def cancel(*, leg_id: UUID, now: datetime) -> bool:
    """Call a message (or a call) back before it leaves. False when it may already have left.

    Waits for the leg's lock: from a listener, hang up instead.
    """
    with transaction.atomic():
        leg = Leg.objects.select_for_update().get(pk=leg_id)
        called = leg.tries.filter(number=leg.attempts, called_at__isnull=False).exists()
        if leg.state not in (State.QUEUED, State.SENDING) or (leg.state == State.SENDING and called):
            return False
        leg.state, leg.lease_until, leg.next_attempt_at = State.CANCELLED, None, None
        leg.changed_at = leg.ended_at = now
        leg.save(update_fields=["state", "lease_until", "next_attempt_at", "changed_at", "ended_at"])
    return True


def hang_up(*, leg_id: UUID, now: datetime, answered_too: bool = True) -> None:
    """Wish a call away, in the caller's transaction; a worker carries it out after COMMIT.

    Not placed yet → cancelled. It rings → called off. Somebody has picked up → cut off, unless `answered_too` is false:
    then they hear the listener's words out. Ended, or wished before → nothing happens. Waits for nobody's lock on the
    leg. Raises endings.NotACall for an SMS.
    """
    endings.wish(leg_id=leg_id, now=now, answered_too=answered_too)
    transaction.on_commit(doorbell.ring, robust=True)
