"""When each transmitter was last heard, many in one commit: a poll is answered when that is kept, not before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from alarms.escalation import supervision
from alarms.receivers.storing import Unavailable
from central.municipalities.context import run_public

log = structlog.get_logger(__name__)
GATHER_SECONDS = 0.25  # a panel waits for seconds; every commit costs alike, however many it holds
PATIENCE_SECONDS = 8.0


class Heard:
    """Belongs to one event loop."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._since: dict[int, datetime] = {}
        self._kept: asyncio.Future[None] | None = None
        self._writing: set[asyncio.Task[None]] = set()

    def note(self, transmitter_id: int) -> asyncio.Future[None]:
        """It was heard now. Awaiting the future is optional: it ends at COMMIT, or with Unavailable."""
        self._since[transmitter_id] = self._clock()
        if self._kept is None:
            loop = asyncio.get_running_loop()
            self._kept = loop.create_future()
            self._kept.add_done_callback(_seen)
            loop.call_later(GATHER_SECONDS, self._begin)
        return self._kept

    async def kept(self, transmitter_id: int) -> None:
        """Returns when it is committed. Raises Unavailable, also when that takes too long."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.shield(self.note(transmitter_id))
        except TimeoutError:
            raise Unavailable from None

    def _begin(self) -> None:
        task = asyncio.create_task(self._write())
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self) -> None:
        since, self._since = self._since, {}
        kept, self._kept = self._kept, None
        try:
            await run_public(supervision.hear, since, self._clock())
        except Exception as error:
            log.warning("receivers.heard_unwritten", error=type(error).__name__)
            if kept is not None and not kept.done():
                kept.set_exception(Unavailable())
            return
        if kept is not None and not kept.done():
            kept.set_result(None)


def _seen(kept: asyncio.Future[None]) -> None:
    """Nobody has to wait for it: an outcome that nobody asks for is no fault."""
    if not kept.cancelled():
        kept.exception()
