"""The load program: one JSON order on stdin, one JSON result on stdout (times in milliseconds).

Consoles connect and acknowledge once a second; alarms are posted in a closed loop (``posters`` that wait for their
answer), at a ``rate``, or as a storm of ``count``. An alarm is recognised on the consoles by its transmitter, whose
area is its number: each transmitter is used again first after all others, so the time it was last sent is right.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import uvloop

from tests.benchmarks.sockets import Board, Console, Poster

KINDS = ("safety_alarm", "technical", "intrusion", "safety_alarm", "person_alarm", "safety_alarm")
DRAIN_SECONDS = 15.0


@dataclass(slots=True)
class Order:
    """What to do. ``keys[n]`` is the source key of transmitter n; ``urgent_every`` makes each nth alarm a fire."""

    port: int
    host: str
    transmitters: int
    keys: list[str]
    cookies: list[str] = field(default_factory=list)
    posters: int = 32
    seconds: float = 5.0
    rate: float = 0.0
    count: int = 0
    urgent_every: int = 0
    offset: int = 0
    stalled: bool = False


class Load:
    def __init__(self, order: Order) -> None:
        self.order = order
        self.board = Board(order.transmitters)
        self.statuses: Counter[int] = Counter()
        self.post_times: list[int] = []
        self.urgent: list[tuple[int, int, int]] = []
        run = uuid.uuid4().hex[:8]
        at = datetime.now(UTC).isoformat()
        self._key = f"{run}-{{}}"
        self._tail = (
            f'","occurred_at":"{at}","place":"Exempelgatan 12","text":"Larm utlöst, lägenhet 1203"}}'
        ).encode()

    async def run(self) -> dict[str, Any]:
        consoles = await self._connect()
        upkeep = asyncio.create_task(self._acknowledge(consoles))
        await asyncio.sleep(0.7)
        posters = [await self._poster() for _ in range(self.order.posters)]
        cpu, started = _cpu(), time.perf_counter()
        await (self._at_rate(posters) if self.order.rate else self._closed(posters))
        elapsed = time.perf_counter() - started
        stored = self.statuses[201]
        healthy = consoles[1:] if self.order.stalled else consoles
        await self._drain(healthy, stored)
        converged = time.perf_counter() - started
        cpu = _cpu() - cpu
        told = {
            "posted": sum(self.statuses.values()),
            "stored": stored,
            "refused": {str(status): n for status, n in self.statuses.items() if status != 201},
            "rate": stored / elapsed,
            "seconds": elapsed,
            "converged": converged,
            "post_p50": _percentile(self.post_times, 0.5),
            "post_p99": _percentile(self.post_times, 0.99),
            "p50": _percentile(self.board.latencies, 0.5),
            "p99": _percentile(self.board.latencies, 0.99),
            "worst": _percentile(self.board.latencies, 1.0),
            "deliveries": sum(console.rows for console in healthy),
            "missing": sum(stored - console.rows for console in healthy if console.rows < stored),
            "extra": sum(console.rows - stored for console in healthy if console.rows > stored),
            "disorder": _disorder(healthy[0].kept or []) if healthy else 0,
            "closed": [console.close_code for console in healthy if console.close_code],
            "client_cpu": cpu / converged,
        }
        if self.urgent:
            seen = self.board.last_seen
            told["urgent_answer"] = max(done - sent for _, sent, done in self.urgent) / 1e6
            told["urgent_board"] = max(max(seen[number] - done, 0) for number, _, done in self.urgent) / 1e6
            told["urgent_unseen"] = sum(seen[number] == 0 for number, _, _ in self.urgent)
        if self.order.stalled:
            told["stalled"] = await self._wake(consoles[0])
        upkeep.cancel()
        return told

    async def _connect(self) -> list[Console]:
        loop = asyncio.get_running_loop()
        consoles: list[Console] = []
        for position, cookie in enumerate(self.order.cookies):
            stalls = self.order.stalled and position == 0
            console = Console(
                self.board, self.order.host, cookie, keep=position == (1 if self.order.stalled else 0)
            )
            sock = socket.socket()
            if stalls:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect(("127.0.0.1", self.order.port))
            sock.setblocking(False)
            await loop.create_connection(lambda console=console: console, sock=sock)
            consoles.append(console)
        for console in consoles:
            await asyncio.wait_for(console.ready, 30)
        if self.order.stalled:
            await asyncio.sleep(0.5)
            consoles[0].acknowledge()
            consoles[0].transport.pause_reading()
        return consoles

    async def _acknowledge(self, consoles: Sequence[Console]) -> None:
        while True:
            for position, console in enumerate(consoles):
                if not (self.order.stalled and position == 0):
                    console.acknowledge()
                await asyncio.sleep(1 / len(consoles))

    async def _wake(self, console: Console) -> dict[str, Any]:
        """Let the stalled console read again: how it was told, and whether it gets the rest when it comes back."""
        console.transport.resume_reading()
        end = time.perf_counter() + 10
        while console.close_code is None and time.perf_counter() < end:
            await asyncio.sleep(0.05)
        again = Console(
            self.board, self.order.host, console.cookie, after=max(console.last_id(), 0), keep=True
        )
        await asyncio.get_running_loop().create_connection(lambda: again, "127.0.0.1", self.order.port)
        await again.ready
        await asyncio.sleep(2)
        first = msgspec.json.decode(again.kept[0]) if again.kept else [{}]
        reset = any(b'"type":"reset"' in frame for frame in again.kept or [])
        rows = console.rows + again.rows
        return {
            "close_code": console.close_code,
            "hello": first[0].get("type"),
            "resynced": reset or rows == self.statuses[201],
        }

    async def _poster(self) -> Poster:
        _, poster = await asyncio.get_running_loop().create_connection(Poster, "127.0.0.1", self.order.port)
        return poster

    async def _post(self, poster: Poster, nth: int) -> Poster:
        number = (self.order.offset + nth) % self.order.transmitters
        urgent = self.order.urgent_every and nth % self.order.urgent_every == self.order.urgent_every - 1
        kind = "fire" if urgent else KINDS[nth % len(KINDS)]
        body = b'{"kind":"%s","account":"%d' % (kind.encode(), number) + self._tail
        request = (
            f"POST /api/signals HTTP/1.1\r\nHost: {self.order.host}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.order.keys[number % len(self.order.keys)]}\r\n"
            f"Idempotency-Key: {self._key.format(nth)}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        if poster.closed:
            poster = await self._poster()
        sent = self.board.sent[number] = time.perf_counter_ns()
        self.board.last_seen[number] = 0
        status = await poster.post(request)
        done = time.perf_counter_ns()
        self.post_times.append(done - sent)
        self.statuses[status] += 1
        if urgent:
            self.urgent.append((number, sent, done))
        return poster

    async def _closed(self, posters: Sequence[Poster]) -> None:
        end = time.perf_counter() + self.order.seconds
        numbers: Iterator[int] = iter(range(self.order.count or 10**9))

        async def keep_posting(poster: Poster) -> None:
            for nth in numbers:
                poster = await self._post(poster, nth)
                if not self.order.count and time.perf_counter() > end:
                    return

        await asyncio.gather(*(keep_posting(poster) for poster in posters))

    async def _at_rate(self, posters: Sequence[Poster]) -> None:
        free: asyncio.Queue[Poster] = asyncio.Queue()
        for poster in posters:
            free.put_nowait(poster)

        async def one(nth: int) -> None:
            free.put_nowait(await self._post(await free.get(), nth))

        started = time.perf_counter()
        async with asyncio.TaskGroup() as posts:
            for nth in range(int(self.order.seconds * self.order.rate)):
                await asyncio.sleep(max(0.0, started + nth / self.order.rate - time.perf_counter()))
                posts.create_task(one(nth))

    async def _drain(self, consoles: Sequence[Console], stored: int) -> None:
        end = time.perf_counter() + DRAIN_SECONDS
        while any(console.rows < stored for console in consoles) and time.perf_counter() < end:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)  # anything doubled would come now


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _percentile(values: list[int], part: float) -> float | None:
    """Of nanoseconds, in milliseconds."""
    values.sort()
    return values[min(len(values) - 1, int(len(values) * part))] / 1e6 if values else None


def _disorder(frames: Sequence[bytes]) -> int:
    """How many events of one console came twice or out of order."""
    last = wrong = 0
    for frame in frames:
        told = msgspec.json.decode(frame)
        for event in told if isinstance(told, list) else []:
            if event["type"] in ("item", "presence"):
                wrong += event["id"] <= last
                last = event["id"]
    return wrong


def main() -> None:
    order = Order(**json.load(sys.stdin))
    uvloop.install()
    print(json.dumps(asyncio.run(_run(order))))


async def _run(order: Order) -> dict[str, Any]:
    return await Load(order).run()


if __name__ == "__main__":
    main()
