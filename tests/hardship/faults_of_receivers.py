"""The receivers under fault, with panels and home phones that say each thing until it is acknowledged."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import struct
import time
from typing import Any

from tests.hardship import homephones
from tests.hardship.at_the_receivers import PANELS, Callers, assert_once, listening, stored, storing_child
from tests.hardship.homephones import TRANSPORTS, Call
from tests.hardship.panels import exchange, frame
from tests.hardship.region import Region
from tests.hardship.registering import account, phone
from tests.support.receivers import Receivers

LONE = 60  # a panel apart from the fifty
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: hang up with RST
PATIENCE = 60.0

type Told = dict[str, Any]


def receivers_killed(region: Region, *, kills: int, per_kill: int) -> Told:
    """kill -9 of the receivers alone, between frame and row, row and acknowledgement, wherever it hits."""
    with listening(region) as process:
        with Callers(process) as callers:
            for _ in range(kills):
                callers.until_more(per_kill)
                process.popen.kill()  # the storing child is left to find out by itself
                process.popen.wait(10)
                process.restart()
            callers.until_more(per_kill)
        assert_once(region, callers.panels, callers.phones)
    return callers.told(kills=kills)


def storing_killed(region: Region, *, kills: int, per_kill: int) -> Told:
    """kill -9 of the child in which the receivers store; another is started and nothing is lost or doubled."""
    with listening(region) as process:
        with Callers(process) as callers:
            for _ in range(kills):
                callers.until_more(per_kill)
                os.kill(storing_child(process.pid), signal.SIGKILL)
            callers.until_more(per_kill)
        assert process.popen.poll() is None
        assert process.starts == 1
        assert_once(region, callers.panels, callers.phones)
    return callers.told(kills=kills)


def postgres_restarted(region: Region, *, restarts: int, per_restart: int) -> Told:
    """A power cut of PostgreSQL under traffic: the same process goes on, and what is acknowledged is there."""
    recovered: list[float] = []
    with listening(region) as process:
        with Callers(process) as callers:
            for _ in range(restarts):
                callers.until_more(per_restart)
                region.services.restart_postgres(immediate=True)
                begun = time.monotonic()
                callers.until_more(PANELS)
                recovered.append(time.monotonic() - begun)
            callers.until_more(per_restart)
        assert process.popen.poll() is None
        assert_once(region, callers.panels, callers.phones)
    return callers.told(restarts=restarts, **{"recovered s": max(recovered)})


def lost_acknowledgements(region: Region, *, rounds: int) -> Told:
    """A panel and a phone hang up before their acknowledgements come, and say it again over TCP and UDP."""
    said = set()
    with listening(region) as process:
        for nth in range(1, rounds + 1):
            _panel_hangs_up(process, nth)
            asyncio.run(_phone_hangs_up(process, nth))
            said |= {(account(LONE), f"{nth:04d}"), (phone(LONE + nth % 4), f"{nth:06X}")}
    found = stored(region)
    assert found == dict.fromkeys(said, 1), f"{found.total()} stored of {len(said)}"
    assert region.one("SELECT count(*) FROM workqueue_workitem") == len(said)
    return {"rounds": rounds, "stored": found.total()}


def _panel_hangs_up(process: Receivers, nth: int) -> None:
    raw = frame(LONE, nth)
    _say_and_hang_up(process.dc09_port, raw, nth)
    assert asyncio.run(exchange(process.dc09_port, raw)) == ["ACK"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.settimeout(5)
        datagrams.sendto(raw, ("127.0.0.1", process.dc09_port))
        assert b'"ACK"' in datagrams.recv(2048)


async def _phone_hangs_up(process: Receivers, nth: int) -> None:
    """First over one transport, lost and said again unchanged on a new socket; then as a new MESSAGE over the other."""
    kind, ref = LONE + nth % 4, f"{nth:06X}"
    first, other = (TRANSPORTS[(kind + more) % 2] for more in (0, 1))
    call = Call(kind, ref, first)
    _say_and_hang_up(process.scaip_port, call.raw, nth, datagram=first == "UDP")
    await _until_taken(process, call)
    await _until_taken(process, Call(kind, ref, other))


async def _until_taken(process: Receivers, call: Call) -> None:
    line = homephones.line_of(call.transport, process.scaip_port)
    begun = time.monotonic()
    try:
        while (told := await homephones.say(line, call, homephones.T2)) != "snu 0":
            assert told in ("silence", "broken"), told
            assert time.monotonic() - begun < PATIENCE, (
                f"{call.transport}: {told}, 200 came: {call.confirmed}"
            )
    finally:
        line.close()


def _say_and_hang_up(port: int, raw: bytes, nth: int, *, datagram: bool = False) -> None:
    """The answer comes to nobody, whether it was on its way by then or not."""
    kind = socket.SOCK_DGRAM if datagram else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as link:
        link.connect(("127.0.0.1", port))
        link.sendall(raw)
        time.sleep(random.Random(nth).choice([0.0, 0.005, 0.05]))
        if not datagram:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
