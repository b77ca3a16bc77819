"""Signals as a receiver hands them on, without a receiver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from alarms.intake.models import Signal, Source, Transmitter
from alarms.intake.registering import register_source, register_transmitter
from alarms.intake.storing import Incoming
from alarms.reception import Receipt, receive
from tests.support.cases import now

FIRST = "1001"


def transmitter(municipality: Any, account: str = FIRST, **more: Any) -> Transmitter:
    """A transmitter of the one source of this test; ``more`` are fields to set, and ``aes_key``."""
    protocol = more.pop("protocol", "dc09")
    source = Source.objects.filter(name="Provmottagaren").first()
    if source is None:
        source, _ = register_source(name="Provmottagaren", protocol=protocol)
    made = register_transmitter(
        source=source,
        account=account,
        municipality=municipality,
        site="Brobyskolan",
        area="Broby",
        aes_key=more.pop("aes_key", None),
    )
    for name, value in more.items():
        setattr(made, name, value)
    made.save()
    return made


def said(one: Transmitter, meaning: str = "alarm", *, account: str = FIRST, **more: Any) -> Incoming:
    """What a transmitter says, new each time."""
    key = uuid4().bytes * 2
    given = {
        "kind": "technical",
        "priority": 2,
        "occurred_at": now(),
        "text": "Sektion 4",
        "body": "{}",
        **more,
    }
    return Incoming(
        source_id=one.source_id, source_name="Provmottagaren", exercise=False, key_digest=key, body_digest=key,
        account=account, meaning=meaning, **given,
    )  # fmt: skip


def take(batch: Sequence[Incoming], at: datetime | None = None) -> list[Receipt]:
    """One batch, received."""
    return receive(batch, at or now())


def signal_of(receipt: Receipt) -> Signal:
    return Signal.objects.get(pk=receipt.id)
