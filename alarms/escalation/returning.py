"""Back from service: kept as an act with its time, and what went wrong meanwhile and still is becomes one case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from alarms import devices
from alarms.intake.models import Transmitter, TransmitterState
from alarms.intake.storing import KnownTransmitter
from alarms.workqueue.gathered import settle
from alarms.workqueue.gathering import Gatherer
from alarms.workqueue.models import State, WorkItem
from central.audit.services import record
from central.events.services import unit_of_work

BATCH = 200


def return_from_service(now: datetime) -> int:
    """All whose service has ended, by itself or by hand, and who have not returned yet; how many. For the clock."""
    with unit_of_work():
        due = list(
            Transmitter.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("source")
            .filter(service_until__lte=now, service_ended_at=None)
            .order_by("pk")[:BATCH]
        )
        if not due:
            return 0
        for one in due:
            one.service_ended_at = now
            _keep(one, now)
        Transmitter.objects.bulk_update(due, ["service_ended_at"])
        _say_what_is_wrong([one for one in due if one.active and not one.synthetic], now)
    return len(due)


def _keep(one: Transmitter, now: datetime) -> None:
    record(
        "transmitter.service_returned",
        actor_id=None,
        actor_name="",
        municipality_id=one.municipality_id,
        subject=str(one.pk),
        details={"until": one.service_until.isoformat() if one.service_until else ""},
        at=now,
    )


def _say_what_is_wrong(back: Sequence[Transmitter], now: datetime) -> None:
    known = {
        one.pk: KnownTransmitter(one.pk, one.municipality_id, one.function, one.site, one.area)
        for one in back
    }
    faults = {one.pk: devices.fault(known[one.pk], exercise=one.source.exercise) for one in back}
    gatherer = Gatherer(faults.values(), now)
    states = devices.locked_states(known)
    wrong = [state for state in states.values() if state.troubles]
    told = set(
        WorkItem.objects.filter(pk__in=[state.trouble_item_id for state in wrong if state.trouble_item_id])
        .exclude(state=State.CLOSED)
        .values_list("pk", flat=True)
    )
    untold = [state for state in wrong if state.trouble_item_id not in told]
    gatherer.expect(faults[state.pk] for state in untold)
    ended = {one.pk: one.service_until or now for one in back}
    for state in untold:
        state.trouble_item_id = gatherer.place(faults[state.pk])
        if state.trouble_item_id is None:
            state.trouble_item_id = devices.fault_case(
                known[state.pk],
                story=_story(state, ended[state.pk]),
                now=now,
                exercise=faults[state.pk].exercise,
                account="",
            )
            gatherer.alone(faults[state.pk], state.trouble_item_id)
    TransmitterState.objects.bulk_update(untold, ["trouble_item_id"])
    settle(gatherer, now)


def _story(state: TransmitterState, ended: datetime) -> str:
    wrong = ", ".join(devices.TROUBLES[one].lower() for one in state.troubles)
    return f"Service slutade {timezone.localtime(ended):%H.%M.%S}. Fel som är kvar: {wrong}."
