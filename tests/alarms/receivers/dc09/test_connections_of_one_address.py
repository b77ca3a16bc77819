"""One address cannot take every panel's connections."""

from __future__ import annotations

import asyncio

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.server import Limits, Server


async def test_one_address_has_its_share_and_another_is_let_in() -> None:
    async def same(frame: bytes) -> bytes:
        return frame

    site = Server(same, Limits(connections=4, per_address=2))
    await site.listen("127.0.0.1", 0)

    async def come(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", site.port, local_addr=(address, 0))

    async def served(ends: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> bool:
        ends[1].write(building.build(building.null(account="1234")))
        async with asyncio.timeout(5):
            try:
                return bool(await ends[0].read(4096))
            except ConnectionError:
                return False

    try:
        first, second, third = [await come("127.0.0.1") for _ in range(3)]
        assert [await served(one) for one in (first, second, third)] == [True, True, False]
        elsewhere = await come("127.0.0.2")
        assert await served(elsewhere)
        first[1].close()
        await first[1].wait_closed()
        await asyncio.sleep(0.05)
        again = await come("127.0.0.1")
        assert await served(again)
        assert site.counts["connections_refused"] == 1
        for _, writer in (second, third, elsewhere, again):
            writer.close()
    finally:
        await site.close()
