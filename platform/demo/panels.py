"""A panel of the demo: holds its connection, polls, and says each thing until it is answered."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.client import NoAnswer, Panel, Spoken
from alarms.receivers.dc09.frames import DUH, NAK, NULL, Frame
from demo.installations import POLL_SECONDS
from demo.patience import pauses

ANSWER_SECONDS = 10.0
TRIES_EACH = 3
"""So often the same is said on one connection before another is tried."""
CORRECTION_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a receiver listens."""

    host: str
    port: int


class KeptPanel:
    """One account. ``tell`` what it shall say; ``run`` until cancelled. ``say`` hears of what is worth a line."""

    def __init__(
        self, account: str, at: Address, *, clock: Callable[[], datetime], key: bytes | None = None,
        say: Callable[[str], None] = lambda _line: None, poll: float = POLL_SECONDS, patience: float = ANSWER_SECONDS,
    ) -> None:  # fmt: skip
        self.account, self._at, self._clock, self._key = account, at, clock, key
        self._say, self._poll, self._patience = say, poll, patience
        self._queue: deque[Frame] = deque()
        self._news = asyncio.Event()
        self._unanswered: tuple[Frame, Spoken] | None = None

    def tell(self, frame: Frame) -> None:
        """Say it as soon as what came before is answered."""
        self._queue.append(frame)
        self._news.set()

    async def run(self) -> None:
        """Connect, and connect again, for ever; what is unanswered goes along unchanged."""
        waits = pauses()
        while True:
            try:
                line = await Panel.connect(
                    self._at.host, self._at.port, account=self.account, clock=self._clock, key=self._key
                )
            except OSError as error:
                wait = next(waits)
                self._say(f"{self.account} kommer inte fram ({error.strerror}), försöker om {wait:.0f} s")
                await asyncio.sleep(wait)
                continue
            try:
                if await self._hold(line):
                    waits = pauses()
            finally:
                line.close()
            await asyncio.sleep(next(waits))

    async def _hold(self, line: Panel) -> bool:
        """Talk until the line is lost, or nobody answers on it; whether anybody ever did."""
        answered, silent = False, 0
        first: Iterator[Frame] = iter([building.null(account=self.account)])
        while silent < TRIES_EACH:
            if self._unanswered is None:
                frame = next(first, None) or await self._next()
                self._unanswered = frame, line.spoken(frame)
            if line.closed:
                break
            frame, spoken = self._unanswered
            try:
                told = await line.repeat(spoken, seconds=self._patience)
            except NoAnswer:
                silent += 1
                self._say(f"{self.account} fick inget svar på {frame.id} {spoken.sequence}, upprepar")
                continue
            answered, silent = True, 0
            await self._settle(line, frame, told)
        return answered

    async def _settle(self, line: Panel, frame: Frame, told: Frame) -> None:
        if frame.id != NULL or told.id == DUH:
            self._say(f"{self.account} {frame.data or frame.id} -> {told.id}")
        if told.id == NAK:  # too old by now: the same words with the time as it is
            await asyncio.sleep(CORRECTION_SECONDS)
            self._unanswered = frame, line.spoken(frame)
        else:
            self._unanswered = None

    async def _next(self) -> Frame:
        """What there is to say, or a sign of life when it is time for one."""
        if not self._queue:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._poll)
        return self._queue.popleft() if self._queue else building.null(account=self.account)
