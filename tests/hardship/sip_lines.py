"""A phone's end of SIP over UDP and over TCP, opened again when it broke."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any

from alarms.receivers.scaip import sip
from alarms.receivers.scaip.framing import Framer
from alarms.receivers.scaip.sip import SipMessage


class Line(ABC):
    """To 127.0.0.1 on one port."""

    def __init__(self, port: int) -> None:
        self._port = port

    @abstractmethod
    async def say(self, data: bytes) -> None:
        """Send, on a socket opened now if there is none. Raises OSError."""

    @abstractmethod
    async def heard(self) -> SipMessage:
        """The next message. Raises OSError when the other end is gone."""

    @abstractmethod
    def close(self) -> None: ...


class DatagramLine(Line, asyncio.DatagramProtocol):
    """One socket, whatever becomes of the other end."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self._came: asyncio.Queue[SipMessage] = asyncio.Queue()
        self._udp: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._came.put_nowait(sip.parse_datagram(data))

    async def say(self, data: bytes) -> None:
        if self._udp is None:
            loop = asyncio.get_running_loop()
            there = ("127.0.0.1", self._port)
            self._udp, _ = await loop.create_datagram_endpoint(lambda: self, remote_addr=there)
        self._udp.sendto(data)

    async def heard(self) -> SipMessage:
        return await self._came.get()

    def close(self) -> None:
        if self._udp is not None:
            self._udp.close()
        self._udp = None


class StreamLine(Line):
    """One connection at a time."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._framer = Framer(max_bytes=65_536)

    async def say(self, data: bytes) -> None:
        if self._ends is None:
            self._ends = await asyncio.open_connection("127.0.0.1", self._port)
            self._framer = Framer(max_bytes=65_536)
        self._ends[1].write(data)

    async def heard(self) -> SipMessage:
        if self._ends is None:
            raise ConnectionError
        while not isinstance(message := self._framer.next(), SipMessage):
            data = await self._ends[0].read(4096)
            if not data:
                raise ConnectionError
            self._framer.feed(data)
        return message

    def close(self) -> None:
        if self._ends is not None:
            self._ends[1].close()
        self._ends = None
