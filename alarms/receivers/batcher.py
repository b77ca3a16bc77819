"""Group commit: signals that wait together are stored in one transaction, life-critical ones first.

While one batch commits, the next gathers by itself, so a lone signal never waits for company. One batch at a time:
what a transmitter says is stored in the order in which it came (a life-critical signal may pass others).
"""

from __future__ import annotations

import asyncio
from collections import deque

import structlog
from django.conf import settings

from alarms.intake.storing import Incoming
from alarms.receivers.storing import Storing, Unavailable
from alarms.reception import Receipt
from central.priorities import LIFE_CRITICAL

log = structlog.get_logger(__name__)
BATCH = 100
ANSWER_SECONDS = 8.0


class Busy(Exception):
    """Too many wait already: try again in a moment."""


type Waiting = tuple[Incoming, asyncio.Future[Receipt]]


class Batcher:
    """Belongs to one event loop."""

    def __init__(self, storing: Storing) -> None:
        self.storing = storing
        self._urgent: deque[Waiting] = deque()
        self._ordinary: deque[Waiting] = deque()
        self._some = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run())

    @property
    def waiting(self) -> int:
        """How many wait for the next batch."""
        return len(self._urgent) + len(self._ordinary)

    async def submit(self, incoming: Incoming) -> Receipt:
        """The receipt, after COMMIT. Raises Busy, Unavailable."""
        urgent = incoming.priority == LIFE_CRITICAL
        limit = settings.INTAKE_MAX_WAITING * (2 if urgent else 1)
        if self.waiting >= limit:
            raise Busy
        answer: asyncio.Future[Receipt] = self._loop.create_future()
        (self._urgent if urgent else self._ordinary).append((incoming, answer))
        self._some.set()
        patience = self._loop.call_later(ANSWER_SECONDS, _give_up, answer)
        try:
            return await answer
        finally:
            patience.cancel()
            answer.cancel()  # its sender may have gone first

    async def close(self) -> None:
        """Stop storing; what waits is never answered."""
        self._task.cancel()
        await self.storing.close()

    def _take(self) -> list[Waiting]:
        taken: list[Waiting] = []
        for queue in (self._urgent, self._ordinary):
            while queue and len(taken) < BATCH:
                one = queue.popleft()
                if not one[1].done():  # its sender has given up: it will repeat with the same key
                    taken.append(one)
        return taken

    async def _run(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            while taken := self._take():
                try:
                    receipts = await self.storing.store([incoming for incoming, _ in taken])
                except Exception as error:
                    for _, answer in taken:
                        if not answer.done():
                            answer.set_exception(Unavailable())
                    if not isinstance(error, Unavailable):
                        log.exception("intake.batch_lost", error=type(error).__name__)
                    continue
                for (_, answer), receipt in zip(taken, receipts, strict=True):
                    if not answer.done():
                        answer.set_result(receipt)


def _give_up(answer: asyncio.Future[Receipt]) -> None:
    if not answer.done():
        answer.set_exception(Unavailable())
