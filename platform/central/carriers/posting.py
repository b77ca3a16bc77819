"""Several messages queued in two statements, in the caller's transaction; for whoever asks many people at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from central import phone
from central.carriers import call_rules, doorbell, letters, rules
from central.carriers.models import Channel, Direction, Leg, State
from central.municipalities.context import MunicipalityRef


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `to` is E.164 and has been checked, `body` is sent or spoken."""

    subject_id: UUID
    purpose: str
    to: str
    body: str
    contact_name: str
    channel: str = Channel.SMS
    validity: timedelta = rules.VALIDITY
    ring_seconds: int = 30


def post(messages: Sequence[Message], *, municipality: MunicipalityRef, now: datetime) -> list[Leg]:
    """Queue them all, or none: they leave after COMMIT, each within its `validity` or not at all.

    Raises central.phone.BadNumber: 112 and other numbers we never ring or text are refused by name here too.
    """
    if not messages:
        return []
    numbers = [phone.normalise(one.to) for one in messages]
    with transaction.atomic():
        legs = Leg.objects.bulk_create(
            Leg(
                municipality_id=municipality.id,
                subject_id=one.subject_id,
                purpose=one.purpose,
                channel=one.channel,
                direction=Direction.OUT,
                state=State.QUEUED,
                number_hash=phone.keyed_hash(number),
                created_at=now,
                changed_at=now,
                checked_at=now,
                next_attempt_at=now,
                expires_at=now + one.validity,
                ring_seconds=call_rules.ring_seconds(one.ring_seconds)
                if one.channel == Channel.VOICE
                else None,
            )
            for one, number in zip(messages, numbers, strict=True)
        )
        kept = [
            letters.Kept(leg.id, number, one.body, one.contact_name)
            for leg, number, one in zip(legs, numbers, messages, strict=True)
        ]
        letters.keeper().store_many(kept, municipality, Direction.OUT, now)
        transaction.on_commit(doorbell.ring, robust=True)
    return legs
