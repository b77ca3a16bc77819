"""Transmitters that shall be tested now and then: a test that is missing becomes one case, told when the test comes.

A test that was due while our own receivers were away is not missed: the next one is waited for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from alarms import devices
from alarms.escalation.supervision import listened_since, posted_since
from alarms.intake.models import TransmitterState
from alarms.intake.storing import KnownTransmitter
from alarms.workqueue import changes
from alarms.workqueue.gathered import settle
from alarms.workqueue.gathering import Gatherer
from alarms.workqueue.models import WorkItem
from central.events.services import unit_of_work

GRACE = timedelta(hours=1)
"""A test comes at about its time; a line that is down for a moment is tried again."""
BATCH = 200

_MISSING = """
SELECT * FROM (
    SELECT t.id, t.municipality_id, t.function, t.site, t.area, o.exercise, t.test_hours, s.tested_at,
        greatest(s.tested_at, t.changed_at, t.service_until) + make_interval(hours => t.test_hours) AS expected,
        CASE WHEN o.protocol = 'webhook' THEN %(posted)s::timestamptz ELSE %(called)s END AS listened
    FROM public.intake_transmitter t
    JOIN public.intake_source o ON o.id = t.source_id AND o.active AND o.protocol IN ('dc09', 'scaip', 'webhook')
    LEFT JOIN public.intake_transmitterstate s ON s.transmitter_id = t.id
    WHERE t.active AND NOT t.synthetic AND t.test_hours IS NOT NULL AND s.untested_item_id IS NULL
        AND coalesce(t.service_until <= %(now)s, true)
) due
WHERE listened IS NOT NULL AND %(now)s > %(grace)s
    + CASE WHEN expected < listened THEN listened + make_interval(hours => test_hours) ELSE expected END
ORDER BY expected LIMIT %(most)s"""

_CAME = """
SELECT s.transmitter_id, t.municipality_id, s.tested_at
FROM public.intake_transmitterstate s JOIN public.intake_transmitter t ON t.id = s.transmitter_id
WHERE s.untested_item_id IS NOT NULL AND (NOT t.active OR t.test_hours IS NULL
    OR s.tested_at + make_interval(hours => t.test_hours) + %(grace)s > %(now)s)
ORDER BY 1 LIMIT %(most)s"""


@dataclass(frozen=True, slots=True)
class _Missing:
    transmitter: KnownTransmitter
    exercise: bool
    hours: int
    tested_at: datetime | None
    expected: datetime

    @property
    def story(self) -> str:
        last = f"Det senaste kom {_said(self.tested_at)}." if self.tested_at else "Inget prov har kommit än."
        often = f"Sändaren ska prova var {self.hours}:e timme."
        return f"Provet som skulle ha kommit {_said(self.expected)} saknas. {last} {often}"


def _said(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H.%M.%S}"


def notice_missing(now: datetime) -> int:
    """Each transmitter whose test is missing gets one case, and each whose test has come is told; how many."""
    return _came(now) + _missing(now)


def _missing(now: datetime) -> int:
    found = [
        _Missing(KnownTransmitter(*row[:5]), row[5], row[6], row[7], row[8])
        for row in _asked(_MISSING, now, called=listened_since(now), posted=posted_since(now))
    ]
    if not found:
        return 0
    faults = {one.transmitter.id: devices.fault(one.transmitter, exercise=one.exercise) for one in found}
    with unit_of_work():
        gatherer = Gatherer(faults.values(), now)
        states = devices.locked_states(faults)
        still = [one for one in found if _untested(states[one.transmitter.id], one)]
        gatherer.expect(faults[one.transmitter.id] for one in still)
        for one in still:
            fault, state = faults[one.transmitter.id], states[one.transmitter.id]
            state.untested_item_id = gatherer.place(fault)
            if state.untested_item_id is None:
                state.untested_item_id = devices.fault_case(
                    one.transmitter, story=one.story, now=now, exercise=one.exercise, account=""
                )
                gatherer.alone(fault, state.untested_item_id)
        TransmitterState.objects.bulk_update(
            [states[one.transmitter.id] for one in still], ["untested_item_id"]
        )
        settle(gatherer, now)
    return len(still)


def _untested(state: TransmitterState, one: _Missing) -> bool:
    """Still, when its row is locked: the test may have come while we looked."""
    return state.untested_item_id is None and state.tested_at == one.tested_at


def _came(now: datetime) -> int:
    found = _asked(_CAME, now)
    if not found:
        return 0
    owners = {row[0]: row[1] for row in found}
    with unit_of_work():
        gatherer = Gatherer([], now)
        states = devices.locked_states(owners)
        told = [state for state in states.values() if state.untested_item_id is not None]
        _tell(told, owners, gatherer, now)
        for state in told:
            state.untested_item_id = None
        TransmitterState.objects.bulk_update(told, ["untested_item_id"])
        settle(gatherer, now)
    return len(told)


def _tell(
    states: Sequence[TransmitterState], owners: dict[int, int], gatherer: Gatherer, now: datetime
) -> None:
    ids = {state.untested_item_id for state in states if state.untested_item_id is not None}
    gathering = set(WorkItem.objects.filter(pk__in=ids, gathers__gt=0).values_list("pk", flat=True))
    for state in states:
        came = f"Provet kom {timezone.localtime(state.tested_at):%H.%M.%S}" if state.tested_at else ""
        if state.untested_item_id in gathering and state.untested_item_id is not None:
            gatherer.end(state.untested_item_id, owners[state.pk], state.pk, "restored")
        elif came and (item := devices.open_item(state.untested_item_id)) is not None:
            item.word = item.word or came
            changes.save(item, verb="restored", now=now, actor=None, text=came, touched=False)


def _asked(statement: str, now: datetime, **more: datetime | None) -> list[tuple[Any, ...]]:
    given: dict[str, Any] = {"now": now, "grace": GRACE, "most": BATCH, **more}
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
