"""Where a batch is stored: in a process of its own beside the web process, or in a thread of this one.

Storing is half of an alarm's work, and in a thread it fights the event loop for the interpreter at every statement. The
web process therefore starts a child (``python -m config.storing``) that does nothing else; they speak over a socket
pair, one batch out and its receipts back, each a MessagePack text with its length before. When the web process dies the
child reads the end of the socket, finishes what it holds and ends; when the child dies its batch is unknown to its
senders (503, the same key again) and another child is started.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import msgspec
import structlog
from django.db import InterfaceError, OperationalError, connection
from prometheus_client import Counter

from alarms.intake.storing import Incoming
from alarms.reception import Receipt, receive
from central.events import doorbell
from central.municipalities.context import in_public

log = structlog.get_logger(__name__)
LENGTH = struct.Struct("!I")
QUICK_DEATH = 5.0
TRY_AGAIN = 1.0
STOP_SECONDS = 5.0

RESTARTED = Counter("tc_storing_restarts_total", "Gånger den lagrande processen har startats om")
type Child = tuple[subprocess.Popen[bytes], socket.socket]

_encode = msgspec.msgpack.Encoder().encode
_batch = msgspec.msgpack.Decoder(list[Incoming]).decode
_receipts = msgspec.msgpack.Decoder(list[Receipt] | None).decode


class Unavailable(Exception):
    """The database is away, or slow: nothing is promised; try again with the same key."""


class Storing(Protocol):
    """One batch at a time."""

    async def store(self, batch: Sequence[Incoming]) -> list[Receipt]:
        """The receipts in the order given, after COMMIT. Raises Unavailable when the outcome is not known."""
        ...

    async def close(self) -> None: ...


def store_now(batch: Sequence[Incoming], now: datetime) -> list[Receipt]:
    """Blocking: receive the batch, leaving no broken connection behind. Raises Unavailable."""
    with in_public():
        try:
            return receive(batch, now)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            raise Unavailable from error


class InThread:
    """For an ASGI server that was not started by ``central web``, and for tests."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")

    async def store(self, batch: Sequence[Incoming]) -> list[Receipt]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, store_now, batch, self._clock())

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, lambda: connection.close())
        self._thread.shutdown()


class InProcess:
    """A child, and this end of the pair. ``spawn`` starts another; ``first`` is one already under way."""

    def __init__(self, spawn: Callable[[], Child], first: Child | None = None) -> None:
        self._spawn = spawn
        self._child, self._ours = first or spawn()
        self._started = time.monotonic()
        self._keeper: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._connected = asyncio.Event()
        self._answer: asyncio.Future[bytes] | None = None

    async def store(self, batch: Sequence[Incoming]) -> list[Receipt]:
        if self._keeper is None:
            self._keeper = asyncio.get_running_loop().create_task(self._keep())
        while self._writer is None:
            await self._connected.wait()
        self._answer = asyncio.get_running_loop().create_future()
        said = _encode(batch)
        self._writer.write(LENGTH.pack(len(said)) + said)
        receipts: list[Receipt] | None = _receipts(await self._answer)
        if receipts is None:
            raise Unavailable
        return receipts

    async def _keep(self) -> None:
        """Listen to the child; when it is gone, say so to who waits and start another."""
        while True:
            reader, self._writer = await asyncio.open_connection(sock=self._ours)
            self._connected.set()
            with suppress(OSError, EOFError):
                while True:
                    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                    answer = await reader.readexactly(length)
                    if self._answer is not None and not self._answer.done():
                        self._answer.set_result(answer)
            self._writer.close()
            self._writer = None
            self._connected.clear()
            if self._answer is not None and not self._answer.done():
                self._answer.set_exception(Unavailable())
            await self._again()

    async def _again(self) -> None:
        self._child.kill()  # in case it only closed its end: two must never store for one
        log.error("intake.storing_process_gone", status=self._child.wait())
        RESTARTED.inc()
        if time.monotonic() - self._started < QUICK_DEATH:
            await asyncio.sleep(TRY_AGAIN)
        while True:
            try:
                self._child, self._ours = self._spawn()
                break
            except OSError as error:  # no memory, no descriptors: that may pass
                log.error("intake.storing_process_not_started", error=type(error).__name__)
                await asyncio.sleep(TRY_AGAIN)
        self._started = time.monotonic()

    async def close(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
        self.stop()

    def stop(self) -> None:
        """Let it finish what it holds, and wait for it."""
        with suppress(OSError):
            # closing alone would tell the child nothing: an event loop that has stopped keeps the socket
            self._ours.shutdown(socket.SHUT_RDWR)
        self._ours.close()
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def serve(link: socket.socket, clock: Callable[[], datetime]) -> None:
    """The child's whole life: a batch, its receipts (None: unknown), until the other end is closed.

    Signals to stop go to the web process, which then closes its end.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with doorbell.beside():
        while (said := _read(link)) is not None:
            answer = _encode(_stored(said, clock()))
            link.sendall(LENGTH.pack(len(answer)) + answer)


def _stored(said: bytes, now: datetime) -> list[Receipt] | None:
    try:
        return store_now(_batch(said), now)
    except Unavailable:
        return None
    except Exception as error:
        log.exception("intake.batch_lost", error=type(error).__name__)
        return None


def _read(link: socket.socket) -> bytes | None:
    head = _exactly(link, LENGTH.size)
    return None if head is None else _exactly(link, LENGTH.unpack(head)[0])


def _exactly(link: socket.socket, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size:
        part = link.recv(min(size, 1 << 16))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
