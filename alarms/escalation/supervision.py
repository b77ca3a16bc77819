"""Transmitters that shall be heard: a silence becomes one case, and the case is told when it ends.

Only what has been listened for counts: while our own receivers were away nobody is silent, and when they are back each
transmitter has its whole interval to be heard again. For what is posted, the web process is the receiver, and what we
post ourselves must have come all that time (:func:`alarms.escalation.ways.unbroken_since`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.utils import timezone

from alarms import devices
from alarms.escalation import ways
from alarms.escalation.models import Heartbeat
from alarms.escalation.rules import SILENT_AFTER
from alarms.intake.models import Protocol, Source, Transmitter, TransmitterState
from alarms.intake.storing import KnownTransmitter
from alarms.workqueue import changes
from alarms.workqueue.gathered import settle
from alarms.workqueue.gathering import Gatherer
from alarms.workqueue.models import State, WorkItem
from central.events.services import unit_of_work

log = structlog.get_logger(__name__)
RECEIVERS, WEB = "receivers", "web"
BATCH = 200
HEARD_AGAIN = "Hörs igen"


def beat(now: datetime, instance: str, process: str = RECEIVERS) -> None:
    """The receivers listen, or the web process. After a gap they count as having begun now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.escalation_heartbeat AS h (process, instance, at, since) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (process) DO UPDATE SET instance = excluded.instance, at = excluded.at, "
            "since = CASE WHEN h.at < %s OR h.since IS NULL THEN excluded.at ELSE h.since END",
            [process, instance, now, now, now - SILENT_AFTER],
        )


def listened_since(now: datetime, process: str = RECEIVERS) -> datetime | None:
    """Since when the receivers have listened without a gap; None while they don't."""
    row = Heartbeat.objects.filter(process=process).first()
    return None if row is None or now - row.at > SILENT_AFTER else row.since


def posted_since(now: datetime) -> datetime | None:
    """Since when what is posted to us has been received without a gap; None while it isn't."""
    listened = listened_since(now, WEB)
    if listened is None:
        return None
    unbroken = ways.unbroken_since(Protocol.WEBHOOK, now)
    return None if unbroken is None else max(listened, unbroken)


def receivers_are_silent(now: datetime) -> bool:
    """Receivers that have listened here, and still have a source to listen for, have said nothing for 10 s."""
    known = Heartbeat.objects.filter(process=RECEIVERS).exists()
    wanted = Source.objects.filter(active=True, protocol__in=Protocol.called()).exists()
    return known and wanted and listened_since(now) is None


def hear(heard: Mapping[int, datetime], now: datetime) -> int:
    """Keep when each transmitter (by id) was last heard, committed on return; how many silences that ended."""
    ids = sorted(heard)  # in one order, so that two processes never wait for each other
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.intake_transmitterstate AS s (transmitter_id, heard_at) "
            "SELECT * FROM unnest(%s::bigint[], %s::timestamptz[]) "
            "ON CONFLICT (transmitter_id) DO UPDATE SET heard_at = greatest(s.heard_at, excluded.heard_at) "
            "RETURNING transmitter_id, silent_since",
            [ids, [heard[one] for one in ids]],
        )
        back = [transmitter_id for transmitter_id, silent_since in cursor.fetchall() if silent_since]
    return _heard_again(back, now) if back else 0


def _heard_again(transmitter_ids: Sequence[int], now: datetime) -> int:
    with unit_of_work():
        states = [state for state in devices.locked_states(transmitter_ids).values() if state.silent_since]
        ids = {state.silent_item_id for state in states if state.silent_item_id is not None}
        gathering = set(WorkItem.objects.filter(pk__in=ids, gathers__gt=0).values_list("pk", flat=True))
        owners = dict(
            Transmitter.objects.filter(pk__in=[state.pk for state in states]).values_list(
                "pk", "municipality_id"
            )
        )
        gatherer = Gatherer([], now)
        for state in states:
            if state.silent_item_id in gathering and state.silent_item_id is not None:
                gatherer.end(state.silent_item_id, owners[state.pk], state.pk, "heard")
            elif (item := devices.open_item(state.silent_item_id)) is not None:
                item.word = item.word or HEARD_AGAIN
                changes.save(item, verb="heard_again", now=now, actor=None, touched=False)
            state.silent_since = state.silent_item_id = None
        TransmitterState.objects.bulk_update(states, ["silent_since", "silent_item_id"])
        settle(gatherer, now)
    return len(states)


_SILENT = """
SELECT t.id, greatest(coalesce(s.heard_at, t.changed_at), t.service_until, way.since) AS heard, t.municipality_id,
    t.function, t.site, t.area, o.exercise, t.interval_seconds
FROM public.intake_transmitter t
JOIN public.intake_source o ON o.id = t.source_id AND o.active
JOIN (VALUES ('dc09', %(called)s::timestamptz), ('scaip', %(called)s), ('webhook', %(posted)s)) way (protocol, since)
    ON way.protocol = o.protocol AND way.since IS NOT NULL
LEFT JOIN public.intake_transmitterstate s ON s.transmitter_id = t.id
WHERE t.active AND NOT t.synthetic AND t.interval_seconds IS NOT NULL AND s.silent_since IS NULL
    AND coalesce(t.service_until <= %(now)s, true)
    AND greatest(coalesce(s.heard_at, t.changed_at), t.service_until, way.since)
        < %(now)s - make_interval(secs => t.interval_seconds)
ORDER BY 2 LIMIT %(most)s"""


def notice_silences(now: datetime) -> int:
    """Each transmitter unheard for longer than its interval gets one case; how many. Called by the clock."""
    called, posted = listened_since(now), posted_since(now)
    if called is None and posted is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, {"called": called, "posted": posted, "now": now, "most": BATCH})
        due = cursor.fetchall()
    silent = [
        _Silent(KnownTransmitter(id, municipality_id, function, site, area), heard, exercise, interval)
        for id, heard, municipality_id, function, site, area, exercise, interval in due
    ]
    return _silence(silent, now) if silent else 0


@dataclass(frozen=True, slots=True)
class _Silent:
    """A transmitter that should have been heard: its interval in seconds."""

    transmitter: KnownTransmitter
    heard: datetime
    exercise: bool
    interval: int

    @property
    def story(self) -> str:
        return (
            f"Sändaren har inte hörts sedan {timezone.localtime(self.heard):%H.%M.%S}. "
            f"Den ska höras minst var {self.interval}:e sekund."
        )


def _silence(found: Sequence[_Silent], now: datetime) -> int:
    """All that were due in one transaction, so that many at once become one case."""
    faults = {one.transmitter.id: devices.fault(one.transmitter, exercise=one.exercise) for one in found}
    done = 0
    with unit_of_work():
        gatherer = Gatherer(faults.values(), now)
        states = devices.locked_states(faults)
        still = [one for one in found if _unheard(states[one.transmitter.id], one, now)]
        open_ = set(
            WorkItem.objects.filter(pk__in=[states[one.transmitter.id].silent_item_id for one in still])
            .exclude(state=State.CLOSED)
            .values_list("pk", flat=True)
        )
        new = [one for one in still if states[one.transmitter.id].silent_item_id not in open_]
        gatherer.expect(faults[one.transmitter.id] for one in new)
        for one in still:
            states[one.transmitter.id].silent_since = now
            done += 1
        for one in new:
            fault, state = faults[one.transmitter.id], states[one.transmitter.id]
            state.silent_item_id = gatherer.place(fault)
            if state.silent_item_id is None:
                state.silent_item_id = devices.fault_case(
                    one.transmitter, story=one.story, now=now, exercise=one.exercise, account=""
                )
                gatherer.alone(fault, state.silent_item_id)
        TransmitterState.objects.bulk_update(
            [states[one.transmitter.id] for one in still], ["silent_since", "silent_item_id"]
        )
        settle(gatherer, now)
    return done


def _unheard(state: TransmitterState, one: _Silent, now: datetime) -> bool:
    """Still, when its row is locked: it may have been heard while we looked."""
    heard = state.heard_at is not None and state.heard_at >= now - timedelta(seconds=one.interval)
    return state.silent_since is None and not heard
