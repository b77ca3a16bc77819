"""A stored signal without a case is due work: the case is opened from the stored content."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import structlog
from django.db.models import Q

from alarms.intake.models import Signal, Transmitter
from alarms.intake.storing import Incoming, KnownTransmitter, Stored
from alarms.reception import open_stored_signals
from central.events.services import unit_of_work
from central.kinds import KINDS
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id
from tenants.contents.models import SignalContent

log = structlog.get_logger(__name__)
WAIT = timedelta(seconds=5)
RETRY = timedelta(minutes=1)
BATCH = 50


def unopened(now: datetime, older_than: timedelta = WAIT) -> int:
    """How many stored signals have had no case for that long."""
    return Signal.objects.filter(item_id=None, logged=False, received_at__lt=now - older_than).count()


def open_stored(now: datetime) -> int:
    """Open what stands unopened, each in its own transaction; how many were opened."""
    ripe = Q(retry_at=None) | Q(retry_at__lte=now)  # those that failed wait, and stand in nobody's way
    due = Signal.objects.filter(ripe, item_id=None, logged=False, received_at__lt=now - WAIT).order_by(
        "received_at"
    )
    done = 0
    for signal_id in due.values_list("pk", flat=True)[:BATCH]:
        try:
            with unit_of_work():
                signal = (
                    Signal.objects.select_for_update(of=("self",), skip_locked=True)
                    .select_related("source")
                    .filter(pk=signal_id, item_id=None)
                    .first()
                )
                if signal is not None:
                    open_stored_signals([_recalled(signal)], now)
                    done += 1
        except Exception as error:
            Signal.objects.filter(pk=signal_id).update(retry_at=now + RETRY)
            log.exception("healing.failed", signal=str(signal_id), error=type(error).__name__)
    return done


def _recalled(signal: Signal) -> Stored:
    with in_municipality(by_id(signal.municipality_id)):
        content = SignalContent.objects.get(pk=signal.pk)
    said = content.body
    data = said.get("data") or {}
    incoming = Incoming(
        source_id=signal.source_id,
        source_name=signal.source.name,
        exercise=signal.source.exercise,
        key_digest=bytes(signal.key_digest),
        body_digest=bytes(signal.body_digest),
        body=msgspec.json.encode(said).decode(),
        kind=signal.kind if signal.kind in KINDS else "technical",
        meaning=signal.meaning,
        trouble=said.get("trouble", ""),
        account=content.account,
        occurred_at=signal.occurred_at,
        priority=signal.priority,
        place=said.get("place", ""),
        text=said.get("text", ""),
        person=data.get("person", ""),
        access=data.get("access", ""),
        call_back=data.get("call_back", ""),
    )
    return Stored(
        incoming=incoming,
        id=signal.pk,
        account_hash=signal.account_hash,
        municipality_id=signal.municipality_id,
        transmitter=_transmitter(signal.transmitter_id),
        item_id=None,
    )


def _transmitter(transmitter_id: int | None) -> KnownTransmitter | None:
    if transmitter_id is None or (row := Transmitter.objects.filter(pk=transmitter_id).first()) is None:
        return None
    return KnownTransmitter(row.pk, row.municipality_id, row.function, row.site, row.area)
