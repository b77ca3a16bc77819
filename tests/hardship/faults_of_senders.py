"""Consoles that do not read, senders that repeat, chatter or speak nonsense."""

from __future__ import annotations

import contextlib
import random
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from tests.hardship.asking import Browser, Link, post, signal
from tests.hardship.consoles import Room
from tests.hardship.region import Region, memory_mb
from tests.hardship.storm import Storm


def slow_console(region: Region, *, alarms: int) -> dict[str, Any]:
    """Fault 11: one console stops reading at full load. It is cut; the others and the memory do not notice."""
    with region.web() as web, Room(web.port, region.cookies[1:]) as room:
        before, cut_before = memory_mb(web.pid), _metric(web.port, "tc_consoles_cut_total")
        with _deaf_console(web.port, region.cookies[0]):
            with Storm(region, web.port, senders=8) as storm:
                storm.until_acked(alarms, 300)
            converged = room.until_truth(region.versions())
            time.sleep(7)  # past the five seconds a console may be behind
            cut = _metric(web.port, "tc_consoles_cut_total") - cut_before
        grown = memory_mb(web.pid) - before
        assert all(console.connections == 1 for console in room.consoles), "a good console was cut"
    region.assert_kept(set(storm.acked))
    assert cut >= 1, "nobody was cut"
    assert grown < 150, f"{grown:.0f} MB more"
    return {"alarms": len(storm.acked), "cut": cut, "memory MB": grown, "others converged s": converged}


@contextlib.contextmanager
def _deaf_console(port: int, cookie: str) -> Any:
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", port))
    deaf.sendall(
        f"GET /ws/console HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"
        f"Cookie: sessionid={cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert b"101" in deaf.recv(64)
    try:
        yield
    finally:
        deaf.close()


def _metric(port: int, name: str) -> float:
    status, text = Browser(port).ask("GET", "/metrics")
    values = [line.split()[1] for line in text.splitlines() if line.startswith(name + " ")]
    assert values, f"{status}: no {name} in /metrics"
    return float(values[0])


def same_signal(region: Region, *, rounds: int) -> dict[str, Any]:
    """Fault 7: the same signal ten times in parallel is one alarm, one case, one answer."""
    statuses: Counter[int] = Counter()
    keys: set[str] = set()
    with region.web() as web, ThreadPoolExecutor(10) as threads:
        for n in range(rounds):
            place, raw, key = region.places[n % len(region.places)], signal(text=f"nr {n}"), uuid4().hex
            answers = list(threads.map(lambda _: post(web.port, place.key, raw, key), range(10)))  # noqa: B023
            assert len({answer["id"] for _, answer in answers}) == 1
            found = Counter(status for status, _ in answers)
            assert found == {201: 1, 200: 9}, found
            statuses += found
            keys.add(key)
    region.assert_kept(keys)
    assert len(region.stored_keys()) == rounds
    return {"rounds": rounds, "201": statuses[201], "200": statuses[200]}


def chattering_sensor(region: Region, *, seconds: float) -> dict[str, Any]:
    """Fault 15: one sensor sends 20 a second; each is kept and counted, and the other sources are unaffected."""
    place, other = region.places[0], region.places[1]
    chatter: list[str] = []
    waits: list[float] = []
    with region.web() as web, Room(web.port, region.cookies) as room:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            key = uuid4().hex
            assert post(web.port, place.key, signal("7"), key)[0] == 201
            chatter.append(key)
            if len(chatter) % 10 == 0:
                begun, lone = time.monotonic(), uuid4().hex
                assert post(web.port, other.key, signal("3"), lone)[0] == 201
                waits.append(time.monotonic() - begun)
                chatter.append(lone)
            time.sleep(0.03)
        room.until_truth(region.versions())
    region.assert_kept(set(chatter))
    count = region.one("SELECT max(repeats) FROM workqueue_workitem WHERE municipality_id = %s", place.id)
    assert count == len(chatter) - len(waits), "the counter does not tell how often"
    return {"signals": len(chatter), "counter": count, "slowest other s": max(waits, default=0.0)}


def poison(region: Region, *, bodies: int) -> dict[str, Any]:
    """Fault 16: nonsense of every sort over the real door. No crash, no 5xx, and the next signal is served."""
    senders = 4

    def send(nth: int) -> Counter[int]:
        chance, link, told = random.Random(16 + nth), Link(web.port), Counter[int]()
        for n in range(nth, bodies, senders):
            told[link.post(key, _nonsense(chance))[0]] += 1
            if n % 50 < senders:
                assert link.post(key, signal())[0] == 201
        link.close()
        return told

    with region.web() as web, ThreadPoolExecutor(senders) as threads:
        key = region.places[0].key
        statuses = sum(threads.map(send, range(senders)), Counter[int]())
        assert web.popen.poll() is None
    assert max(statuses) < 500, dict(statuses)
    return {"bodies": bodies, **{str(status): count for status, count in sorted(statuses.items())}}


def _nonsense(chance: random.Random) -> bytes:
    good = signal(text="å" * chance.randrange(30), data={"a": [1, {"b": None}]})
    match chance.randrange(7):
        case 0:
            return chance.randbytes(chance.randrange(400))
        case 1:
            at = chance.randrange(len(good))
            return good[:at] + chance.randbytes(chance.randrange(1, 9)) + good[at:]
        case 2:
            return good[: chance.randrange(len(good))]
        case 3:
            return b"[" * chance.randrange(1, 60_000)
        case 4:
            return good.replace(b"1", b"9" * chance.randrange(1, 3_000))
        case 5:
            return signal(account="\x00" if chance.random() < 0.3 else chr(chance.randrange(1, 0xD800)))
        case _:
            return signal(
                **{
                    chance.choice(["kind", "priority", "place", "data", "x"]): chance.choice(
                        [[], {}, 1e308, -1, None]
                    )
                }
            )
