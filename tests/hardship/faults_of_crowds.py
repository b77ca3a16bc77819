"""Very many at once: alarms in a storm, and consoles whose networks come and go."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.hardship.consoles import Room
from tests.hardship.faults_of_senders import Link, signal
from tests.hardship.region import Region
from tests.hardship.seeding import ACCOUNTS
from tests.hardship.storm import Storm

SENDERS = 16
LIFE_CRITICAL_EVERY = 100
STORED_WITHIN = 30.0
SEEN_WITHIN = 2.0


def alarm_storm(region: Region, *, alarms: int) -> dict[str, Any]:
    """Fault 14: all at once, one in a hundred life-critical. None is lost; the urgent ones stand on every board."""
    acked: dict[str, float] = {}
    urgent: dict[str, float] = {}
    keys = [f"storm-{n}-{time.time_ns()}" for n in range(alarms)]

    def send(sender: int) -> None:
        link = Link(web.port)
        for n in range(sender, alarms, SENDERS):
            critical = n % LIFE_CRITICAL_EVERY == 0
            raw = signal(str(n % ACCOUNTS), kind="fire" if critical else "technical", text=f"nr {n}")
            status, answer = link.post(region.places[n % len(region.places)].key, raw, keys[n])
            while status in (429, 503):
                time.sleep(1)
                status, answer = link.post(region.places[n % len(region.places)].key, raw, keys[n])
            assert status in (200, 201), answer
            acked[keys[n]] = time.monotonic()
            if critical:
                urgent[answer["id"]] = acked[keys[n]]
        link.close()

    seen: dict[str, float] = {}
    with region.web() as web, Room(web.port, region.cookies) as room:
        begun = time.monotonic()
        with ThreadPoolExecutor(SENDERS) as threads:
            sending = [threads.submit(send, n) for n in range(SENDERS)]
            while len(seen) < sum(1 for n in range(alarms) if n % LIFE_CRITICAL_EVERY == 0):
                boards = [set(_urgent(console.rows)) for console in room.consoles]
                now = time.monotonic()
                for item in set.intersection(*boards) - set(seen):
                    seen[item] = now
                assert now - begun < 120, "a life-critical alarm never came"
                time.sleep(0.1)
            for one in sending:
                one.result()
        stored = max(acked.values()) - begun
        converged = room.until_truth(region.versions())
    region.assert_kept(set(keys))
    items = dict(region.sql("SELECT item_id::text, id::text FROM intake_signal"))
    slowest = max(at - urgent[items[item]] for item, at in seen.items())
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
