"""A camera that shall be heard and is not: one case, and never because our own web process was away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from alarms.escalation import supervision, testing
from alarms.escalation.models import Heartbeat
from alarms.intake.models import Protocol, Signal, Transmitter
from alarms.intake.registering import register_source, register_transmitter
from alarms.workqueue.models import WorkItem
from central.municipalities.models import Municipality
from tests.support.cases import now
from tests.support.incoming import said, take, transmitter


@pytest.fixture(autouse=True)
def no_own_checks(settings: LazySettings) -> None:
    settings.OWN_CHECK_SECONDS = 0


@pytest.fixture
def camera(storkoping: Any) -> Transmitter:
    """To be heard every 90 s; last heard ten minutes ago."""
    one = transmitter(storkoping, protocol="webhook", interval_seconds=90)
    supervision.hear({one.pk: now(-600)}, now(-600))
    return one


def listening(process: str, since: float, until: float = 0) -> None:
    Heartbeat.objects.update_or_create(
        process=process, defaults={"instance": "prov:1", "at": now(until), "since": now(since)}
    )


def test_a_silent_camera_is_one_case_while_the_web_process_listens(camera: Transmitter) -> None:
    listening("web", -200)
    assert supervision.notice_silences(now()) == 1
    assert supervision.notice_silences(now()) == 0
    assert WorkItem.objects.get().kind == "transmitter_fault"
    supervision.hear({camera.pk: now(1)}, now(1))
    assert WorkItem.objects.get().word == "Hörs igen"


def test_receivers_that_listen_say_nothing_of_a_camera(camera: Transmitter) -> None:
    listening("receivers", -2_000)
    assert supervision.notice_silences(now()) == 0, "the web process has never listened"
    listening("web", -2_000, -11)
    assert supervision.notice_silences(now()) == 0, "it has not listened for a while"
    listening("web", -60)
    assert supervision.notice_silences(now()) == 0, "the interval counts from when it listened again"
    listening("web", -60, 40)
    assert supervision.notice_silences(now(40)) == 1


def test_the_web_process_says_nothing_of_a_panel(storkoping: Any) -> None:
    panel = transmitter(storkoping, interval_seconds=90)
    supervision.hear({panel.pk: now(-600)}, now(-600))
    listening("web", -2_000)
    assert supervision.notice_silences(now()) == 0


def test_a_gap_in_beats_begins_anew(camera: Transmitter) -> None:
    began = now(-60)
    for at in (now(-500), now(-495), began, now(-52)):
        supervision.beat(at, "prov:1", supervision.WEB)
    assert Heartbeat.objects.get(process="web").since == began


@pytest.fixture
def own(settings: LazySettings) -> Transmitter:
    """Our own check of what is posted: one signal each minute."""
    settings.OWN_CHECK_SECONDS = 60
    source, _ = register_source(name="Egen kontroll, webhook", protocol=Protocol.WEBHOOK)
    made = register_transmitter(
        source=source,
        account="egen",
        municipality=Municipality.objects.get(kind="centre"),
        site="Egen kontroll",
    )
    Transmitter.objects.filter(pk=made.pk).update(
        synthetic=True, area="POST", changed_at=now() - timedelta(days=1)
    )
    listening("auditor", -2_000)
    listening("web", -2_000)
    return made


def came(own: Transmitter, *ages: int) -> None:
    for age in ages:
        take([said(own, "test", account="egen")], now(-age))
    assert Signal.objects.filter(transmitter_id=own.pk, logged=True).count() >= len(ages)


def test_a_proxy_that_was_away_makes_no_camera_silent(camera: Transmitter, own: Transmitter) -> None:
    came(own, 700, 640, 580, 400)
    assert supervision.notice_silences(now()) == 0, "nothing of ours has come for 400 s"
    came(own, 80)
    assert supervision.notice_silences(now()) == 0, "what is posted comes again since 80 s"
    assert supervision.notice_silences(now(11)) == 0, "the beats are old by then"
    listening("web", -2_000, 11)
    listening("auditor", -2_000, 11)
    assert supervision.notice_silences(now(11)) == 1


def test_an_auditor_that_sends_no_checks_blinds_nobody(camera: Transmitter, own: Transmitter) -> None:
    came(own, 700)
    listening("auditor", -2_000, -60)
    assert supervision.notice_silences(now()) == 1


def test_a_cameras_missing_test_waits_for_the_web_process_too(storkoping: Any) -> None:
    one = transmitter(storkoping, protocol="webhook", test_hours=24)
    Transmitter.objects.filter(pk=one.pk).update(changed_at=now() - timedelta(days=3))
    assert testing.notice_missing(now()) == 0
    listening("web", -60)
    assert testing.notice_missing(now()) == 0
    listening("web", -300_000)
    assert testing.notice_missing(now()) == 1
