"""One connected console: its own writer, how far it has acknowledged, and when it has fallen behind."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import structlog

from operator_console.live.audience import Audience

log = structlog.get_logger(__name__)
SIGNED_OUT = 4001
TOO_SLOW = 4002
FROM_NOW = -1  # no number was given: only what comes
BEHIND_SECONDS = 5.0
BEHIND_EVENTS = 2_000
GRACE_SECONDS = 2.5
"""In a storm 2 000 events pass between two of a quick console's acknowledgements, one a second."""
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
    _frames: deque[str] = field(default_factory=deque)
    _writer: asyncio.Task[None] | None = None
    _stopped: bool = False

    def stop(self) -> None:
        """Stop writing and forget what waits."""
        self._stopped = True
        self._frames.clear()
        if self._writer is not None and self._writer is not asyncio.current_task():
            self._writer.cancel()

    def offer(self, text: str, last_id: int, now: float) -> bool:
        """Queue a frame; False when this console can't keep up and must be cut."""
        if len(self._frames) >= QUEUED_FRAMES:
            return False
        self._unacked.append((last_id, now))
        self._put(text)
        return True

    def beat(self, text: str) -> None:
        """Queue a frame that needs no acknowledgement; dropped when the queue is full."""
        if len(self._frames) < QUEUED_FRAMES:
            self._put(text)

    def _put(self, text: str) -> None:
        """Queue it for the writer; one that never has to wait for its socket is done at once, without a task switch."""
        if self._stopped:
            return
        self._frames.append(text)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.Task(self._write(), loop=asyncio.get_running_loop(), eager_start=True)

    def acknowledge(self, last_id: int) -> None:
        """The console has applied everything up to this number."""
        self.acked = max(self.acked, last_id)
        while self._unacked and self._unacked[0][0] <= last_id:
            self._unacked.popleft()

    def is_behind(self, now: float) -> bool:
        """More than 5 s, or 2 000 events and 2.5 s, since something it has not acknowledged."""
        if not self._unacked:
            return False
        (oldest, sent_at), (newest, _) = self._unacked[0], self._unacked[-1]
        limit = GRACE_SECONDS if newest - oldest > BEHIND_EVENTS else BEHIND_SECONDS
        return now - sent_at > limit

    async def _write(self) -> None:
        try:
            while self._frames:
                await self.send(self._frames.popleft())
        except Exception as error:
            # the socket is gone, or takes no more: closed, so that it comes back and resyncs
            log.warning("console.not_written", error=type(error).__name__)
            self.stop()
            with suppress(Exception):
                await self.close(TOO_SLOW)

    def state(self) -> dict[str, Any]:
        """What colleagues see of this console."""
        return {
            "id": self.user_id,
            "name": self.name,
            "initials": self.initials,
            "sound": self.sound,
            "open": str(self.open_item) if self.open_item else None,
        }
