"""What a transmitter says of itself: a fault begins or ends, an alarm is restored. One open case per faulty one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from alarms.intake.models import Meaning, Signal, TransmitterState
from alarms.intake.storing import KnownTransmitter, Stored
from alarms.workqueue import changes
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.opening import NewCase, open_cases
from central.bulk import flush
from central.kinds import KINDS

FAULT = KINDS["transmitter_fault"]
RESTORED = "Återställt"
TROUBLES = {
    "battery": "Batteriet",
    "mains": "Nätströmmen",
    "tamper": "Sabotageskyddet",
    "line": "Förbindelsen",
    "key": "Krypteringsnyckeln",
    "fault": "Sändaren",
}
"""What can be wrong with a transmitter, by code."""


def speaks_of_itself(one: Stored) -> bool:
    """Whether a stored signal is for :func:`hear`: a fault (unless under service), the end of something, a report."""
    meaning = one.incoming.meaning
    return one.transmitter is not None and (
        meaning in (Meaning.RESTORE, Meaning.REPORT) or (meaning == Meaning.TROUBLE and not one.logged)
    )


def hear(stored: Sequence[Stored], now: datetime) -> None:
    """Keep what is wrong with each transmitter and tell its open case, in the order given; inside a unit of work."""
    flush()  # the alarm that is restored may have come in the same batch
    for one in sorted(stored, key=_transmitter_id):  # in one order: two batches never wait for each other
        if one.transmitter is None:
            raise ValueError("an unknown account has no state")
        state = locked_state(one.transmitter.id)
        if one.incoming.meaning == Meaning.TROUBLE:
            one.item_id = _begin(one, one.transmitter, state, now)
        elif one.incoming.meaning == Meaning.REPORT:
            one.item_id = _reported(one.transmitter.id, one.incoming.text, now)
        elif one.incoming.trouble:
            one.item_id = _end(_trouble(one), state, now)
        else:
            one.item_id = _alarm_restored(one.transmitter.id, now)
        if one.item_id is not None:
            Signal.objects.filter(pk=one.id).update(item_id=one.item_id)


def _transmitter_id(one: Stored) -> int:
    return one.transmitter.id if one.transmitter else 0


def locked_state(transmitter_id: int) -> TransmitterState:
    """Its row, made when it has none, locked until the transaction ends."""
    TransmitterState.objects.get_or_create(pk=transmitter_id)
    return TransmitterState.objects.select_for_update().get(pk=transmitter_id)


def open_item(item_id: UUID | None) -> WorkItem | None:
    """The case, locked, unless it is closed."""
    if item_id is None:
        return None
    return WorkItem.objects.select_for_update().filter(pk=item_id).exclude(state=State.CLOSED).first()


def fault_case(
    transmitter: KnownTransmitter,
    *,
    story: str,
    now: datetime,
    exercise: bool,
    account: str,
    priority: int = FAULT.priority,
) -> UUID:
    """Open a case about the transmitter itself; inside a unit of work. Its id."""
    case = NewCase(
        municipality_id=transmitter.municipality_id,
        kind=FAULT.code,
        function=transmitter.function or FAULT.function,
        priority=priority,
        received_at=now,
        site=transmitter.site,
        area=transmitter.area,
        transmitter_id=transmitter.id,
        exercise=exercise,
        occurred_at=now,
        story=story,
        account=account,
    )
    (item_id,) = open_cases([case])
    flush()
    return item_id


def _trouble(one: Stored) -> str:
    return one.incoming.trouble if one.incoming.trouble in TROUBLES else "fault"


def _begin(one: Stored, transmitter: KnownTransmitter, state: TransmitterState, now: datetime) -> UUID:
    trouble = _trouble(one)
    item = open_item(state.trouble_item_id)
    known = trouble in state.troubles
    if not known:
        state.troubles = [*state.troubles, trouble]
    if item is None:
        state.trouble_item_id = fault_case(
            transmitter,
            story=one.incoming.text,
            now=now,
            exercise=one.incoming.exercise,
            account=one.incoming.account,
            priority=one.incoming.priority,
        )
    elif not known:
        changes.save(item, verb="trouble_began", now=now, actor=None, text=TROUBLES[trouble], touched=False)
    state.save(update_fields=["troubles", "trouble_item_id"])
    return UUID(str(state.trouble_item_id))


def _end(trouble: str, state: TransmitterState, now: datetime) -> UUID | None:
    if trouble not in state.troubles:
        return None
    item = open_item(state.trouble_item_id)
    state.troubles = [one for one in state.troubles if one != trouble]
    if not state.troubles:
        state.trouble_item_id = None
    state.save(update_fields=["troubles", "trouble_item_id"])
    if item is None:
        return None
    if not state.troubles:
        item.word = item.word or RESTORED
    changes.save(item, verb="restored", now=now, actor=None, text=TROUBLES[trouble], touched=False)
    return item.pk


def _newest_alarm(transmitter_id: int) -> WorkItem | None:
    return (
        WorkItem.objects.select_for_update()
        .filter(transmitter_id=transmitter_id)
        .exclude(state=State.CLOSED)
        .exclude(kind=FAULT.code)
        .order_by("-received_at")
        .first()
    )


def _reported(transmitter_id: int, text: str, now: datetime) -> UUID | None:
    """Somebody is on site, a door is locked again: a line in the case that stands, nothing where none does."""
    newest = _newest_alarm(transmitter_id)
    if newest is None:
        return None
    changes.save(newest, verb="reported", now=now, actor=None, text=text, touched=False)
    return newest.pk


def _alarm_restored(transmitter_id: int, now: datetime) -> UUID | None:
    newest = _newest_alarm(transmitter_id)
    if newest is None:
        return None
    newest.word = newest.word or RESTORED
    changes.save(newest, verb="restored", now=now, actor=None, touched=False)
    return newest.pk
