"""Batches go to who stores them one behind the other, and the death of who stores is said to all who wait."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from alarms.intake.storing import Incoming
from alarms.receivers import storing
from alarms.receivers.batcher import Batcher
from alarms.receivers.storing import LENGTH, InProcess, Unavailable
from alarms.reception import Receipt


def signal(number: int, priority: int = 3) -> Incoming:
    key = number.to_bytes(32)
    return Incoming(
        source_id=1, source_name="", exercise=False, key_digest=key, body_digest=key, body="{}", kind="technical",
        account=str(number), occurred_at=datetime(2026, 11, 22, tzinfo=UTC), priority=priority,
    )  # fmt: skip


def receipt_of(one: Incoming) -> Receipt:
    return Receipt("stored", UUID(bytes=one.key_digest[-16:]))


class Shelf:
    """Stores nothing until it is told to."""

    def __init__(self) -> None:
        self.batches: list[tuple[list[int], asyncio.Future[list[Receipt]]]] = []

    async def store(self, batch: Sequence[Incoming]) -> list[Receipt]:
        done: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        self.batches.append(([int(one.account) for one in batch], done))
        await done
        return [receipt_of(one) for one in batch]

    async def close(self) -> None: ...

    @property
    def given(self) -> list[list[int]]:
        return [numbers for numbers, _ in self.batches]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_all_that_come_meanwhile_are_the_next_batch_in_their_order() -> None:
    shelf = Shelf()
    batcher = Batcher(shelf)
    tasks = [asyncio.create_task(batcher.submit(signal(1)))]
    await settle()
    tasks += [asyncio.create_task(batcher.submit(signal(number))) for number in range(2, 20)]
    await settle()
    assert shelf.given == [[1]]
    shelf.batches[0][1].set_result([])
    await settle()
    assert shelf.given == [[1], list(range(2, 20))]
    shelf.batches[1][1].set_result([])
    receipts = await asyncio.gather(*tasks)
    assert [receipt.id.int for receipt in receipts] == list(range(1, 20))
    await batcher.close()


async def test_life_critical_ones_are_first_in_the_next_batch() -> None:
    shelf = Shelf()
    batcher = Batcher(shelf)
    tasks = [asyncio.create_task(batcher.submit(signal(1)))]
    await settle()
    tasks += [
        asyncio.create_task(batcher.submit(signal(2))),
        asyncio.create_task(batcher.submit(signal(3, 1))),
    ]
    await settle()
    shelf.batches[0][1].set_result([])
    await settle()
    assert shelf.given == [[1], [3, 2]]
    shelf.batches[1][1].set_result([])
    await asyncio.gather(*tasks)


class Children:
    """Makes children as :class:`InProcess` wants them, with us at the other end; ``refusals`` of them can't be made."""

    def __init__(self, refusals: int = 0) -> None:
        self.links: list[socket.socket] = []
        self.refusals = refusals

    def spawn(self) -> storing.Child:
        if self.links and self.refusals:
            self.refusals -= 1
            raise BlockingIOError("no more processes")
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        self.links.append(theirs)
        return subprocess.Popen(["sleep", "60"]), ours

    async def asked(self) -> list[int]:
        """The next batch that the newest child is asked to store."""
        loop, link = asyncio.get_running_loop(), self.links[-1]
        length = LENGTH.unpack(await loop.sock_recv(link, LENGTH.size))[0]
        batch = msgspec.msgpack.decode(await loop.sock_recv(link, length), type=list[Incoming])
        return [int(one.account) for one in batch]

    async def answer(self, *numbers: int) -> None:
        said = msgspec.msgpack.encode([receipt_of(signal(number)) for number in numbers])
        await asyncio.get_running_loop().sock_sendall(self.links[-1], LENGTH.pack(len(said)) + said)


async def test_a_death_is_said_and_a_child_that_cannot_be_replaced_at_once_is_replaced_later(
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(storing, "QUICK_DEATH", 0.0)
    monkeypatch.setattr(storing, "TRY_AGAIN", 0.01)
    children = Children(refusals=2)
    process = InProcess(children.spawn)
    waiting = asyncio.create_task(process.store([signal(1)]))
    assert await children.asked() == [1]
    children.links[0].close()
    with pytest.raises(Unavailable):
        await waiting
    later = asyncio.create_task(process.store([signal(3)]))
    while len(children.links) < 2:
        await asyncio.sleep(0.01)
    assert children.refusals == 0
    assert await children.asked() == [3]
    await children.answer(3)
    assert [one.id.int for one in await later] == [3]
    with suppress(ProcessLookupError):
        process._child.kill()
    await process.close()
