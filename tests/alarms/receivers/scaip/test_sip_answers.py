"""What the endpoint says to SIP that isn't an alarm, and how it keeps silent."""

from __future__ import annotations

import asyncio

import pytest

from tests.alarms.receivers.scaip.conftest import SAMPLE, Desk, Tcp, Udp, message, status


@pytest.mark.parametrize(
    ("data", "expected", "header"),
    [
        (message(b"", method="OPTIONS", kind=""), 200, b"Accept: application/scaip+xml"),
        (message(b"", method="INVITE", kind=""), 405, b"Allow: MESSAGE, OPTIONS"),
        (message(b"", method="REGISTER", kind=""), 405, b"Allow: MESSAGE, OPTIONS"),
        (message(b"", method="CANCEL", kind=""), 481, b""),
        (message(b"", method="BYE", kind=""), 481, b""),
        (message(kind="text/plain"), 415, b"Accept: application/scaip+xml"),
        (message(b"hello", kind=""), 415, b"Accept: application/scaip+xml"),
        (message(extra="Content-Encoding: gzip"), 415, b"Accept-Encoding: identity"),
        (message(extra="Require: 100rel"), 420, b"Unsupported: 100rel"),
        (message(b""), 400, b""),
        (message(without="from"), 400, b""),
        (message(without="to"), 400, b""),
        (message(without="call-id"), 400, b""),
        (message(without="cseq"), 400, b""),
        (message(cseq="1 INVITE"), 400, b""),
        (message(cseq="x"), 400, b""),
        (message().replace(b"SIP/2.0\r\nVia", b"SIP/3.0\r\nVia"), 505, b""),
        (message(kind=""), 200, b"<snu>0</snu>"),
        (message(kind="text/xml; charset=utf-8"), 200, b"<snu>0</snu>"),
    ],
)
async def test_a_request_is_answered(desk: Desk, tcp: Tcp, data: bytes, expected: int, header: bytes) -> None:
    tcp.send(data)
    got = await tcp.next()
    assert status(got) == expected
    assert header in got
    tcp.send(message(branch="after"))
    assert status(await tcp.next()) == 200  # the connection lives on


async def test_what_cannot_be_answered_is_met_with_silence(desk: Desk, udp: Udp) -> None:
    for data in (
        b"\r\n\r\n", b"\0\0\0\0", b"hello", b"GET / HTTP/1.1\r\n\r\n", message(without="via"), message(via="x"),
        message(b"", method="ACK"), b"SIP/2.0 200 OK\r\n\r\n", message()[:40], bytes(range(256)) * 4,
        message(via="SIP/2.0/UDP h:99999;branch=x"),
    ):  # fmt: skip
        udp.transport.sendto(data)
    assert await udp.silence()
    udp.transport.sendto(message(transport="UDP"))
    assert status(await udp.next()) == 200


async def test_a_datagram_that_was_cut_off_is_told_400(udp: Udp) -> None:
    udp.transport.sendto(message(transport="UDP")[:-10])
    assert status(await udp.next()) == 400


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"x" * 20_000, b"\x16\x03\x01" + b"\0" * 200 + b"\r\n\r\n"]
)
async def test_a_stream_that_is_not_sip_is_closed(tcp: Tcp, data: bytes) -> None:
    tcp.send(data)
    assert await tcp.closed()


async def test_a_stream_without_lengths_is_told_and_closed(tcp: Tcp) -> None:
    tcp.send(message(without="content-length"))
    assert status(await tcp.next()) == 400
    assert await tcp.closed()


async def test_a_message_too_large_is_told_and_closed(tcp: Tcp) -> None:
    tcp.send(message(length=70_000))
    assert status(await tcp.next()) == 413
    assert await tcp.closed()


async def test_large_xml_in_an_allowed_message_is_told_too_long(tcp: Tcp) -> None:
    tcp.send(message(SAMPLE.replace(b"</mrq>", b"<zzz>" + b"x" * 20_000 + b"</zzz></mrq>")))
    assert b"<ref>A1B2C3</ref><snu>1</snu>" in await tcp.next()


async def test_messages_in_pieces_and_in_clumps_are_all_answered(desk: Desk, tcp: Tcp) -> None:
    stream = b"\r\n\r\n".join(message(branch=f"b{number}") for number in range(5))
    for at in range(0, len(stream), 97):
        tcp.send(stream[at : at + 97])
        await asyncio.sleep(0.001)
    answers = 0
    while answers < 5:
        got = await tcp.next()
        answers += got.lstrip().startswith(b"SIP/2.0 200")
    tcp.send(b"".join(message(branch=f"c{number}") for number in range(5)))
    for _ in range(5):
        assert status(await tcp.next()) == 200
    assert len(desk.came) == 10


async def test_a_keep_alive_is_answered(tcp: Tcp) -> None:
    tcp.send(b"\r\n\r\n")
    assert await asyncio.wait_for(tcp.reader.readexactly(2), 5) == b"\r\n"
