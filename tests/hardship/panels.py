"""Panels that behave as DC-09 wants: one frame at a time, unchanged, until it is acknowledged."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.errors import Dc09Error
from alarms.receivers.dc09.frames import Frame, parse
from alarms.receivers.dc09.stream import Splitter
from tests.hardship.registering import account
from tests.hardship.repeating import Repeating, Said

PATIENCE = 3.0
"""Seconds until a panel says its frame again; on a busy machine it may have to, without harm."""
SETTLED = {"ACK", "silence"}


def frame(nth: int, sequence: int) -> bytes:
    """Frame number ``sequence`` of panel ``nth``."""
    event = "Nri1/FA001" if nth % 10 == 0 else "Nri1/BA001"
    return building.build(building.sia_dcs(account=account(nth), sequence=f"{sequence:04d}", event=event))


async def exchange(port: int, raw: bytes, seconds: float = 20.0) -> list[str]:
    """What is answered to ``raw`` on a connection of its own, until silence or hanging up. Raises OSError."""
    told: list[str] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    splitter = Splitter()
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(seconds):
            while not told and (data := await reader.read(4096)):
                told += [parse(one).id for one in splitter.feed(data)]
    writer.close()
    return told


class Panels(Repeating):
    """So many panels, each on its own connection."""

    async def _one(self, nth: int) -> None:
        link = Link(self.port)
        sequence = 0
        while not self._stopped:
            sequence += 1
            said, raw = (account(nth), f"{sequence:04d}"), frame(nth, sequence)
            say = partial(link.say, raw, said)
            await self._until_acknowledged(said, say, good="ACK", bad={"DUH", "NAK"}.__contains__)
            await asyncio.sleep(self.pause)
        link.close()


class Link:
    """One panel's connection, opened again when it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._splitter = Splitter()

    async def say(self, raw: bytes, said: Said) -> str:
        """The answer's name, ``silence`` or ``broken``."""
        try:
            async with asyncio.timeout(PATIENCE):
                if self._ends is None:
                    self._ends = await asyncio.open_connection("127.0.0.1", self._port)
                    self._splitter = Splitter()
                reader, writer = self._ends
                writer.write(raw)
                while True:
                    if (answer := self._own(await reader.read(4096), said)) is not None:
                        return answer
        except TimeoutError:
            return "silence"
        except OSError:
            self.close()
            return "broken"

    def _own(self, data: bytes, said: Said) -> str | None:
        if not data:
            raise ConnectionError
        for one in self._splitter.feed(data):
            with suppress(Dc09Error):
                came = parse(one)
                if isinstance(came, Frame) and (came.account, came.sequence) == said:
                    return came.id
        return None

    def close(self) -> None:
        if self._ends is not None:
            self._ends[1].close()
        self._ends = None
