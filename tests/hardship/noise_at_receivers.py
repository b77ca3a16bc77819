"""Noise, other protocols and bad connections at the receivers, while panels and home phones go on."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from typing import Any

from tests.hardship import narrow_receivers
from tests.hardship.at_the_receivers import PANELS, assert_once, listening
from tests.hardship.panels import SETTLED, Panels, frame
from tests.hardship.region import Region

LONE = 60  # a panel apart from the fifty

type Told = dict[str, Any]


def _told(panels: Panels, **more: Any) -> Told:
    return {**more, "acked": len(panels.acked), "slowest s": panels.slowest, "answers": dict(panels.answers)}


def garbage(region: Region, *, pieces: int) -> Told:
    """Noise, broken frames and other protocols at both ports over TCP and UDP, while panels send."""
    chance = random.Random(16)
    with listening(region) as process:
        with Panels(process.dc09_port, count=PANELS, pause=0.2) as panels:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
                for nth in range(pieces):
                    port = (process.dc09_port, process.scaip_port)[nth % 2]
                    datagrams.sendto(_noise(chance)[:60_000], ("127.0.0.1", port))
                    with contextlib.suppress(OSError):
                        _throw(port, _noise(chance))
            panels.until_acked(len(panels.acked) + PANELS)
        assert process.popen.poll() is None
        assert panels.slowest < 10, f"a panel waited {panels.slowest:.1f} s"
        assert set(panels.answers) <= SETTLED, dict(panels.answers)
        assert_once(region, panels)
    return _told(panels, pieces=pieces)


def _throw(port: int, noise: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
        link.sendall(noise)


def _noise(chance: random.Random) -> bytes:
    whole = frame(LONE, 1)
    at = chance.randrange(1, len(whole) - 1)
    match chance.randrange(6):
        case 0:
            return chance.randbytes(chance.randrange(1, 2_000))
        case 1:
            return whole[:at]
        case 2:
            return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        case 3:
            return b"\n" * chance.randrange(1, 2_000) + b"\r" * chance.randrange(20)
        case 4:
            return b"\nABCD" + b"9" * chance.randrange(100_000)
        case _:
            return b"MESSAGE sip:x SIP/2.0\r\nContent-Length: 99999999\r\n\r\n" + chance.randbytes(50)


def bad_connections(region: Region, *, each: int, floods: int) -> Told:
    """One byte a second, silent connections, and more than the limit, while ten panels go on undisturbed."""
    with listening(region, narrow_receivers.__name__) as process:
        with Panels(process.dc09_port, count=10, pause=0.2) as panels:
            panels.until_acked(10)
            cut = asyncio.run(_slow_and_silent(process.dc09_port, each))
            refused = sum(asyncio.run(_flood(process.dc09_port)) for _ in range(floods))
            panels.until_acked(len(panels.acked) + 30)
        assert process.popen.poll() is None
        assert panels.slowest < 10, f"a panel waited {panels.slowest:.1f} s"
        assert set(panels.answers) <= SETTLED, dict(panels.answers)
        assert_once(region, panels)
    return _told(panels, cut=cut, refused=refused)


async def _slow_and_silent(port: int, each: int) -> int:
    """How many were cut, all of them in time."""
    patience = narrow_receivers.IDLE_SECONDS + 10

    async def held(*, slowly: bool) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        typing = asyncio.create_task(_type(writer)) if slowly else None
        try:
            async with asyncio.timeout(patience):
                with contextlib.suppress(ConnectionError):
                    assert await reader.read() == b""
        finally:
            if typing is not None:
                typing.cancel()
            writer.close()

    await asyncio.gather(*(held(slowly=nth % 2 == 0) for nth in range(2 * each)))
    return 2 * each


async def _type(writer: asyncio.StreamWriter) -> None:
    for byte in frame(LONE, 1):
        writer.write(bytes([byte]))
        await asyncio.sleep(1)


async def _flood(port: int) -> int:
    """Twice the limit at once; how many were hung up on at once. The next is let in when they are gone."""
    ends = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2 * narrow_receivers.CONNECTIONS)]
    await asyncio.sleep(0.5)
    refused = sum(reader.at_eof() for reader, _ in ends)
    for _, writer in ends:
        writer.close()
    assert refused >= narrow_receivers.CONNECTIONS, f"only {refused} were refused"
    await asyncio.sleep(0.5)
    return refused
