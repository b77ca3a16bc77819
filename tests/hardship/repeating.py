"""Senders that say one thing at a time, unchanged, until it is acknowledged, and count what was."""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

GIVE_UP = 100.0

type Said = tuple[str, str]
"""Account, and what its frames are told apart by: DC-09's sequence number, SCAIP's ref."""


class Repeating(ABC):
    """``with Panels(port) as panels: …`` sends until the block ends, then finishes what is unacknowledged."""

    def __init__(self, port: int, *, count: int, pause: float = 0.05, first: int = 0) -> None:
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
        assert error is not None or not self._thread.is_alive(), "a sender never finished"

    def until_acked(self, count: int, seconds: float = 90) -> None:
        """Wait until so many are acknowledged."""
        end = time.monotonic() + seconds
        while len(self.acked) < count:
            assert time.monotonic() < end, f"only {len(self.acked)} of {count}; {dict(self.answers)}"
            time.sleep(0.02)

    @abstractmethod
    async def _one(self, nth: int) -> None:
        """What one of them does until ``stopped``."""

    @property
    def _stopped(self) -> bool:
        return self._stop.is_set()

    async def _all(self) -> None:
        await asyncio.gather(*(self._one(self.first + nth) for nth in range(self.count)))

    async def _until_acknowledged(
        self, said: Said, say: Callable[[], Awaitable[str]], *, good: str, bad: Callable[[str], bool]
    ) -> None:
        """``say`` again and again; it returns what came of it."""
        begun = time.monotonic()
        while time.monotonic() - begun < GIVE_UP:
            answer = await say()
            self.answers[answer] += 1
            if answer == good:
                self.acked.add(said)
                self.slowest = max(self.slowest, time.monotonic() - begun)
                return
            if bad(answer):
                self.wrong.append(f"{answer} {said}")
                return
            await asyncio.sleep(0.1)
        self.wrong.append(f"never acknowledged: {said}")
