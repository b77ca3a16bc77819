"""A receiver on loopback with a handler that remembers, and senders of raw SIP that owe nothing to our own codec."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from alarms.receivers.scaip.receiver import Refusal, ScaipMessage, ScaipReceiver
from alarms.receivers.scaip.response import Answer, Delivery
from alarms.receivers.scaip.transactions import Limits

SAMPLE = (
    b'<?xml version="1.0" encoding="UTF-8"?><mrq><ref>A1B2C3</ref><ver>01.00</ver><sco>1</sco><cha>0</cha>'
    b"<mty>ME</mty><cid>4670123456</cid><dty>0003</dty><did>12345678</did>"
    b"<crd>sip:4670123456@unit.test</crd><stc>0010</stc></mrq>"
)


@dataclass
class Desk:
    """The receiver under test, what reached its handler, and what the handler says next."""

    receiver: ScaipReceiver = field(init=False)
    came: list[ScaipMessage] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Answer(mre=1, cre=61))
    gate: asyncio.Event | None = None
    delivery: Delivery | None = None
    failing: bool = False

    @property
    def port(self) -> int:
        return self.receiver.port

    @property
    def counts(self) -> Any:
        return self.receiver.endpoint.counts

    async def handle(self, message: ScaipMessage) -> Answer:
        self.came.append(message)
        if self.gate is not None:
            await self.gate.wait()
        if self.failing:
            raise RuntimeError("the database is gone")
        return self.answer


type Opened = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def open_desk() -> AsyncIterator[Opened]:
    desks: list[Desk] = []

    async def opened(*, limits: Limits | None = None, **kwargs: Any) -> Desk:
        desk = Desk()
        desk.receiver = ScaipReceiver(
            handle=desk.handle,
            limits=limits,
            refused=desk.refused.append,
            undelivered=lambda ref, peer: desk.unconfirmed.append(ref),
            delivery=lambda: desk.delivery,
        )
        await desk.receiver.listen(host="127.0.0.1", port=0, **kwargs)
        desks.append(desk)
        return desk

    yield opened
    for desk in desks:
        await desk.receiver.close()


@pytest.fixture
async def desk(open_desk: Opened) -> Desk:
    return await open_desk()


def message(
    body: bytes = SAMPLE, *, branch: str = "z9hG4bK-1", call: str = "call-1", kind: str = "application/xml",
    method: str = "MESSAGE", via: str = "", transport: str = "TCP", extra: str = "", length: int | None = None,
    cseq: str = "", without: str = "",
) -> bytes:  # fmt: skip
    """A request written by hand. ``without`` names a header to leave out."""
    lines = [
        f"{method} sip:receiver@central.test SIP/2.0",
        f"Via: {via or f'SIP/2.0/{transport} 127.0.0.1:5060;branch={branch};rport'}",
        "Max-Forwards: 70",
        "From: <sip:4670123456@unit.test>;tag=abc",
        "To: <sip:receiver@central.test>",
        f"Call-ID: {call}",
        f"CSeq: {cseq or f'1 {method}'}",
        *([f"Content-Type: {kind}"] if kind else []),
        *([extra] if extra else []),
        f"Content-Length: {len(body) if length is None else length}",
    ]
    kept = [line for line in lines if not (without and line.lower().startswith(without.lower() + ":"))]
    return ("\r\n".join(kept) + "\r\n\r\n").encode() + body


class Udp(asyncio.DatagramProtocol):
    """A bare UDP peer."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes] = asyncio.Queue()
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.came.put_nowait(data)

    async def next(self, seconds: float = 5.0) -> bytes:
        return await asyncio.wait_for(self.came.get(), seconds)

    async def silence(self, seconds: float = 0.2) -> bool:
        await asyncio.sleep(seconds)
        return self.came.empty()


@pytest.fixture
async def udp(desk: Desk) -> AsyncIterator[Udp]:
    async for peer in udp_to(desk.port):
        yield peer


async def udp_to(port: int) -> AsyncIterator[Udp]:
    transport, peer = await asyncio.get_running_loop().create_datagram_endpoint(
        Udp, remote_addr=("127.0.0.1", port)
    )
    yield peer
    transport.close()


class Tcp:
    """A bare TCP peer that cuts answers by Content-Length."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def next(self, seconds: float = 5.0) -> bytes:
        async with asyncio.timeout(seconds):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            return head + await self.reader.readexactly(length)

    async def closed(self, seconds: float = 5.0) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self.reader.read() == b""
        except ConnectionError:
            return True


@pytest.fixture
async def tcp(desk: Desk) -> AsyncIterator[Tcp]:
    peer = await tcp_to(desk.port)
    yield peer
    peer.writer.close()


async def tcp_to(port: int) -> Tcp:
    return Tcp(*await asyncio.open_connection("127.0.0.1", port))


def status(data: bytes) -> int:
    return int(data.split(b" ", 2)[1]) if data.startswith(b"SIP/2.0 ") else 0
