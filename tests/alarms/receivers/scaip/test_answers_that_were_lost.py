"""An answer apart that never came is said again to whoever repeats its request from elsewhere, until it is confirmed."""

from __future__ import annotations

import asyncio

from alarms.receivers.scaip import sip
from alarms.receivers.scaip.response import SCAIP_XML
from tests.alarms.receivers.scaip.conftest import Desk, Tcp, Udp, message, status, tcp_to, udp_to

ASKED = message(kind=SCAIP_XML)
BY_DATAGRAM = message(kind=SCAIP_XML, transport="UDP")


async def answered_apart(peer: Tcp | Udp) -> bytes:
    """The MESSAGE that follows the 200; the two may come in any order."""
    both = [await peer.next(), await peer.next()]
    assert sorted(status(one) for one in both) == [0, 200]
    (apart,) = [one for one in both if not status(one)]
    assert b"<snu>0</snu>" in apart
    return apart


async def until_counted(desk: Desk, what: str) -> None:
    async with asyncio.timeout(10):
        while not desk.counts[what]:
            await asyncio.sleep(0.01)


async def test_a_sender_that_hung_up_gets_it_on_its_next_connection(desk: Desk, tcp: Tcp) -> None:
    tcp.send(ASKED)
    await answered_apart(tcp)
    tcp.writer.transport.abort()
    await until_counted(desk, "apart_unconfirmed")
    again = await tcp_to(desk.port)
    again.send(ASKED)
    await answered_apart(again)
    again.writer.close()
    assert len(desk.came) == 1


async def test_a_datagram_repeated_from_another_port_is_answered_there(desk: Desk, udp: Udp) -> None:
    udp.transport.sendto(BY_DATAGRAM)
    await answered_apart(udp)
    async for other in udp_to(desk.port):
        other.transport.sendto(BY_DATAGRAM)
        await answered_apart(other)
    assert len(desk.came) == 1


async def test_one_that_was_confirmed_is_not_said_again_elsewhere(desk: Desk, tcp: Tcp) -> None:
    tcp.send(ASKED)
    apart = await answered_apart(tcp)
    tcp.send(sip.respond(sip.parse_datagram(apart), 200))
    await until_counted(desk, "apart_confirmed")
    async for other in udp_to(desk.port):
        other.transport.sendto(ASKED)
        assert status(await other.next()) == 200
        assert await other.silence()
    assert len(desk.came) == 1
