"""One port, TCP and UDP: frames in, answers out. What a frame means, and whether it may be answered, is for ``answer``.

Frames of one connection are begun in the order in which they came; an answer carries its frame's sequence number, so it
leaves as soon as it is known. Nothing a sender does raises here.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import structlog

from alarms.receivers.admission import Admission
from alarms.receivers.dc09.stream import Splitter

log = structlog.get_logger(__name__)
SWEEP_SECONDS = 5.0
FINISH_SECONDS = 5.0

type Answerer = Callable[[bytes], Awaitable[bytes | None]]
"""What to answer one whole frame, LF to CR; None is silence, and the panel sends again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one receiver bears: so many connections, ``per_address`` of them from one address (many panels may stand
    behind one translator). One may be silent for ``idle_seconds``, and halfway through a frame for ``frame_seconds``;
    ``noise_bytes`` that stand in no frame are what a port scanner sends.
    """

    connections: int = 10_000
    per_address: int = 1_000
    idle_seconds: float = 1_800.0
    frame_seconds: float = 30.0
    under_way: int = 32
    datagrams_under_way: int = 2_000
    unread_bytes: int = 65_536
    noise_bytes: int = 65_536


class Server:
    """Belongs to one event loop."""

    def __init__(self, answer: Answerer, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.counts: Counter[str] = Counter()
        self.connections: set[Connection] = set()
        self.closing = False
        self.admission = Admission(
            "dc09", connections=self.limits.connections, per_address=self.limits.per_address,
            counts=self.counts, clock=time.monotonic,
        )  # fmt: skip
        self._answer = answer
        self._tasks: set[asyncio.Task[None]] = set()
        self._tcp: asyncio.Server | None = None
        self._udp: asyncio.DatagramTransport | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def listen(self, host: str, port: int) -> None:
        """Open both. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._tcp = await loop.create_server(lambda: Connection(self), host, port, backlog=1_024)
        try:
            udp, _ = await loop.create_datagram_endpoint(lambda: Datagrams(self), (host, self.port))
        except OSError:
            self._tcp.close()
            raise
        self._udp = udp
        self._sweeper = loop.create_task(self._sweep())

    @property
    def port(self) -> int:
        """The one that both listen on."""
        if self._tcp is None:
            raise RuntimeError("not listening")
        return int(self._tcp.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Take nothing more; what is under way is answered, within reason."""
        self.closing = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._tcp is not None:
            self._tcp.close()
        for one in self.connections:
            one.pause()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_SECONDS)
        for one in list(self.connections):
            one.close()
        if self._udp is not None:
            self._udp.close()

    def begin(self, frame: bytes, send: Callable[[bytes], None], done: Callable[[], None]) -> None:
        """Have one frame answered."""
        task = asyncio.get_running_loop().create_task(self._one(frame, send, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _one(self, frame: bytes, send: Callable[[bytes], None], done: Callable[[], None]) -> None:
        try:
            told = await self._answer(frame)
            if told is not None:
                send(told)
        except Exception as error:
            log.exception("dc09.frame_failed", error=type(error).__name__)
        finally:
            done()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = asyncio.get_running_loop().time()
            for one in list(self.connections):
                one.look(now)


class Connection(asyncio.Protocol):
    """One panel's connection."""

    def __init__(self, server: Server) -> None:
        self._server, self._limits = server, server.limits
        self._splitter = Splitter()
        self._waiting: deque[bytes] = deque()
        self._under_way = 0
        self._paused = False
        self._transport: asyncio.Transport | None = None
        self._heard = 0.0
        self._begun: float | None = None
        self._address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._address = (transport.get_extra_info("peername") or ("",))[0]
        if not self._server.admission.admits(self._address):
            self._transport.close()  # an orderly end, so that its panel tries again later
            return
        self._server.connections.add(self)
        self._heard = asyncio.get_running_loop().time()

    def connection_lost(self, exc: Exception | None) -> None:
        if self in self._server.connections:
            self._server.connections.discard(self)
            self._server.admission.left(self._address)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        now = asyncio.get_running_loop().time()
        frames = self._splitter.feed(data)
        self._waiting.extend(frames)
        if frames or self._splitter.pending:  # noise between frames is no sign of life
            self._heard = now
        if not self._splitter.pending:
            self._begun = None
        elif frames or self._begun is None:  # a busy sender is always halfway: each frame has its own time
            self._begun = now
        if self._splitter.skipped > self._limits.noise_bytes:
            self._server.counts["noise"] += 1
            self.close()
            return
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and self._under_way < self._limits.under_way:
            self._under_way += 1
            self._server.begin(self._waiting.popleft(), self._send, self._done)
        if self._waiting:
            self.pause()
        elif self._paused and self._transport is not None and not self._server.closing:
            self._paused = False
            if self._begun is not None:  # its rest could not come while we didn't read
                self._begun = asyncio.get_running_loop().time()
            self._transport.resume_reading()

    def _done(self) -> None:
        self._under_way -= 1
        self._go_on()

    def _send(self, told: bytes) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(told)
        if transport.get_write_buffer_size() > self._limits.unread_bytes:
            self._server.counts["unread"] += 1
            transport.abort()

    def pause(self) -> None:
        """Read no more for now: TCP itself holds the sender back."""
        if not self._paused and self._transport is not None and not self._transport.is_closing():
            self._paused = True
            self._transport.pause_reading()

    def look(self, now: float) -> None:
        """Close it if nothing has come for too long. ``now`` is the loop's time."""
        if self._begun is not None and not self._paused and now - self._begun > self._limits.frame_seconds:
            self._server.counts["half_frames"] += 1
            self.close()
        elif now - self._heard > self._limits.idle_seconds and not self._under_way:
            self._server.counts["idle"] += 1
            self.close()

    def close(self) -> None:
        """When what was said has gone out."""
        if self._transport is not None:
            self._transport.close()


class Datagrams(asyncio.DatagramProtocol):
    """The UDP side: a datagram is a frame, or it is nothing."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._under_way = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[Any, ...]) -> None:
        def send(told: bytes) -> None:
            if not self._transport.is_closing():
                self._transport.sendto(told, address)

        for frame in Splitter().feed(data):
            if self._under_way >= self._server.limits.datagrams_under_way:
                self._server.counts["datagrams_refused"] += 1
                return
            self._under_way += 1
            self._server.begin(frame, send, self._done)

    def _done(self) -> None:
        self._under_way -= 1

    def error_received(self, exc: Exception) -> None:
        """Somebody's port is closed: theirs to mend."""
