"""Two-way speech: what a home phone was told is kept with its alarm, and what nobody knows is said to be unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from alarms import voice
from alarms.intake.models import Source
from alarms.voice import Call, Speech, Stage
from alarms.workqueue.models import WorkItem
from central.municipalities.context import in_municipality
from tests.alarms.receivers.test_scaip_reaches_the_board import CID, NUMBER, send
from tests.support.cases import now
from tests.support.incoming import transmitter
from tests.support.receivers import Receivers, receivers

HOME = "+46701740605"


@pytest.fixture
def running(committed: None, storkoping: Any) -> Iterator[Receivers]:
    transmitter(storkoping, CID, protocol="scaip")
    Source.objects.filter(protocol="scaip").update(conventions={"number": NUMBER})
    with receivers() as process:
        yield process


def said(ref: str, *, stc: str = "0010", crd: str = f"sip:{HOME[1:]}@unit.test") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><mrq><ref>{ref}</ref><ver>01.00</ver><mty>ME</mty><cid>{CID}</cid>'
        f"<dty>0003</dty><did>12345678</did><crd>{crd}</crd><stc>{stc}</stc></mrq>"
    ).encode()


def speech(item: WorkItem, storkoping: Any, at: datetime) -> Speech:
    with in_municipality(storkoping.ref()):
        found = voice.state_of(item.pk, at)
    assert found is not None
    return found


def test_the_number_that_the_unit_was_told_is_what_the_case_says(running: Receivers, storkoping: Any) -> None:
    (told,) = send(running, said("1"))
    item = WorkItem.objects.get()
    first = speech(item, storkoping, item.received_at)
    assert (first.stage, first.number, first.call_back) == (Stage.CALLING, told.response.answer.tnu, HOME)
    assert first.told_at == item.received_at
    later = speech(item, storkoping, item.received_at + voice.PATIENCE)
    assert (later.stage, later.settles_at) == (Stage.UNKNOWN, None)
    Source.objects.filter(protocol="scaip").update(conventions={"number": "+46701740691"})
    assert speech(item, storkoping, now()).number == NUMBER, "what was told, not what would be told now"


def test_a_reset_is_told_and_is_no_call(running: Receivers, storkoping: Any) -> None:
    send(running, said("1"), said("2", stc="0092"))
    item = WorkItem.objects.get()
    found = speech(item, storkoping, now(120))
    assert found.stage is Stage.UNKNOWN
    assert found.restored_at is not None
    assert found.restored_at > found.told_at


def test_without_a_number_the_unit_calls_its_own_receiver(running: Receivers, storkoping: Any) -> None:
    Source.objects.filter(protocol="scaip").update(conventions={})
    running.kill()
    running.restart()
    (told,) = send(running, said("1", crd="sip:unit@unit.test"))
    assert told.response.answer.cre == 61
    found = speech(WorkItem.objects.get(), storkoping, now(3600))
    assert (found.stage, found.number, found.call_back) == (Stage.OWN, "", "")


def test_a_telephony_that_hears_the_call_is_believed(running: Receivers, storkoping: Any) -> None:
    send(running, said("1"))
    item, talking = WorkItem.objects.get(), now()
    heard = {item.pk: Call(Stage.TALKING, talking)}
    voice.register(heard.get)
    try:
        found = speech(item, storkoping, now(3600))
    finally:
        voice._calls.remove(heard.get)
    assert (found.stage, found.since) == (Stage.TALKING, talking)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("sip:46701740605@unit.test", HOME),
        ("sip:+46701740605@unit.test;user=phone", HOME),
        ("sips:0701740605@unit.test", HOME),
        ("tel:+46701740605", HOME),
        ("070-174 06 05", HOME),
        ("sip:unit@unit.test", ""),
        ("sip:112@unit.test", ""),
        ("", ""),
    ],
)
def test_where_a_unit_can_be_called(address: str, number: str) -> None:
    assert voice.telephone(address) == number
