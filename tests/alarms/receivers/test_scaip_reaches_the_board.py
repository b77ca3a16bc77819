"""A safety alarm over SCAIP: one case per alarm, answered after COMMIT, whatever dies meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from alarms.intake.models import Signal, Source, TransmitterState
from alarms.receivers.scaip.client import ScaipClient, SipRefused, Told
from alarms.workqueue.models import WorkItem
from tests.support.cases import letter
from tests.support.incoming import transmitter
from tests.support.processes import eventually
from tests.support.receivers import Receivers, receivers

CID = "4670123456"
NUMBER = "+46701740690"


@pytest.fixture
def running(committed: None, storkoping: Any) -> Iterator[Receivers]:
    transmitter(storkoping, CID, protocol="scaip", interval_seconds=600)
    Source.objects.filter(protocol="scaip").update(conventions={"number": NUMBER})
    with receivers() as process:
        yield process


def said(
    ref: str = "A1B2C3", *, cid: str = CID, dty: str = "0003", stc: str = "0010", mty: str = "ME"
) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><mrq><ref>{ref}</ref><ver>01.00</ver><mty>{mty}</mty>'
        f"<cid>{cid}</cid><dty>{dty}</dty><did>12345678</did><lte>Köket</lte><stc>{stc}</stc></mrq>"
    ).encode()


def send(process: Receivers, *bodies: bytes, transport: str = "UDP", seconds: float = 20) -> list[Told]:
    """Each after the other's answer, from one sender."""

    async def all_of_them() -> list[Told]:
        client = await ScaipClient.open(host="127.0.0.1", port=process.scaip_port, transport=transport)
        try:
            return [
                await client.send(one, ref=one.split(b"<ref>")[1].split(b"<")[0].decode(), seconds=seconds)
                for one in bodies
            ]
        finally:
            await client.close()

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
def test_an_alarm_is_a_case_and_the_answer_says_where_to_call(running: Receivers, transport: str) -> None:
    (told,) = send(running, said(), transport=transport)
    answer = told.response.answer
    assert (answer.snu, answer.mre, answer.cre, answer.tnu) == (0, 1, 62, NUMBER)
    item = WorkItem.objects.get()
    assert (item.kind, item.priority, item.state) == ("safety_alarm", 1, "unanswered")
    assert letter(item).account == CID
    assert letter(item).place == "Köket"


def test_the_same_reference_is_the_same_case_also_after_a_crash(running: Receivers) -> None:
    first, again = send(running, said(), said())
    running.kill()
    running.restart()
    (third,) = send(running, said())
    assert {told.response.answer.snu for told in (first, again, third)} == {0}
    assert WorkItem.objects.count() == Signal.objects.count() == 1


def test_nothing_is_acknowledged_that_is_not_committed(running: Receivers) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE intake_signal IN SHARE MODE")
        with pytest.raises(SipRefused) as refused:
            send(running, said())
    assert refused.value.status == 500
    (told,) = send(running, said())
    assert told.response.answer.snu == 0
    assert WorkItem.objects.count() == 1


def test_a_heartbeat_is_kept_before_it_is_answered(running: Receivers) -> None:
    known, unknown = send(running, said("1", mty="PI"), said("2", mty="PI", cid="999"))
    assert known.response.answer.snu == 0
    assert unknown.response.answer.snu == 5
    assert TransmitterState.objects.get().heard_at is not None
    assert Signal.objects.count() == 0


def test_battery_mains_presence_and_reset_follow_the_transmitter(running: Receivers) -> None:
    send(running, said("1"), said("2", stc="0016"), said("3", stc="0110"), said("4", stc="0092"))
    fault, alarm = sorted(WorkItem.objects.all(), key=lambda item: item.kind, reverse=True)
    assert (fault.kind, alarm.kind) == ("transmitter_fault", "safety_alarm")
    assert TransmitterState.objects.get().troubles == ["battery"]
    assert alarm.word == "Återställt"
    send(running, said("5", stc="0015"))
    assert TransmitterState.objects.get().troubles == []


def test_an_unknown_controller_is_one_item_with_a_counter(running: Receivers) -> None:
    told = send(running, said("1", cid="555"), said("2", cid="555"))
    assert [one.response.answer.snu for one in told] == [0, 0]
    item = WorkItem.objects.get()
    assert (item.kind, item.repeats) == ("unknown_transmitter", 2)


def test_an_alarm_counts_as_heard(running: Receivers) -> None:
    send(running, said())
    assert eventually(lambda: TransmitterState.objects.filter(heard_at__isnull=False).exists())
