"""Panels that behave as DC-09 wants: one frame at a time, unchanged, until it is acknowledged."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import Self

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.errors import Dc09Error
from alarms.receivers.dc09.frames import Frame, parse
from alarms.receivers.dc09.stream import Splitter
from tests.hardship.region import Region
from tests.hardship.registering import account

PATIENCE = 3.0
"""Seconds until a panel says its frame again."""
GIVE_UP = 100.0

type Said = tuple[str, str]
"""Account and sequence number of one frame."""


def frame(nth: int, sequence: int) -> bytes:
    """Frame number ``sequence`` of panel ``nth``."""
    event = "Nri1/FA001" if nth % 10 == 0 else "Nri1/BA001"
    return building.build(building.sia_dcs(account=account(nth), sequence=f"{sequence:04d}", event=event))


async def exchange(port: int, raw: bytes, seconds: float = PATIENCE) -> list[str]:
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


class Panels:
    """``with Panels(port) as panels: …`` sends until the block ends, then finishes what is unacknowledged."""

    def __init__(self, port: int, *, count: int = 50, pause: float = 0.05, first: int = 0) -> None:
        self.port, self.count, self.pause, self.first = port, count, pause, first
        self.acked: set[Said] = set()
        self.answers: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.slowest = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(GIVE_UP + 20)
        assert error is not None or not self._thread.is_alive(), "a panel never finished"

    def until_acked(self, count: int, seconds: float = 90) -> None:
        """Wait until so many frames are acknowledged."""
        end = time.monotonic() + seconds
        while len(self.acked) < count:
            assert time.monotonic() < end, f"only {len(self.acked)} of {count}; {dict(self.answers)}"
            time.sleep(0.02)

    async def _all(self) -> None:
        await asyncio.gather(*(self._panel(self.first + nth) for nth in range(self.count)))

    async def _panel(self, nth: int) -> None:
        link = Link(self.port)
        sequence = 0
        while not self._stop.is_set():
            sequence += 1
            await self._until_acknowledged(link, nth, sequence)
            await asyncio.sleep(self.pause)
        link.close()

    async def _until_acknowledged(self, link: Link, nth: int, sequence: int) -> None:
        said, raw = (account(nth), f"{sequence:04d}"), frame(nth, sequence)
        begun = time.monotonic()
        while time.monotonic() - begun < GIVE_UP:
            answer = await link.say(raw, said)
            self.answers[answer] += 1
            if answer == "ACK":
                self.acked.add(said)
                self.slowest = max(self.slowest, time.monotonic() - begun)
                return
            if answer in ("DUH", "NAK"):
                self.wrong.append(f"{answer} {said}")
                return
            await asyncio.sleep(0.1)
        self.wrong.append(f"never acknowledged: {said}")


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


def stored(region: Region) -> Counter[Said]:
    """Every stored frame, by the letter of its signal."""
    found: Counter[Said] = Counter()
    for place in region.places:
        found.update(
            region.sql(
                f"SELECT account, body->'data'->>'sequence' FROM \"{place.schema}\".contents_signalcontent"
            )
        )
    return found
