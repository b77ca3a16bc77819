"""One reader per process follows the event log and writes to every console.

The log is the truth and the doorbell only wakes the reader: it is rung on commit, and without it the reader looks
every half second. Events are encoded once, coalesced, and filtered once per audience. A console that does not
acknowledge is cut (4002) and resyncs by its last number.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import msgspec
import redis.asyncio
import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone
from prometheus_client import Counter, Gauge

from central.events.doorbell import CHANNEL
from central.events.queries import Event
from central.municipalities.context import in_public
from operator_console.live import store
from operator_console.live.audience import Audience, Frame, frames
from operator_console.live.console import SIGNED_OUT, TOO_SLOW, Console
from operator_console.version import version

log = structlog.get_logger(__name__)
COALESCE = 0.015
COALESCE_MOST = 0.040
WRITING_SHARE = 5  # with many consoles one round of writing takes milliseconds: rounds are then spread out
POLL = 0.5
BEAT = 2.0
RIGHTS = 10.0
KEPT = 5_000
CATCH_UP = 2_000

CONSOLES = Gauge("tc_consoles", "Anslutna konsoler i processen")
DELIVERED = Counter("tc_frames_total", "Ramar skrivna till konsoler")
CUT = Counter("tc_consoles_cut_total", "Konsoler som kapats för att de inte hann med")
_encode = msgspec.json.Encoder().encode


def single(id: int, type: str, item: dict[str, Any]) -> str:
    """A frame with one event that is not in the log (hello, beat, reset)."""
    return _encode([{"id": id, "type": type, "item": item}]).decode()


def now_ms() -> int:
    """The server's clock in epoch milliseconds."""
    return int(timezone.now().timestamp() * 1000)


class Hub:
    """Belongs to one event loop and lives as long as it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hub")
        self._consoles: set[Console] = set()
        self._joining: list[Console] = []
        self._gone: list[Console] = []
        self._recent: deque[Event] = deque(maxlen=KEPT)
        self._last = -1
        self._writing = 0.0
        self._bell = asyncio.Event()
        self._changed = True
        self._tasks = [
            self._loop.create_task(self._follow()),
            self._loop.create_task(self._listen()),
            self._loop.create_task(self._keep()),
        ]

    def join(self, console: Console) -> None:
        """Take a console in: it gets what it missed, then everything, each once and in order."""
        self._joining.append(console)
        self._bell.set()

    def leave(self, console: Console) -> None:
        """The socket is gone."""
        console.stop()
        self._consoles.discard(console)
        if console in self._joining:
            self._joining.remove(console)
        self._gone.append(console)
        self._changed = True
        CONSOLES.set(len(self._consoles))

    def changed(self) -> None:
        """A console's sound or open case changed: colleagues are told at the next second."""
        self._changed = True

    async def run[R](self, work: Callable[..., R], *arguments: Any) -> R:
        """Blocking database work in the hub's thread."""

        def guarded() -> R:
            with in_public():
                try:
                    return work(*arguments)
                except Exception:
                    connection.close()
                    raise

        return await self._loop.run_in_executor(self._thread, guarded)

    async def _follow(self) -> None:
        flushed = 0.0
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), POLL)
            gap = min(max(COALESCE, self._writing * WRITING_SHARE), COALESCE_MOST)
            if (rest := flushed + gap - time.monotonic()) > 0:
                await asyncio.sleep(rest)
            self._bell.clear()
            flushed = time.monotonic()
            try:
                await self._read()
                await self._admit()
            except Exception as error:
                log.warning("hub.log_away", error=type(error).__name__)
                await asyncio.sleep(POLL)

    async def _read(self) -> None:
        if self._last < 0:
            _, self._last = await self.run(store.ends)
        while events := await self.run(store.since, self._last):
            self._last = events[-1].id
            self._recent.extend(events)
            self._deliver(events)
            if len(events) < CATCH_UP:
                return
            await asyncio.sleep(0)

    def _deliver(self, events: list[Event]) -> None:
        encoded: dict[Audience, list[Frame]] = {}
        now = time.monotonic()
        for console in list(self._consoles):
            if console.audience not in encoded:
                encoded[console.audience] = frames(events, console.audience)
            if not all(console.offer(text, last, now) for text, last in encoded[console.audience]):
                self._cut(console, TOO_SLOW)
        self._writing = time.monotonic() - now
        DELIVERED.inc(len(self._consoles))

    async def _admit(self) -> None:
        while self._joining:
            console = self._joining[0]
            missed = await self._missed(console.after)
            if self._joining and self._joining[0] is console:
                self._joining.pop(0)
            else:
                continue  # it left while we looked
            now = time.monotonic()
            person = {"id": console.user_id, "initials": console.initials, "name": console.name}
            hello = {
                "now": now_ms(), "user": person, "version": version(),
                "resume": missed is not None and console.after >= 0,
            }  # fmt: skip
            console.offer(single(self._last, "hello", hello), 0, now)
            if missed is None:
                console.offer(single(self._last, "reset", {}), 0, now)
            else:
                for text, last in frames(missed, console.audience):
                    console.offer(text, last, now)
            console.acknowledge(0)
            self._consoles.add(console)
            self._changed = True
            CONSOLES.set(len(self._consoles))

    async def _missed(self, after: int) -> list[Event] | None:
        """What came after a number, up to where this hub is; None when it must reload instead."""
        if after < 0 or after == self._last:
            return []
        if after > self._last:
            await self._read()  # its board may be newer than our last look
        if after > self._last:
            return None
        if after == self._last:
            return []
        if self._recent and self._recent[0].id <= after:
            recent = [event for event in self._recent if event.id > after]
            return recent if len(recent) < CATCH_UP else None
        first, _ = await self.run(store.ends)
        if after < first - 1:
            return None
        events = [event for event in await self.run(store.since, after) if event.id <= self._last]
        return events if len(events) < CATCH_UP else None

    async def _listen(self) -> None:
        while True:
            try:
                client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_timeout=None)
                async with client, client.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._bell.set()
            except Exception as error:
                log.warning("hub.doorbell_away", error=type(error).__name__)
            await asyncio.sleep(1)

    async def _keep(self) -> None:
        """Heartbeats, slow consoles, sign-outs, rights and presence."""
        beaten = looked = 0.0
        while True:
            await asyncio.sleep(1)
            now = time.monotonic()
            for console in [one for one in self._consoles if one.is_behind(now)]:
                self._cut(console, TOO_SLOW)
            if now - beaten >= BEAT:
                beaten = now
                text = single(max(self._last, 0), "beat", {"now": now_ms()})
                for console in self._consoles:
                    console.beat(text)
            try:
                await self._check_access(now - looked >= RIGHTS)
                looked = now if now - looked >= RIGHTS else looked
                await self._tell_presence()
            except Exception as error:
                log.warning("hub.upkeep_failed", error=type(error).__name__)

    async def _check_access(self, rights_too: bool) -> None:
        if not self._consoles:
            return
        closed = await self.run(store.signed_out, [console.sign_in_id for console in self._consoles])
        for console in [one for one in self._consoles if one.sign_in_id in closed]:
            self._cut(console, SIGNED_OUT)
        if rights_too:
            allowed = await self.run(store.audiences, list({console.user_id for console in self._consoles}))
            for console in list(self._consoles):
                seen = allowed.get(console.user_id, frozenset())
                if not seen:
                    self._cut(console, SIGNED_OUT)
                elif seen != console.audience:
                    console.audience = seen
                    console.offer(single(self._last, "reset", {}), 0, time.monotonic())

    async def _tell_presence(self) -> None:
        now = timezone.now()
        gone, self._gone = self._gone, []
        rows = [(one.id, one.user_id, one.sound, one.open_item) for one in self._consoles]
        await self.run(store.write_presence, rows, now)
        if gone:
            await self.run(store.forget_presence, [one.id for one in gone], now)
        if self._changed:
            self._changed = False
            await self.run(store.announce_presence, now)

    def _cut(self, console: Console, code: int) -> None:
        self.leave(console)
        if code == TOO_SLOW:
            CUT.inc()
        self._loop.create_task(console.close(code))


_hubs: defaultdict[int, list[Hub]] = defaultdict(list)


def hub() -> Hub:
    """The hub of the running event loop, started on first use."""
    key = id(asyncio.get_running_loop())
    if not _hubs[key]:
        _hubs[key].append(Hub())
    return _hubs[key][0]
