"""Many senders, slow ones, silent ones and malicious ones: everyone honest is answered."""

from __future__ import annotations

import asyncio
import random
import socket

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alarms.receivers.scaip.client import ScaipClient
from alarms.receivers.scaip.receiver import ScaipReceiver
from alarms.receivers.scaip.request import build
from alarms.receivers.scaip.transactions import Limits
from tests.alarms.receivers.scaip.conftest import SAMPLE, Desk, Opened, message, status, tcp_to


async def test_two_hundred_senders_at_once_are_all_answered(desk: Desk) -> None:
    async def one(number: int) -> None:
        transport = "UDP" if number % 2 else "TCP"
        client = await ScaipClient.open(host="127.0.0.1", port=desk.port, transport=transport)
        root, kind = ("mrq", "application/scaip+xml") if number % 4 < 2 else ("scaip", "application/xml")
        for turn in range(3):
            ref = f"R{number}T{turn}"
            body = build({"ref": ref, "cid": str(number + 1), "dty": "0003", "stc": "0010"}, root=root)
            told = await client.send(body, ref=ref, content_type=kind)
            assert (told.response.ref, told.response.answer.snu, told.apart) == (ref, 0, root == "mrq")
        await client.close()

    await asyncio.gather(*(one(number) for number in range(200)))
    assert len(desk.came) == 600
    assert len({one.request.ref for one in desk.came}) == 600


async def test_connections_beyond_the_limit_are_refused_and_the_others_served(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(connections=5))
    kept = [await tcp_to(desk.port) for _ in range(5)]
    await asyncio.sleep(0.05)
    over = [await tcp_to(desk.port) for _ in range(5)]
    for peer in over:
        assert await peer.closed()
    for number, peer in enumerate(kept):
        peer.send(message(branch=f"b{number}"))
        assert status(await peer.next()) == 200
        peer.writer.close()
    await asyncio.sleep(0.05)
    later = await tcp_to(desk.port)
    later.send(message(branch="later"))
    assert status(await later.next()) == 200
    later.writer.close()


async def test_one_address_cannot_take_everybodys_connections(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(connections=10, per_address=3))
    kept = [await tcp_to(desk.port) for _ in range(3)]
    await asyncio.sleep(0.05)
    over = await tcp_to(desk.port)
    assert await over.closed()
    for number, peer in enumerate(kept):
        peer.send(message(branch=f"b{number}"))
        assert status(await peer.next()) == 200
        peer.writer.close()


async def test_slow_silent_and_idle_connections_are_closed(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(first_seconds=0.2, message_seconds=0.2, idle_seconds=0.4))
    silent, slow, idle = [await tcp_to(desk.port) for _ in range(3)]
    for number, peer in enumerate((idle, slow)):
        peer.send(message(branch=f"b{number}"))
        assert status(await peer.next()) == 200

    async def trickle() -> None:
        for at in range(60):
            slow.send(message()[at : at + 1])
            await asyncio.sleep(0.05)

    task = asyncio.create_task(trickle())
    assert await slow.closed()
    assert not task.done()  # though there was always something new from it
    assert all(await asyncio.gather(silent.closed(), idle.closed()))
    task.cancel()


async def test_a_connection_with_work_under_way_is_not_idle(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(idle_seconds=0.1))
    desk.gate = asyncio.Event()
    peer = await tcp_to(desk.port)
    peer.send(message())
    await asyncio.sleep(0.4)
    desk.gate.set()
    assert status(await peer.next()) == 200
    peer.writer.close()


async def test_a_sender_that_has_shut_its_own_half_is_answered(desk: Desk) -> None:
    desk.gate = asyncio.Event()
    peer = await tcp_to(desk.port)
    peer.send(message(branch="b1") + message(branch="b2"))
    peer.writer.write_eof()
    await asyncio.sleep(0.05)
    desk.gate.set()
    assert [status(await peer.next()), status(await peer.next())] == [200, 200]
    assert await peer.closed()
    peer.writer.close()


async def test_one_connections_flood_is_read_no_faster_than_it_is_handled(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(per_connection=10))
    desk.gate = asyncio.Event()
    peer = await tcp_to(desk.port)
    peer.send(b"".join(message(branch=f"b{number}") for number in range(2000)))
    await asyncio.sleep(0.1)
    assert len(desk.came) == 10
    (connection,) = desk.receiver.endpoint._connections
    assert len(connection._framer._data) <= 256 * 1024  # one read of asyncio's
    desk.gate.set()
    for _ in range(2000):
        assert status(await peer.next()) == 200
    assert len(desk.came) == 2000
    peer.writer.close()


async def test_beyond_what_can_be_handled_senders_are_told_to_come_back(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(handled_at_once=3))
    desk.gate = asyncio.Event()
    peer = await tcp_to(desk.port)
    peer.send(b"".join(message(branch=f"b{number}") for number in range(5)))
    for _ in range(2):
        got = await peer.next()
        assert status(got) == 503
        assert b"Retry-After" in got
    desk.gate.set()
    for _ in range(3):
        assert status(await peer.next()) == 200
    peer.writer.close()


async def test_a_sender_that_never_reads_is_cut(open_desk: Opened) -> None:
    desk = await open_desk(limits=Limits(unread_bytes=50_000))
    peer = await tcp_to(desk.port)
    peer.writer.transport.pause_reading()
    peer.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    request = message(b"", method="OPTIONS", kind="").replace(b"z9hG4bK-1", b"z9hG4bK-1;long=" + b"y" * 8000)
    for number in range(4000):
        peer.send(request.replace(b"z9hG4bK-1", b"z%d" % number))
        if number % 20 == 0:
            await asyncio.sleep(0.002)
            if peer.writer.transport.is_closing() or not desk.receiver.endpoint._connections:
                break
    await asyncio.sleep(0.1)
    assert not desk.receiver.endpoint._connections
    peer.writer.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=120) | st.integers(0, 2**32), min_size=1, max_size=6))
def test_nothing_comes_out_of_the_endpoint_on_garbage(parts: list[bytes | int]) -> None:
    asyncio.run(_garbage(parts))


async def _garbage(parts: list[bytes | int]) -> None:
    problems: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: problems.append(context))
    desk = Desk()
    desk.receiver = ScaipReceiver(handle=desk.handle)
    await desk.receiver.listen(host="127.0.0.1", port=0)
    sender, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=("127.0.0.1", desk.port)
    )
    peer = await tcp_to(desk.port)
    for part in parts:
        data = part if isinstance(part, bytes) else _damaged(part)
        sender.sendto(data)
        peer.send(data)
    await asyncio.sleep(0.01)
    good = await tcp_to(desk.port)
    good.send(message(SAMPLE, branch="good", call="good"))
    assert status(await good.next()) == 200
    for one in (peer, good):
        one.writer.close()
    sender.close()
    await desk.receiver.close()
    assert problems == []


def _damaged(seed: int) -> bytes:
    """A message with a few bytes changed."""
    chance = random.Random(seed)
    data = bytearray(message())
    for _ in range(chance.randint(1, 6)):
        data[chance.randrange(len(data))] = chance.choice(b'\0\r\n<>";:,=A0\xff')
    return bytes(data)
