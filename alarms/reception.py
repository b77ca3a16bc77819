"""The one use case every way in ends in: a signal is stored and its case opened, in one transaction.

Nothing is acknowledged that isn't committed. Should a case not open (a fault of ours), the signal alone is stored and
acknowledged; a stored signal without a case is due work for the clock (:func:`heal`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection

from alarms import devices
from alarms.intake.models import Meaning, Signal, UnknownAccount
from alarms.intake.storing import Incoming, Stored, by_earlier_keys, store
from alarms.workqueue import changes
from alarms.workqueue.gathered import settle
from alarms.workqueue.gathering import Fault, Gatherer
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.opening import BESIDE, NewCase, open_cases
from central.bulk import run
from central.events.services import unit_of_work
from central.ids import new_id
from central.kinds import KINDS
from central.priorities import DEADLINES

log = structlog.get_logger(__name__)
UNKNOWN = KINDS["unknown_transmitter"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told. ``repeated``: met before; ``conflict``: the key was used with another body;
    ``failed``: a fault of ours, nothing is stored.
    """

    result: Literal["stored", "repeated", "conflict", "failed"]
    id: UUID


def receive(batch: Sequence[Incoming], now: datetime) -> list[Receipt]:
    """Store and open a batch in one transaction; returns after COMMIT, receipts in the order given.

    Raises OperationalError or InterfaceError when the database is away: then nothing is acknowledged.
    """
    try:
        return _receive_together(batch, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("reception.batch_failed", size=len(batch), error=type(error).__name__)
        return [_receive_alone(one, now) for one in batch]


def _receive_together(batch: Sequence[Incoming], now: datetime) -> list[Receipt]:
    first: dict[tuple[int, bytes], int] = {}
    with unit_of_work(gathered=True):
        batch = by_earlier_keys(batch)
        for position, one in enumerate(batch):
            first.setdefault((one.source_id, one.key_digest), position)
        unique = [batch[position] for position in first.values()]
        stored = store(unique, now, beside=BESIDE)
        _open([one for one in stored if one.fresh], now)
    by_key = {(one.incoming.source_id, one.incoming.key_digest): one for one in stored}
    receipts = []
    for position, one in enumerate(batch):
        key = (one.source_id, one.key_digest)
        kept = by_key[key]
        if first[key] == position:
            receipts.append(_receipt(kept, fresh=kept.fresh, same=kept.same_body))
        else:
            receipts.append(_receipt(kept, fresh=False, same=one.body_digest == kept.incoming.body_digest))
    return receipts


def _receipt(kept: Stored, *, fresh: bool, same: bool) -> Receipt:
    return Receipt("stored" if fresh else "repeated" if same else "conflict", kept.id)


def _receive_alone(one: Incoming, now: datetime) -> Receipt:
    try:
        return _receive_together([one], now)[0]
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("reception.case_not_opened", error=type(error).__name__)
        return _store_only(one, now)


def _store_only(one: Incoming, now: datetime) -> Receipt:
    try:
        with unit_of_work():
            stored = store([one], now)[0]
            if stored.fresh:
                Signal.objects.filter(pk=stored.id).update(item_id=None)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # its neighbours in the batch are stored: they must hear that
        log.exception("reception.signal_not_stored", error=type(error).__name__)
        return Receipt("failed", UUID(int=0))
    return _receipt(stored, fresh=stored.fresh, same=stored.same_body)


def _open(stored: Sequence[Stored], now: datetime) -> None:
    alarms = [
        one
        for one in stored
        if one.transmitter is not None and one.incoming.meaning == Meaning.ALARM and not one.logged
    ]
    spoken = [one for one in stored if devices.speaks_of_itself(one)]
    unknown: dict[tuple[int, str], list[Stored]] = defaultdict(list)
    for one in stored:
        if one.transmitter is None:
            unknown[one.incoming.source_id, one.account_hash].append(one)
    faults = [_fault(one) for one in alarms]
    gatherer = Gatherer([*faults, *devices.faults(spoken)], now)  # its locks come before all others
    gatherer.expect(faults)
    open_cases(
        [
            _new_case(one, now)
            for one, fault in zip(alarms, faults, strict=True)
            if _alone(one, fault, gatherer)
        ]
    )
    if spoken:
        devices.hear(spoken, now, gatherer)
    if gatherer.groups or gatherer.changes:
        settle(gatherer, now)
        _tell_signals(gatherer)
    for (source_id, hashed), signals in sorted(unknown.items()):
        item_id = _open_unknown(source_id, hashed, signals, now)
        Signal.objects.filter(pk__in=[one.id for one in signals]).update(item_id=item_id)


def _fault(one: Stored) -> Fault:
    transmitter, incoming = one.transmitter, one.incoming
    if transmitter is None:
        raise ValueError("an unknown account has no case of its own")
    return Fault(
        municipality_id=one.municipality_id,
        kind=incoming.kind,
        function=transmitter.function or KINDS[incoming.kind].function,
        exercise=incoming.exercise,
        priority=incoming.priority,
        transmitter_id=transmitter.id,
        site=transmitter.site,
        area=transmitter.area,
        signal_id=one.id,
        account=incoming.account,
    )


def _alone(one: Stored, fault: Fault, gatherer: Gatherer) -> bool:
    """Whether the alarm is a case of its own; else it belongs to the one that gathers it."""
    gathers = gatherer.place(fault)
    if gathers is not None:
        one.item_id = gathers
        return False
    if one.item_id is not None:
        gatherer.alone(fault, one.item_id)
    return True


def _tell_signals(gatherer: Gatherer) -> None:
    """Each alarm that was gathered belongs to that case."""
    for change in gatherer.changes.values():
        signals = [signal for one in change.joined.values() for signal in one.signals]
        if signals:
            run(
                "UPDATE public.intake_signal SET item_id = $1 WHERE id = ANY($2)",
                ("uuid", change.item_id),
                ("uuid[]", signals),
            )


def open_stored_signals(stored: Sequence[Stored], now: datetime) -> None:
    """Open the cases of signals stored earlier without one; inside a unit of work that has locked them."""
    for one in stored:
        if one.transmitter is not None and one.incoming.meaning == Meaning.ALARM:
            one.item_id = new_id()
            Signal.objects.filter(pk=one.id).update(item_id=one.item_id)
    _open(stored, now)


def _new_case(one: Stored, now: datetime) -> NewCase:
    transmitter, incoming = one.transmitter, one.incoming
    if transmitter is None or one.item_id is None:
        raise ValueError("an unknown account has no case of its own")
    number, earlier = one.beside or (None, 0)
    return NewCase(
        id=one.item_id,
        municipality_id=one.municipality_id,
        kind=incoming.kind,
        function=transmitter.function or KINDS[incoming.kind].function,
        priority=incoming.priority,
        received_at=now,
        site=transmitter.site,
        area=transmitter.area,
        transmitter_id=transmitter.id,
        exercise=incoming.exercise,
        occurred_at=incoming.occurred_at,
        place=incoming.place,
        person=incoming.person,
        access=incoming.access,
        call_back=incoming.call_back,
        story=incoming.text,
        account=incoming.account,
        source_name=incoming.source_name,
        number=number,
        earlier=earlier,
    )


def _open_unknown(source_id: int, hashed: str, signals: Sequence[Stored], now: datetime) -> UUID:
    """One open item per unknown account, with a counter; the content waits with the centre."""
    newest = signals[-1].incoming
    urgency = min(UNKNOWN.priority, *(one.incoming.priority for one in signals))
    with connection.cursor() as cursor:  # two processes may meet the same new account at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{source_id}:{hashed}"])
    known = UnknownAccount.objects.filter(source_id=source_id, account_hash=hashed).first()
    if known is not None:
        item = WorkItem.objects.select_for_update().get(pk=known.item_id)
        if item.state != State.CLOSED:
            known.count += len(signals)
            known.last_at = now
            known.save()
            item.repeats = known.count
            if urgency < item.priority:
                item.priority = urgency
                item.due_at = min(item.due_at, now + DEADLINES[urgency])
            changes.save(item, verb="repeated", now=now, actor=None, touched=False)
            return item.pk
    case = NewCase(
        municipality_id=signals[0].municipality_id,
        kind=UNKNOWN.code,
        function=UNKNOWN.function,
        priority=urgency,
        received_at=now,
        area=newest.source_name,
        exercise=newest.exercise,
        occurred_at=newest.occurred_at,
        place=newest.place,
        story=newest.text,
        account=newest.account,
        source_name=newest.source_name,
        repeats=len(signals),
    )
    open_cases([case])
    UnknownAccount.objects.update_or_create(
        source_id=source_id,
        account_hash=hashed,
        defaults={"item_id": case.id, "count": len(signals), "last_at": now},
    )
    return case.id
