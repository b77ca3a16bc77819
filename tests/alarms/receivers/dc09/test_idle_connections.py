"""A connection that brings no frames is closed, whatever else it brings."""

from __future__ import annotations

import asyncio
from typing import Any

from alarms.receivers.dc09 import building, server
from alarms.receivers.dc09.server import Limits, Server


async def closed_within(site: Server, said: bytes, seconds: float) -> bool:
    """Whether a sender that says this ten times a second is hung up on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    hung_up = asyncio.ensure_future(reader.read())
    for _ in range(int(seconds * 10)):
        if hung_up.done():
            break
        writer.write(said)
        await asyncio.wait({hung_up}, timeout=0.1)
    done = hung_up.done()
    hung_up.cancel()
    await asyncio.gather(hung_up, return_exceptions=True)
    writer.close()
    return done


async def test_noise_does_not_keep_a_connection_and_frames_do(monkeypatch: Any) -> None:
    monkeypatch.setattr(server, "SWEEP_SECONDS", 0.05)

    async def silent(_frame: bytes) -> None:
        return None

    site = Server(silent, Limits(idle_seconds=0.5))
    await site.listen("127.0.0.1", 0)
    try:
        frame = building.build(building.null(account="1234"))
        assert not await closed_within(site, frame, 2.0)
        assert await closed_within(site, b"x", 10.0)
        assert site.counts["idle"] == 1
    finally:
        await site.close()
