"""Group commit: signals that wait together are stored in one transaction, life-critical ones first.

While one batch commits, the next gathers by itself, so a lone signal never waits for company.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from alarms.intake.storing import Incoming
from alarms.reception import Receipt, receive
from central.municipalities.context import in_public
from central.priorities import LIFE_CRITICAL

log = structlog.get_logger(__name__)
BATCH = 100
LANES = 2
ANSWER_SECONDS = 8.0


class Busy(Exception):
    """Too many wait already: try again in a moment."""


class Unavailable(Exception):
    """The database is away, or slow: nothing is promised; try again with the same key."""


type Waiting = tuple[Incoming, asyncio.Future[Receipt]]


class Batcher:
    """Belongs to one event loop; ``clock`` gives aware UTC.

    Two lanes store at the same time, since most of a batch's time is waiting for the database. An account always has
    the same lane: what one transmitter says is stored in the order in which it came.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._lanes = [_Lane(clock, nth) for nth in range(LANES)]

    def chore(self, work: Callable[[datetime], None]) -> None:
        """Do some small writing in a storing thread, after the next batch."""
        self._lanes[0].chore(work)

    @property
    def waiting(self) -> int:
        """How many have not been stored yet."""
        return sum(lane.waiting for lane in self._lanes)

    async def submit(self, incoming: Incoming) -> Receipt:
        """The receipt, after COMMIT. Raises Busy, Unavailable."""
        urgent = incoming.priority == LIFE_CRITICAL
        limit = settings.INTAKE_MAX_WAITING * (2 if urgent else 1)
        if self.waiting >= limit:
            raise Busy
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        lane = self._lanes[hash((incoming.source_id, incoming.account)) % LANES]
        lane.put((incoming, answer), urgent)
        try:
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        except TimeoutError:
            raise Unavailable from None


class _Lane:
    """One thread with its own connection, and what waits for it."""

    def __init__(self, clock: Callable[[], datetime], nth: int) -> None:
        self._clock = clock
        self._urgent: deque[Waiting] = deque()
        self._ordinary: deque[Waiting] = deque()
        self._some = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"intake_{nth}")
        self._chores: list[Callable[[datetime], None]] = []
        self._task = asyncio.get_running_loop().create_task(self._run())

    def chore(self, work: Callable[[datetime], None]) -> None:
        self._chores.append(work)
        self._some.set()

    def put(self, one: Waiting, urgent: bool) -> None:
        (self._urgent if urgent else self._ordinary).append(one)
        self._some.set()

    @property
    def waiting(self) -> int:
        return len(self._urgent) + len(self._ordinary)

    def _take(self) -> list[Waiting]:
        taken: list[Waiting] = []
        for queue in (self._urgent, self._ordinary):
            while queue and len(taken) < BATCH:
                one = queue.popleft()
                if not one[1].done():  # its sender has given up: it will repeat with the same key
                    taken.append(one)
        return taken

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._some.wait()
            self._some.clear()
            while (taken := self._take()) or self._chores:
                chores, self._chores = self._chores, []
                try:
                    receipts = await loop.run_in_executor(
                        self._thread, self._store, [incoming for incoming, _ in taken], chores
                    )
                except Exception as error:
                    for _, answer in taken:
                        if not answer.done():
                            answer.set_exception(Unavailable())
                    if not isinstance(error, OperationalError | InterfaceError):
                        log.exception("intake.batch_lost", error=type(error).__name__)
                    continue
                for (_, answer), receipt in zip(taken, receipts, strict=True):
                    if not answer.done():
                        answer.set_result(receipt)

    def _store(
        self, batch: Sequence[Incoming], chores: Sequence[Callable[[datetime], None]]
    ) -> list[Receipt]:
        with in_public():
            try:
                receipts = receive(batch, self._clock()) if batch else []
            except (OperationalError, InterfaceError):
                connection.close()
                raise
            for chore in chores:
                try:
                    chore(self._clock())
                except Exception as error:
                    log.warning("intake.chore_failed", error=type(error).__name__)
                    connection.close()
            return receipts
