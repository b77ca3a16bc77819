"""One connected console: its own writer, how far it has acknowledged, and when it has fallen behind."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from operator_console.live.audience import Audience

SIGNED_OUT = 4001
TOO_SLOW = 4002
BEHIND_SECONDS = 5.0
BEHIND_EVENTS = 2_000
QUEUED_FRAMES = 400

type SendText = Callable[[str], Coroutine[Any, Any, None]]
type Close = Callable[[int], Coroutine[Any, Any, None]]


@dataclass(slots=True, eq=False)
class Console:
    """``send`` and ``close`` belong to the socket; only the hub calls the rest."""

    user_id: int
    name: str
    initials: str
    sign_in_id: UUID
    audience: Audience
    send: SendText
    close: Close
    after: int
    id: UUID = field(default_factory=uuid4)
    sound: bool = False
    open_item: UUID | None = None
    acked: int = 0
    _unacked: deque[tuple[int, float]] = field(default_factory=deque)
    _frames: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(QUEUED_FRAMES))
    _writer: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write what is offered."""
        self._writer = asyncio.get_running_loop().create_task(self._write())

    def stop(self) -> None:
        """Stop writing and forget what waits."""
        if self._writer is not None:
            self._writer.cancel()

    def offer(self, text: str, last_id: int, now: float) -> bool:
        """Queue a frame; False when this console can't keep up and must be cut."""
        if self._frames.full():
            return False
        self._frames.put_nowait(text)
        self._unacked.append((last_id, now))
        return True

    def beat(self, text: str) -> None:
        """Queue a frame that needs no acknowledgement; dropped when the queue is full."""
        if not self._frames.full():
            self._frames.put_nowait(text)

    def acknowledge(self, last_id: int) -> None:
        """The console has applied everything up to this number."""
        self.acked = max(self.acked, last_id)
        while self._unacked and self._unacked[0][0] <= last_id:
            self._unacked.popleft()

    def is_behind(self, now: float) -> bool:
        """More than 5 s or 2 000 events since something it has not acknowledged."""
        if not self._unacked:
            return False
        (oldest, sent_at), (newest, _) = self._unacked[0], self._unacked[-1]
        return now - sent_at > BEHIND_SECONDS or newest - oldest > BEHIND_EVENTS

    async def _write(self) -> None:
        while True:
            await self.send(await self._frames.get())

    def state(self) -> dict[str, Any]:
        """What colleagues see of this console."""
        return {
            "id": self.user_id,
            "name": self.name,
            "initials": self.initials,
            "sound": self.sound,
            "open": str(self.open_item) if self.open_item else None,
        }
