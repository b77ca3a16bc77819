"""A retransmission is answered from the first's answer and never handled twice."""

from __future__ import annotations

import asyncio

from alarms.receivers.scaip.transactions import Limits
from tests.alarms.receivers.scaip.conftest import (
    SAMPLE,
    Desk,
    Opened,
    Tcp,
    Udp,
    message,
    status,
    tcp_to,
    udp_to,
)


async def test_a_repeated_datagram_gets_the_same_answer_and_is_handled_once(desk: Desk, udp: Udp) -> None:
    datagram = message(transport="UDP")
    udp.transport.sendto(datagram)
    first = await udp.next()
    for _ in range(3):
        udp.transport.sendto(datagram)
        assert await udp.next() == first
    assert len(desk.came) == 1
    assert desk.counts["retransmissions"] == 3


async def test_a_repetition_waits_while_the_first_is_being_handled(desk: Desk, udp: Udp) -> None:
    desk.gate = asyncio.Event()
    for _ in range(4):
        udp.transport.sendto(message(transport="UDP"))
    assert await udp.silence()
    desk.gate.set()
    assert status(await udp.next()) == 200
    assert await udp.silence()
    assert len(desk.came) == 1


async def test_a_separate_answer_is_not_doubled_by_a_repetition(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(t1=5.0))
    async for udp in udp_to(desk.port):
        datagram = message(transport="UDP", kind="application/scaip+xml")
        udp.transport.sendto(datagram)
        assert status(await udp.next()) == 200
        assert (await udp.next()).startswith(b"MESSAGE")
        udp.transport.sendto(datagram)
        assert status(await udp.next()) == 200
        assert await udp.silence()


async def test_a_sender_that_connects_anew_gets_the_answer_there(desk: Desk, tcp: Tcp) -> None:
    desk.gate = asyncio.Event()
    tcp.send(message())
    while not desk.came:
        await asyncio.sleep(0.01)
    tcp.writer.close()
    again = await tcp_to(desk.port)
    again.send(message())
    await asyncio.sleep(0.05)
    desk.gate.set()
    assert status(await again.next()) == 200
    assert len(desk.came) == 1
    again.writer.close()


async def test_a_second_alarm_under_the_same_branch_and_call_is_another(desk: Desk, udp: Udp) -> None:
    udp.transport.sendto(message(transport="UDP"))
    await udp.next()
    udp.transport.sendto(message(SAMPLE.replace(b"A1B2C3", b"A1B2C4"), transport="UDP"))
    assert b"A1B2C4" in await udp.next()
    assert [one.request.ref for one in desk.came] == ["A1B2C3", "A1B2C4"]


async def test_answers_are_forgotten_after_their_time_and_beyond_their_number(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(keep_seconds=0.05, kept=3))
    async for udp in udp_to(desk.port):
        udp.transport.sendto(message(transport="UDP"))
        await udp.next()
        await asyncio.sleep(0.1)
        udp.transport.sendto(message(transport="UDP"))
        await udp.next()
        assert len(desk.came) == 2
        for number in range(10):
            udp.transport.sendto(message(transport="UDP", branch=f"b{number}"))
            await udp.next()
        assert len(desk.receiver.endpoint._answering._serving._answered) <= 3
