"""A panel's end, for probes, the demo and tests: says a frame over TCP or UDP and waits for its answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.errors import Dc09Error
from alarms.receivers.dc09.frames import EncryptedFrame, Frame, decrypt, parse
from alarms.receivers.dc09.stream import Splitter

ANSWER_SECONDS = 10.0


class NoAnswer(Exception):
    """Silence: say the same frame again."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A frame as it went out, to be said again unchanged, and what it is answered by."""

    raw: bytes
    sequence: str


class Panel:
    """One account on one connection. ``key``: it encrypts everything. ``clock`` gives aware time."""

    def __init__(self, account: str, *, clock: Callable[[], datetime], key: bytes | None = None) -> None:
        self.account, self._clock, self._key = account, clock, key
        self._sequence = random.randrange(
            9_999
        )  # another than before the line was lost: the same is a repetition
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._transport: asyncio.BaseTransport | None = None
        self._write: Callable[[bytes], None] | None = None

    @classmethod
    async def connect(
        cls, host: str, port: int, *, account: str, clock: Callable[[], datetime],
        key: bytes | None = None, transport: str = "TCP",
    ) -> Self:  # fmt: skip
        """Open the way. Raises OSError."""
        panel, loop = cls(account, clock=clock, key=key), asyncio.get_running_loop()
        if transport == "UDP":
            udp, _ = await loop.create_datagram_endpoint(lambda: _Ear(panel._came), remote_addr=(host, port))
            panel._transport, panel._write = udp, udp.sendto
        else:
            tcp, _ = await loop.create_connection(lambda: _Ear(panel._came), host, port)
            panel._transport, panel._write = tcp, tcp.write
        return panel

    @property
    def closed(self) -> bool:
        """Whether the other end has hung up, or we have."""
        return self._transport is None or self._transport.is_closing()

    def spoken(self, frame: Frame) -> Spoken:
        """The frame with the next sequence number, and our time where it must have one."""
        self._sequence = self._sequence % 9_999 + 1
        numbered = replace(frame, sequence=f"{self._sequence:04d}")
        if self._key is None:
            return Spoken(building.build(numbered), numbered.sequence)
        timed = replace(numbered, timestamp=frame.timestamp or self._clock())
        return Spoken(building.build_encrypted(timed, key=self._key), numbered.sequence)

    async def say(self, frame: Frame, *, seconds: float = ANSWER_SECONDS) -> Frame:
        """The answer: ACK, NAK or DUH. Raises NoAnswer."""
        return await self.repeat(self.spoken(frame), seconds=seconds)

    async def repeat(self, spoken: Spoken, *, seconds: float = ANSWER_SECONDS) -> Frame:
        """Say it (again), unchanged. Raises NoAnswer."""
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[spoken.sequence] = answer
        try:
            self._send(spoken.raw)
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            raise NoAnswer from None
        finally:
            self._answers.pop(spoken.sequence, None)

    async def null(self) -> Frame:
        """Say that we are alive. Raises NoAnswer."""
        return await self.say(building.null(account=self.account))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def _send(self, raw: bytes) -> None:
        if self._write is not None:
            self._write(raw)

    def _came(self, raw: bytes) -> None:
        try:
            frame = parse(raw)
            if isinstance(frame, EncryptedFrame):
                frame = decrypt(frame, self._key or b"")
        except Dc09Error:
            return
        # a NAK echoes no sequence: it is the oldest question's
        waiting = self._answers.get(frame.sequence) or next(iter(self._answers.values()), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(frame)


class _Ear(asyncio.Protocol, asyncio.DatagramProtocol):
    """Both kinds of incoming bytes, cut into frames."""

    def __init__(self, came: Callable[[bytes], None]) -> None:
        self._came, self._splitter = came, Splitter()

    def data_received(self, data: bytes) -> None:
        for frame in self._splitter.feed(data):
            self._came(frame)

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.data_received(data)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there: silence tells."""
