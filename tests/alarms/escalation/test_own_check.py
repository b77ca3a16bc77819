"""Our own signal goes through every door, and a way that stops receiving is told and told to be right again."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from alarms.escalation import auditing, ways
from alarms.intake.models import Protocol, Signal, Source, Transmitter
from alarms.intake.registering import register_source
from alarms.owncheck import knocking, rounds
from alarms.owncheck.doors import Door, prepared
from alarms.owncheck.rounds import once
from alarms.registry import fields
from alarms.workqueue import notices
from alarms.workqueue.models import WorkItem
from central.municipalities.context import in_municipality
from tenants.contents.models import SignalContent
from tests.support.cases import now
from tests.support.certificates import certificate
from tests.support.incoming import said, take, transmitter
from tests.support.processes import free_port
from tests.support.receivers import receivers


@pytest.fixture
def checked(settings: Any, centre: Any) -> Any:
    settings.OWN_CHECK_SECONDS, settings.DC09_PORT, settings.SCAIP_PORT = 60, 10009, 0
    register_source(name="Panelerna", protocol="dc09")
    return settings


def open_kinds() -> list[str]:
    return [str(one.kind) for one in notices.open_notices()]


def test_each_door_has_a_transmitter_made_once(checked: Any) -> None:
    first = prepared()
    assert first == prepared()
    assert [(str(one.protocol), one.name) for one in first] == [
        ("http", "POST"),
        ("dc09", "TCP"),
        ("dc09", "UDP"),
    ]
    assert Transmitter.objects.filter(synthetic=True).count() == 3
    checked.OWN_CHECK_SECONDS = 0
    assert prepared() == []


def test_one_silent_door_is_the_ways_notice_and_passes_by_itself(checked: Any) -> None:
    doors = {f"{one.protocol}/{one.name}": one for one in prepared()}
    rows = {f"{one.source.protocol}/{one.area}": one for one in Transmitter.objects.select_related("source")}

    def came(seconds: float, *names: str) -> None:
        take([said(rows[one], account=doors[one].account) for one in names], now(seconds))

    came(0, *doors)
    auditing.watch_ways(now(149))
    assert open_kinds() == []
    came(100, "http/POST", "dc09/TCP")
    auditing.watch_ways(now(151))
    assert open_kinds() == ["way_dc09"]
    came(160, "dc09/UDP")
    auditing.watch_ways(now(161))
    assert open_kinds() == []
    assert not WorkItem.objects.exists()


def test_a_way_without_any_door_is_silent(checked: Any) -> None:
    assert ways.silent(now()) == {Protocol.HTTP, Protocol.DC09}
    prepared()
    assert ways.silent(now()) == set()


def test_a_source_of_ours_that_was_switched_off_is_on_again(checked: Any) -> None:
    first = prepared()
    Source.objects.filter(name="Egen kontroll").update(active=False)
    Transmitter.objects.filter(area="POST").update(active=False)
    assert ways.silent(now()) == {Protocol.HTTP}
    assert prepared() == first
    assert Source.objects.get(name="Egen kontroll").active
    assert ways.silent(now()) == set()


def test_one_way_that_cannot_be_made_ready_stops_no_other_and_is_told(checked: Any) -> None:
    register_source(name="Egen kontroll", protocol="webhook")
    assert [str(one.protocol) for one in prepared()] == ["webhook", "dc09", "dc09"]
    auditing.watch_ways(now())
    assert open_kinds() == ["way_http"]


def test_it_is_no_choice_in_the_register_and_not_in_the_list_of_sources(checked: Any) -> None:
    prepared()
    assert [one.name for one in fields.sources().values()] == ["Panelerna"]
    told = StringIO()
    call_command("source", "list", stdout=told)
    assert "Egen kontroll" not in told.getvalue()
    assert "0 sändare" in told.getvalue()


def test_webhooks_have_a_door_where_somebody_else_posts_to_one(checked: Any) -> None:
    register_source(name="Kamerorna", protocol="webhook")
    (door,) = [one for one in prepared() if one.protocol == Protocol.WEBHOOK]
    assert door.path == f"/hooks/{Source.objects.get(name='Egen kontroll, webhook').pk}/"
    assert "Egen kontroll, webhook" not in [one.name for one in fields.sources().values()]
    Source.objects.filter(name="Kamerorna").update(active=False)
    assert Protocol.WEBHOOK not in ways.wanted()


def test_an_error_ends_no_rounds(checked: Any, monkeypatch: Any) -> None:
    checked.OWN_CHECK_SECONDS = 0.01
    twice = threading.Event()
    asked: list[int] = []

    def fails(*_: Any) -> int:
        asked.append(1)
        if len(asked) > 1:
            twice.set()
        raise RuntimeError

    monkeypatch.setattr(rounds, "once", fails)
    with rounds.knocking(now, lambda: True):
        assert twice.wait(5)


def test_only_what_is_synthetic_and_old_is_erased(checked: Any, centre: Any) -> None:
    door = next(one for one in prepared() if one.name == "TCP")
    ours = Transmitter.objects.get(area="TCP")
    theirs = transmitter(centre, protocol=Protocol.HTTP)
    take([said(ours, account=door.account), said(theirs, "test")], now() - timedelta(hours=25))
    take([said(ours, account=door.account)], now() - timedelta(hours=23))
    assert ways.forget_old(now()) == 1
    assert Signal.objects.count() == 2
    with in_municipality(centre):
        assert SignalContent.objects.count() == 2
    assert ways.forget_old(now()) == 0


def test_it_comes_in_by_the_real_ports(committed: None, centre: Any, settings: Any) -> None:
    register_source(name="Panelerna", protocol="dc09")
    register_source(name="Telefonerna", protocol="scaip")
    with receivers() as process:
        settings.OWN_CHECK_SECONDS, settings.RECEIVERS_HOST, settings.OWN_CHECK_HOST = 60, "127.0.0.1", ""
        settings.DC09_PORT, settings.SCAIP_PORT = process.dc09_port, process.scaip_port
        settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
        assert once(now) == 4, "all but HTTP, which nobody answers here"
    assert Source.objects.filter(name="Egen kontroll").exists()
    signals = list(Signal.objects.all())
    assert len(signals) == 4
    assert all(one.logged and one.item_id is None for one in signals)
    assert not WorkItem.objects.exists()
    assert ways.silent(now(151)) == {Protocol.HTTP, Protocol.DC09, Protocol.SCAIP}


def test_the_tls_door_is_there_as_long_as_there_is_a_certificate(checked: Any) -> None:
    register_source(name="Telefonerna", protocol="scaip")
    checked.SCAIP_PORT, checked.SCAIP_TLS_CERTIFICATE = 5060, "chain.pem"

    def names() -> list[str]:
        return [one.name for one in prepared() if one.protocol == Protocol.SCAIP]

    assert names() == ["UDP", "TCP", "TLS"]
    assert "scaip/TLS" in ways.silent_for(now())
    checked.SCAIP_TLS_CERTIFICATE = ""
    assert names() == ["UDP", "TCP"]
    assert "scaip/TLS" not in ways.silent_for(now())
    checked.SCAIP_TLS_CERTIFICATE = "chain.pem"
    assert names() == ["UDP", "TCP", "TLS"]
    assert "scaip/TLS" in ways.silent_for(now())


def test_scaip_over_tls_is_a_door_of_its_own(
    committed: None, centre: Any, settings: Any, tmp_path: Path
) -> None:
    """Its certificate is for nobody that we know, and its name is not asked for."""
    register_source(name="Telefonerna", protocol="scaip")
    chain, key = certificate(tmp_path)
    port = free_port()
    secure = {"SCAIP_TLS_CERTIFICATE": str(chain), "SCAIP_TLS_KEY": str(key), "SCAIP_TLS_PORT": str(port)}
    settings.OWN_CHECK_SECONDS, settings.RECEIVERS_HOST, settings.OWN_CHECK_HOST = 60, "127.0.0.1", ""
    settings.PUBLIC_BASE_URL, settings.DC09_PORT = "http://127.0.0.1:9", 0
    settings.SCAIP_TLS_CERTIFICATE, settings.SCAIP_TLS_PORT = str(chain), port
    with receivers(**secure) as process:
        settings.SCAIP_PORT = process.scaip_port
        assert once(now) == 3, "all but HTTP, which nobody answers here"
        came = Signal.objects.filter(logged=True, item_id=None).values_list("transmitter_id", flat=True)
        assert Transmitter.objects.filter(pk__in=came, area="TLS").count() == 1
        settings.SCAIP_TLS_PORT = free_port()  # nobody listens there
        assert once(now) == 2
    assert ways.silent_for(now(100))["scaip/TLS"] > ways.silent_for(now(100))["scaip/TCP"]
    assert not WorkItem.objects.exists()


def test_a_door_that_hangs_delays_no_next_round(checked: Any, monkeypatch: Any) -> None:
    """It has until the next round at most, and rounds begin as far apart as is set."""
    checked.OWN_CHECK_SECONDS = 0.2
    thrice = threading.Event()
    begun: list[float] = []
    under_way: list[int] = []

    async def hangs(*_: Any) -> None:
        under_way.append(len(under_way))
        try:
            await asyncio.sleep(60)
        finally:
            under_way.pop()

    def doors() -> list[Door]:
        assert not under_way, "two at once"
        begun.append(time.monotonic())
        if len(begun) > 2:
            thrice.set()
        return [Door(Protocol.DC09, "TCP", "0A12")]

    monkeypatch.setattr(rounds, "prepared", doors)
    monkeypatch.setattr(knocking, "_panel", hangs)
    with rounds.knocking(now, lambda: True):
        assert thrice.wait(10)
    assert all(after - before >= 0.19 for before, after in pairwise(begun))
