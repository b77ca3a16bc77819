"""The receivers under fault, with panels that say each frame until it is acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.hardship import narrow_receivers
from tests.hardship.panels import Panels, exchange, frame, stored
from tests.hardship.region import Region
from tests.hardship.registering import account
from tests.support.receivers import Receivers, receivers

PANELS = 50
LONE = 60  # a panel apart from the fifty
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: hang up with RST

type Told = dict[str, Any]


@contextlib.contextmanager
def listening(region: Region, module: str = "config.cli") -> Iterator[Receivers]:
    """The receivers, with a hundred panels registered."""
    region.python("tests.hardship.registering", str(region.places[0].id), "100")
    with receivers(module, **region.environment) as process:
        yield process


def assert_once(region: Region, panels: Panels, others: int = 0) -> None:
    """Every frame acknowledged is one stored signal with a case, and nothing else is stored but ``others``."""
    assert panels.wrong == [], panels.wrong[:3]
    found = stored(region)
    assert panels.acked <= set(found), f"{len(panels.acked - set(found))} acknowledged without a row"
    assert set(found.values()) <= {1}, "a frame is stored twice"
    assert len(found) == len(panels.acked) + others, f"{len(found)} stored, {len(panels.acked)} acknowledged"
    assert region.one("SELECT count(*) FROM intake_signal") == len(found)
    assert region.one("SELECT count(*) FROM intake_signal WHERE item_id IS NULL") == 0
    cases = region.one("SELECT count(DISTINCT item_id) FROM intake_signal")
    assert cases == region.one("SELECT count(*) FROM workqueue_workitem") == len(found), f"{cases} cases"


def _told(panels: Panels, **more: Any) -> Told:
    return {**more, "acked": len(panels.acked), "slowest s": panels.slowest, "answers": dict(panels.answers)}


def receivers_killed(region: Region, *, kills: int, per_kill: int) -> Told:
    """kill -9 of the receivers alone, between frame and row, row and acknowledgement, wherever it hits."""
    with listening(region) as process:
        with Panels(process.dc09_port, count=PANELS) as panels:
            for _ in range(kills):
                panels.until_acked(len(panels.acked) + per_kill)
                process.popen.kill()  # the storing child is left to find out by itself
                process.popen.wait(10)
                process.restart()
            panels.until_acked(len(panels.acked) + per_kill)
        assert_once(region, panels)
    return _told(panels, kills=kills)


def storing_killed(region: Region, *, kills: int, per_kill: int) -> Told:
    """kill -9 of the child in which the receivers store; another is started and no frame is lost or doubled."""
    with listening(region) as process:
        with Panels(process.dc09_port, count=PANELS) as panels:
            for _ in range(kills):
                panels.until_acked(len(panels.acked) + per_kill)
                os.kill(_storing_child(process.pid), signal.SIGKILL)
            panels.until_acked(len(panels.acked) + per_kill)
        assert process.popen.poll() is None
        assert process.starts == 1
        assert_once(region, panels)
    return _told(panels, kills=kills)


def _storing_child(pid: int) -> int:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with contextlib.suppress(OSError):
                if b"config.storing" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
        time.sleep(0.05)
    raise AssertionError("no storing child")


def postgres_restarted(region: Region, *, restarts: int, per_restart: int) -> Told:
    """A power cut of PostgreSQL under traffic: the same process goes on, and what is acknowledged is there."""
    recovered: list[float] = []
    with listening(region) as process:
        with Panels(process.dc09_port, count=PANELS) as panels:
            for _ in range(restarts):
                panels.until_acked(len(panels.acked) + per_restart)
                region.services.restart_postgres(immediate=True)
                begun = time.monotonic()
                panels.until_acked(len(panels.acked) + PANELS)
                recovered.append(time.monotonic() - begun)
            panels.until_acked(len(panels.acked) + per_restart)
        assert process.popen.poll() is None
        assert_once(region, panels)
    return _told(panels, restarts=restarts, **{"recovered s": max(recovered)})


def lost_acknowledgements(region: Region, *, rounds: int) -> Told:
    """The panel hangs up before its acknowledgement comes, and says the frame again over TCP and UDP."""
    said = set()
    with listening(region) as process:
        for nth in range(1, rounds + 1):
            raw = frame(LONE, nth)
            with socket.create_connection(("127.0.0.1", process.dc09_port)) as link:
                link.sendall(raw)
                time.sleep(random.Random(nth).choice([0.0, 0.005, 0.05]))
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            assert asyncio.run(exchange(process.dc09_port, raw)) == ["ACK"]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
                datagrams.settimeout(5)
                datagrams.sendto(raw, ("127.0.0.1", process.dc09_port))
                assert b'"ACK"' in datagrams.recv(2048)
            said.add((account(LONE), f"{nth:04d}"))
    found = stored(region)
    assert found == dict.fromkeys(said, 1), f"{found.total()} stored of {rounds}"
    return {"rounds": rounds, "stored": found.total()}


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
        assert set(panels.answers) == {"ACK"}, dict(panels.answers)
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
        assert panels.slowest < 5, f"a panel waited {panels.slowest:.1f} s"
        assert set(panels.answers) == {"ACK"}, dict(panels.answers)
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
