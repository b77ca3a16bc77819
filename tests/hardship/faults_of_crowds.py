"""Very many at once: alarms in a storm, and consoles whose networks come and go."""

from __future__ import annotations

import http.client
import random
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

from tests.hardship.asking import Link, signal
from tests.hardship.consoles import Room
from tests.hardship.region import Region
from tests.hardship.seeding import ACCOUNTS
from tests.hardship.storm import Storm

PROCESSES = 2
SENDERS = 16
LIFE_CRITICAL_EVERY = 100
STORED_WITHIN = 30.0
SEEN_WITHIN = 2.0


type Work = tuple[str, str, bytes]
"""A source's key, an idempotency key and a body."""


def send(port: int, work: list[Work], away: float = 0) -> dict[str, tuple[str, float]]:
    """In a process of its own: each until it is acknowledged; idempotency key → signal id and when (monotonic).

    ``away``: how many seconds nobody may answer before it is a fault.
    """
    acked: dict[str, tuple[str, float]] = {}

    def some(nth: int) -> None:
        link = Link(port)
        for source_key, key, raw in work[nth::SENDERS]:
            status, answer = _say(link, source_key, raw, key, away)
            while status in (429, 503):
                time.sleep(1)
                status, answer = _say(link, source_key, raw, key, away)
            assert status in (200, 201), answer
            acked[key] = answer["id"], time.monotonic()
        link.close()

    with ThreadPoolExecutor(SENDERS) as threads:
        list(threads.map(some, range(SENDERS)))
    return acked


def _say(link: Link, source_key: str, raw: bytes, key: str, away: float) -> tuple[int, dict[str, Any]]:
    end = time.monotonic() + away
    while True:
        try:
            return link.post(source_key, raw, key)
        except (OSError, http.client.HTTPException, ValueError):
            if time.monotonic() >= end:
                raise
            time.sleep(0.2)


def alarm_storm(region: Region, *, alarms: int) -> dict[str, Any]:
    """Fault 14: all at once, one in a hundred life-critical. None is lost; the urgent ones stand on every board."""
    work: list[Work] = []
    for n in range(alarms):
        kind = "technical" if n % LIFE_CRITICAL_EVERY else "fire"
        place = region.places[n % len(region.places)]
        work.append((place.key, f"storm-{uuid4().hex}", signal(str(n % ACCOUNTS), kind=kind, text=f"nr {n}")))
    urgent = [key for _, key, _ in work[::LIFE_CRITICAL_EVERY]]
    seen: dict[str, float] = {}
    senders = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))
    with region.web() as web, Room(web.port, region.cookies) as room, senders:
        list(senders.map(send, [web.port] * PROCESSES, [[]] * PROCESSES))  # they are up
        begun = time.monotonic()
        sending = [senders.submit(send, web.port, work[n::PROCESSES]) for n in range(PROCESSES)]
        while len(seen) < len(urgent):
            boards = [set(_urgent(console.rows)) for console in room.consoles]
            now = time.monotonic()
            seen.update(dict.fromkeys(set.intersection(*boards) - set(seen), now))
            assert now - begun < 120, "a life-critical alarm never came"
            time.sleep(0.1)
        acked = {key: told for one in sending for key, told in one.result().items()}
        converged = room.until_truth(region.versions())
    region.assert_kept(set(acked))
    assert len(acked) == alarms
    stored = max(at for _, at in acked.values()) - begun
    items = dict(region.sql("SELECT id::text, item_id::text FROM intake_signal"))
    slowest = max(seen[items[acked[key][0]]] - acked[key][1] for key in urgent)
    assert stored < STORED_WITHIN, f"stored after {stored:.0f} s"
    assert slowest < SEEN_WITHIN, f"a life-critical alarm was seen {slowest:.1f} s after its 201"
    return {
        "alarms": alarms, "all stored s": stored, "life-critical on every board s": slowest,
        "converged s": converged,
    }  # fmt: skip


def _urgent(rows: dict[str, dict[str, Any]]) -> list[str]:
    return [key for key, row in list(rows.items()) if row["priority"] == 1]


def network_away(region: Region, *, drops: int, scale: float) -> dict[str, Any]:
    """Fault 12: networks drop for 1–600 s, times ``scale``, at random; back again, each board is the fresh board."""
    away: list[float] = []

    def drop(nth: int) -> None:
        chance = random.Random(nth)
        for _ in range(nth, drops, len(region.cookies)):
            room.cut(nth)
            room.sleep(nth)
            away.append(chance.uniform(1, 600) * scale)
            time.sleep(away[-1])
            room.wake(nth)
            time.sleep(chance.uniform(0.5, 1.5))

    with region.web() as web, Storm(region, web.port, senders=1) as first:
        first.until_acked(1)  # number one is "nothing yet" to a console
    with region.web() as web, Room(web.port, region.cookies) as room:
        with Storm(region, web.port, senders=2, pause=0.02) as storm, ThreadPoolExecutor(32) as threads:
            list(threads.map(drop, range(len(region.cookies))))
            storm.until_acked(len(storm.acked) + 5)
        converged = room.until_truth(region.versions())
        assert sum(console.twice for console in room.consoles) == 0
    region.assert_kept({*first.acked, *storm.acked})
    return {"drops": len(away), "longest s": max(away), "acked": len(storm.acked), "converged s": converged}
