"""The receivers' load program: one JSON order on stdin, one JSON result on stdout (times in milliseconds).

DC-09 panels on a connection each that send at a common rate, or poll once in an interval; SCAIP senders over UDP. What
was sent and what was acknowledged is counted here, what was stored by whoever gave the order.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psutil
import uvloop

from alarms.receivers.dc09 import building
from alarms.receivers.scaip.client import ScaipClient

DRAIN_SECONDS = 15.0
OF_ONE_ADDRESS = 500


@dataclass(slots=True)
class Order:
    """What to do: ``work`` is alarms, polls or scaip. ``pids``: whose CPU is measured while it is done.

    DC-09: ``accounts`` have a sender each, the first ``connections`` of them over TCP and the rest over one UDP socket.
    SCAIP: ``connections`` senders, every other over TCP.
    """

    work: str
    port: int
    accounts: list[str]
    pids: list[int]
    connections: int
    rate: float
    seconds: float


@dataclass(slots=True)
class Tally:
    """Both ends' figures of one run."""

    sent: int = 0
    late: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    waiting: dict[bytes, int] = field(default_factory=dict)
    times: list[int] = field(default_factory=list)

    def sends(self, key: bytes) -> None:
        self.sent += 1
        self.waiting[key] = time.perf_counter_ns()

    def answered(self, key: bytes, name: str) -> None:
        """An answer to nothing that waits is one too many."""
        begun = self.waiting.pop(key, None)
        self.answers[name if begun is not None else "unasked"] += 1
        if begun is not None:
            self.times.append(time.perf_counter_ns() - begun)


class Ear(asyncio.Protocol, asyncio.DatagramProtocol):
    """Tells each answer's name by its account and sequence number. An answer is ``"ACK"0001L0#00000A[]`` in a frame."""

    def __init__(self, tally: Tally) -> None:
        self._tally, self._rest = tally, b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        *frames, self._rest = (self._rest + data).split(b"\r")
        for frame in frames:
            _, name, rest = frame.split(b'"', 2)
            account = rest[rest.index(b"#") + 1 : rest.index(b"[")] if b"#" in rest else b""
            self._tally.answered(account + rest[:4], name.decode())

    def datagram_received(self, data: bytes, address: Any) -> None:
        self.data_received(data)


class Load:
    def __init__(self, order: Order) -> None:
        self.order, self.tally = order, Tally()
        self._write: list[Callable[[bytes], None]] = []

    async def run(self) -> dict[str, Any]:
        work = await self._scaip() if self.order.work == "scaip" else await self._dc09()
        await asyncio.sleep(1.0)
        watched = [psutil.Process(pid) for pid in self.order.pids]
        before, started = [_cpu(one) for one in watched], time.perf_counter()
        await self._at_rate(work)
        elapsed = time.perf_counter() - started
        used = [(_cpu(one) - was) / elapsed for one, was in zip(watched, before, strict=True)]
        end = time.perf_counter() + DRAIN_SECONDS
        while self.tally.waiting and time.perf_counter() < end:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)  # anything doubled would come now
        times, tally = sorted(self.tally.times), self.tally
        return {
            "sent": tally.sent, "answers": dict(tally.answers), "unanswered": len(tally.waiting),
            "rate": tally.sent / elapsed, "late": tally.late, "seconds": elapsed, "cpu": used,
            "p50": _at(times, 0.5), "p99": _at(times, 0.99), "worst": _at(times, 1.0),
        }  # fmt: skip

    async def _at_rate(self, work: Callable[[int], None]) -> None:
        started = time.perf_counter()
        for nth in range(round(self.order.rate * self.order.seconds)):
            wait = started + nth / self.order.rate - time.perf_counter()
            self.tally.late += wait < -0.1
            await asyncio.sleep(max(0.0, wait))
            work(nth)

    async def _dc09(self) -> Callable[[int], None]:
        loop, order = asyncio.get_running_loop(), self.order
        for nth in range(min(order.connections, len(order.accounts))):
            own = f"127.0.{1 + nth // OF_ONE_ADDRESS}.1"  # as from that many networks: one address may hold 1 000
            _, ear = await loop.create_connection(
                lambda: Ear(self.tally), "127.0.0.1", order.port, local_addr=(own, 0)
            )
            self._write.append(ear.transport.write)
        if rest := len(order.accounts) - order.connections:
            _, heard = await loop.create_datagram_endpoint(
                lambda: Ear(self.tally), remote_addr=("127.0.0.1", order.port)
            )
            self._write += [heard.transport.sendto] * rest
        return self._frame

    def _frame(self, nth: int) -> None:
        number = nth % len(self.order.accounts)
        account, sequence = self.order.accounts[number], f"{nth // len(self.order.accounts) + 1:04d}"
        if self.order.work == "polls":
            frame = building.null(account=account, sequence=sequence)
        else:
            frame = building.sia_dcs(account=account, sequence=sequence, event="Nri1/BA001^Entré^")
        raw = building.build(frame)
        self.tally.sends((account + sequence).encode())
        self._write[number](raw)

    async def _scaip(self) -> Callable[[int], None]:
        loop, order = asyncio.get_running_loop(), self.order
        clients = [
            await ScaipClient.open(host="127.0.0.1", port=order.port, transport=("UDP", "TCP")[nth % 2])
            for nth in range(order.connections)
        ]
        asked: set[asyncio.Task[None]] = set()

        async def ask(nth: int) -> None:
            cid, ref = order.accounts[nth % len(order.accounts)], f"B{nth:06d}"
            body = (
                f'<?xml version="1.0" encoding="UTF-8"?><mrq><ref>{ref}</ref><ver>01.00</ver><mty>ME</mty>'
                f"<cid>{cid}</cid><dty>0003</dty><did>12345678</did><lte>Köket</lte><stc>0010</stc></mrq>"
            ).encode()
            self.tally.sends(ref.encode())
            told = await clients[nth % len(clients)].send(body, ref=ref)
            self.tally.answered(ref.encode(), f"snu {told.response.answer.snu}")

        def begin(nth: int) -> None:
            task = loop.create_task(ask(nth))
            asked.add(task)
            task.add_done_callback(asked.discard)

        return begin


def _cpu(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def _at(ordered: list[int], part: float) -> float | None:
    """Of nanoseconds, in milliseconds."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] / 1e6 if ordered else None


async def _run(order: Order) -> dict[str, Any]:
    return await Load(order).run()


def main() -> None:
    order = Order(**json.load(sys.stdin))
    uvloop.install()
    print(json.dumps(asyncio.run(_run(order))))


if __name__ == "__main__":
    main()
