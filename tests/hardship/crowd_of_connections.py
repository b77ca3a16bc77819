"""More connections than a receiver bears, all at once: what is too much is hung up on, and the panels notice nothing."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import time
from collections.abc import Iterator
from typing import Any

from alarms.receivers.dc09.server import Limits
from tests.hardship.at_the_receivers import assert_once, listening
from tests.hardship.panels import SETTLED, Panels
from tests.hardship.region import Region, open_files

AT_ONCE = 100
PANELS = 10
WITHIN = 20.0

type Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def crowd_of_connections(region: Region, *, addresses: int, each: int) -> dict[str, Any]:
    """From so many addresses, with the limits of the product; those within the limits stand, the others are closed."""
    limits = Limits()
    allowed = min(addresses * min(each, limits.per_address), limits.connections - PANELS)
    with (
        _many_files(),
        listening(region) as process,
        Panels(process.dc09_port, count=PANELS, pause=0.2) as panels,
    ):
        panels.until_acked(PANELS)
        before = open_files(process.pid)
        refused = asyncio.run(_stand(process.dc09_port, addresses, each, addresses * each - allowed, panels))
        end = time.monotonic() + WITHIN
        while open_files(process.pid) > before + 20:
            assert time.monotonic() < end, f"{open_files(process.pid)} files stay open"
            time.sleep(0.2)
        panels.until_acked(len(panels.acked) + PANELS)
        assert process.popen.poll() is None
    assert panels.slowest < 10, f"a panel waited {panels.slowest:.1f} s"
    assert set(panels.answers) <= SETTLED, dict(panels.answers)
    assert_once(region, panels)
    return {
        "connections": addresses * each, "stood": addresses * each - refused, "refused": refused,
        "acked": len(panels.acked), "slowest s": panels.slowest,
    }  # fmt: skip


async def _stand(port: int, addresses: int, each: int, too_many: int, panels: Panels) -> int:
    """How many were closed by the other end, in good order, while the rest stood and the panels went on."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(address: str) -> Ends:
        async with turns:
            return await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))

    ends = await asyncio.gather(
        *(one(f"127.0.0.{2 + nth % addresses}") for nth in range(addresses * each)), return_exceptions=False
    )
    try:
        already = len(panels.acked)
        end = time.monotonic() + WITHIN
        while len(panels.acked) < already + PANELS or _closed(ends) < too_many:
            assert time.monotonic() < end, (
                f"{_closed(ends)} of {too_many} closed, {len(panels.acked) - already} acks"
            )
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        closed = _closed(ends)
        assert closed == too_many, f"{closed} were closed, {too_many} are too many"
        return closed
    finally:
        for _, writer in ends:
            writer.close()


def _closed(ends: list[Ends]) -> int:
    return sum(reader.at_eof() for reader, _ in ends)


@contextlib.contextmanager
def _many_files() -> Iterator[None]:
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (usual, most))
