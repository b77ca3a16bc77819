"""What a transmitter says of itself: a fault begins or ends, an alarm is restored. One open case per faulty one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from alarms.intake.models import Meaning, Signal, TransmitterState
from alarms.intake.storing import KnownTransmitter, Stored
from alarms.workqueue import changes
from alarms.workqueue.gathered import standing_in
from alarms.workqueue.gathering import Fault, Gatherer
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
    """Whether a stored signal is for :func:`hear`: a fault, the end of something, a report, a test."""
    return one.transmitter is not None and one.incoming.meaning != Meaning.ALARM


def faults(stored: Sequence[Stored]) -> list[Fault]:
    """The faults among what was stored, each as it would ask to be gathered."""
    return [
        _fault(one, one.transmitter)
        for one in stored
        if one.transmitter is not None and one.incoming.meaning == Meaning.TROUBLE and not one.logged
    ]


def hear(stored: Sequence[Stored], now: datetime, gatherer: Gatherer) -> None:
    """Keep what is wrong with each transmitter and tell its open case, in the order given; inside a unit of work.

    ``gatherer`` was made with their :func:`faults` too, before any state is locked; who made it settles it.
    """
    flush()  # the alarm that is restored may have come in the same batch
    states = locked_states([_transmitter_id(one) for one in stored])
    gathering = _gathering(states.values())
    gatherer.expect(fault for fault in faults(stored) if states[fault.transmitter_id].trouble_item_id is None)
    told: dict[UUID, list[UUID]] = defaultdict(list)
    tested: list[TransmitterState] = []
    for one in sorted(stored, key=_transmitter_id):  # in one order: two batches never wait for each other
        if one.transmitter is None:
            raise ValueError("an unknown account has no state")
        state = states[one.transmitter.id]
        if one.incoming.meaning == Meaning.TEST:
            state.tested_at = now
            tested.append(state)
        elif one.incoming.meaning == Meaning.TROUBLE and one.logged:
            _note(_trouble(one), state)
        elif one.incoming.meaning == Meaning.TROUBLE:
            one.item_id = _begin(one, one.transmitter, state, now, gatherer, gathering)
        elif one.incoming.meaning == Meaning.REPORT:
            one.item_id = _reported(one.transmitter.id, one.incoming.text, now)
        elif one.incoming.trouble:
            one.item_id = _end(_trouble(one), one.transmitter, state, now, gatherer, gathering)
        else:
            one.item_id = _alarm_restored(one.transmitter, now, gatherer)
        if one.item_id is not None:
            told[one.item_id].append(one.id)
    if tested:
        TransmitterState.objects.bulk_update(tested, ["tested_at"])
    for item_id, signals in told.items():
        Signal.objects.filter(pk__in=signals).update(item_id=item_id)


def _transmitter_id(one: Stored) -> int:
    return one.transmitter.id if one.transmitter else 0


def locked_state(transmitter_id: int) -> TransmitterState:
    """Its row, made when it has none, locked until the transaction ends."""
    return locked_states([transmitter_id])[transmitter_id]


def locked_states(transmitter_ids: Iterable[int]) -> dict[int, TransmitterState]:
    """Their rows, made where there were none, locked in one order until the transaction ends."""
    ids = sorted(set(transmitter_ids))
    found = _states(ids)
    if len(found) < len(ids):
        TransmitterState.objects.bulk_create(
            [TransmitterState(pk=one) for one in ids if one not in found], ignore_conflicts=True
        )
        found = _states(ids)
    return found


def _states(ids: Sequence[int]) -> dict[int, TransmitterState]:
    rows = TransmitterState.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def _gathering(states: Iterable[TransmitterState]) -> set[UUID]:
    """Those of their cases of faults that gather many."""
    ids = {state.trouble_item_id for state in states if state.trouble_item_id is not None}
    return (
        set(WorkItem.objects.filter(pk__in=ids, gathers__gt=0).values_list("pk", flat=True)) if ids else set()
    )


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


def _fault(one: Stored, transmitter: KnownTransmitter) -> Fault:
    return fault(
        transmitter,
        exercise=one.incoming.exercise,
        priority=one.incoming.priority,
        account=one.incoming.account,
        signal_id=one.id,
    )


def fault(
    transmitter: KnownTransmitter,
    *,
    exercise: bool,
    priority: int = FAULT.priority,
    account: str = "",
    signal_id: UUID | None = None,
) -> Fault:
    """Something wrong with the transmitter itself, as it asks to be gathered."""
    return Fault(
        municipality_id=transmitter.municipality_id,
        kind=FAULT.code,
        function=transmitter.function or FAULT.function,
        exercise=exercise,
        priority=priority,
        transmitter_id=transmitter.id,
        site=transmitter.site,
        area=transmitter.area,
        signal_id=signal_id,
        account=account,
    )


def _note(trouble: str, state: TransmitterState) -> None:
    """It began under service: no case now, and what is still wrong when service ends becomes one."""
    if trouble not in state.troubles:
        state.troubles = [*state.troubles, trouble]
        state.save(update_fields=["troubles"])


def _begin(
    one: Stored,
    transmitter: KnownTransmitter,
    state: TransmitterState,
    now: datetime,
    gatherer: Gatherer,
    gathering: set[UUID],
) -> UUID:
    trouble, item_id = _trouble(one), state.trouble_item_id
    asks = _fault(one, transmitter)
    known = trouble in state.troubles
    if not known:
        state.troubles = [*state.troubles, trouble]
    if item_id in gathering and item_id is not None and _stands(item_id, gatherer):
        gatherer.again(item_id, asks)
    else:
        item = open_item(item_id)
        if item is None:
            item_id = gatherer.place(asks)
            if item_id is None:
                item_id = fault_case(
                    transmitter,
                    story=one.incoming.text,
                    now=now,
                    exercise=one.incoming.exercise,
                    account=one.incoming.account,
                    priority=one.incoming.priority,
                )
                gatherer.alone(asks, item_id)
            else:
                gathering.add(item_id)
        elif not known:
            changes.save(
                item, verb="trouble_began", now=now, actor=None, text=TROUBLES[trouble], touched=False
            )
    assert item_id
    if not known or state.trouble_item_id != item_id:
        state.trouble_item_id = item_id
        state.save(update_fields=["troubles", "trouble_item_id"])
    return item_id


def _stands(item_id: UUID, gatherer: Gatherer) -> bool:
    """Whether a case that gathers is open; one that is opened in this batch is."""
    if item_id in gatherer.changes:
        return True
    return WorkItem.objects.filter(pk=item_id).exclude(state=State.CLOSED).exists()


def _end(
    trouble: str,
    transmitter: KnownTransmitter,
    state: TransmitterState,
    now: datetime,
    gatherer: Gatherer,
    gathering: set[UUID],
) -> UUID | None:
    if trouble not in state.troubles:
        return None
    item_id = state.trouble_item_id
    state.troubles = [one for one in state.troubles if one != trouble]
    if not state.troubles:
        state.trouble_item_id = None
    state.save(update_fields=["troubles", "trouble_item_id"])
    if item_id is not None and item_id in gathering:
        if not state.troubles:
            gatherer.end(item_id, transmitter.municipality_id, transmitter.id, "restored")
        return item_id
    item = open_item(item_id)
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


def _alarm_restored(transmitter: KnownTransmitter, now: datetime, gatherer: Gatherer) -> UUID | None:
    """Its newest open alarm is restored: a case of its own, or its part of one that gathers."""
    joined = gatherer.joined_now(transmitter.id, but=FAULT.code)
    newest = None if joined else _newest_alarm(transmitter.id)
    if joined is None:
        joined = standing_in(
            transmitter.municipality_id, transmitter.id, since=newest.received_at if newest else None
        )
    if joined is not None:
        gatherer.end(joined, transmitter.municipality_id, transmitter.id, "restored")
        return joined
    if newest is None:
        return None
    newest.word = newest.word or RESTORED
    changes.save(newest, verb="restored", now=now, actor=None, touched=False)
    return newest.pk
