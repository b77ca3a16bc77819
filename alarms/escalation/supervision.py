"""Transmitters that shall be heard: a silence becomes one case, and the case is told when it ends.

Only what has been listened for counts: while our own receivers were away nobody is silent, and when they are back each
transmitter has its whole interval to be heard again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.utils import timezone

from alarms import devices
from alarms.escalation.models import Heartbeat
from alarms.escalation.rules import SILENT_AFTER
from alarms.intake.models import Protocol, Source, Transmitter
from alarms.intake.storing import KnownTransmitter
from alarms.workqueue import changes
from central.events.services import unit_of_work

log = structlog.get_logger(__name__)
RECEIVERS = "receivers"
BATCH = 200
HEARD_AGAIN = "Hörs igen"


def beat(now: datetime, instance: str) -> None:
    """The receivers listen. After a gap they count as having begun now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.escalation_heartbeat AS h (process, instance, at, since) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (process) DO UPDATE SET instance = excluded.instance, at = excluded.at, "
            "since = CASE WHEN h.at < %s OR h.since IS NULL THEN excluded.at ELSE h.since END",
            [RECEIVERS, instance, now, now, now - SILENT_AFTER],
        )


def listened_since(now: datetime) -> datetime | None:
    """Since when the receivers have listened without a gap; None while they don't."""
    row = Heartbeat.objects.filter(process=RECEIVERS).first()
    return None if row is None or now - row.at > SILENT_AFTER else row.since


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
    return sum(_heard_again(one, now) for one in back)


def _heard_again(transmitter_id: int, now: datetime) -> bool:
    with unit_of_work():
        state = devices.locked_state(transmitter_id)
        if state.silent_since is None:
            return False
        item = devices.open_item(state.silent_item_id)
        state.silent_since = state.silent_item_id = None
        state.save(update_fields=["silent_since", "silent_item_id"])
        if item is not None:
            item.word = item.word or HEARD_AGAIN
            changes.save(item, verb="heard_again", now=now, actor=None, touched=False)
    return True


_SILENT = """
SELECT t.id, greatest(coalesce(s.heard_at, t.changed_at), %s) AS heard
FROM public.intake_transmitter t
JOIN public.intake_source o ON o.id = t.source_id AND o.active AND o.protocol IN ('dc09', 'scaip')
LEFT JOIN public.intake_transmitterstate s ON s.transmitter_id = t.id
WHERE t.active AND t.interval_seconds IS NOT NULL AND s.silent_since IS NULL
    AND coalesce(t.service_until <= %s, true)
    AND greatest(coalesce(s.heard_at, t.changed_at), %s) < %s - make_interval(secs => t.interval_seconds)
ORDER BY 2 LIMIT %s"""


def notice_silences(now: datetime) -> int:
    """Each transmitter unheard for longer than its interval gets one case; how many. Called by the clock."""
    listened = listened_since(now)
    if listened is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, [listened, now, listened, now, BATCH])
        due = cursor.fetchall()
    return sum(_silent(transmitter_id, heard, now) for transmitter_id, heard in due)


def _silent(transmitter_id: int, heard: datetime, now: datetime) -> bool:
    with unit_of_work():
        state = devices.locked_state(transmitter_id)
        row = Transmitter.objects.select_related("source").get(pk=transmitter_id)
        interval = timedelta(seconds=row.interval_seconds or 0)
        if state.silent_since is not None or (state.heard_at and state.heard_at >= now - interval):
            return False  # it was heard while we looked
        state.silent_since = now
        if devices.open_item(state.silent_item_id) is None:
            state.silent_item_id = devices.fault_case(
                KnownTransmitter(row.pk, row.municipality_id, row.function, row.site, row.area),
                story=f"Sändaren har inte hörts sedan {timezone.localtime(heard):%H.%M.%S}. "
                f"Den ska höras minst var {row.interval_seconds}:e sekund.",
                now=now,
                exercise=row.source.exercise,
                account="",
            )
        state.save(update_fields=["silent_since", "silent_item_id"])
    return True
