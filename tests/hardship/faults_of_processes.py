"""Processes that die in the middle of work, and networks that drop."""

from __future__ import annotations

import random
import time
from typing import Any

from tests.hardship.consoles import Room
from tests.hardship.region import Region, open_files
from tests.hardship.storm import Storm


def web_killed(region: Region, *, kills: int, per_kill: int) -> dict[str, Any]:
    """Fault 2: kill -9 of web in a storm. What was acknowledged is stored, once; the boards come back by themselves."""
    back: list[float] = []
    with region.web() as web, Room(web.port, region.cookies) as room:
        with Storm(region, web.port) as storm:
            for _ in range(kills):
                storm.until_acked(len(storm.acked) + per_kill)
                web.kill()
                web.restart()
                back.append(room.until(lambda console: console.connected))
            storm.until_acked(len(storm.acked) + per_kill)
        assert storm.wrong == []
        region.assert_kept(set(storm.acked))
        converged = room.until_truth(region.versions())
        doubled = sum(console.twice for console in room.consoles)
    assert doubled == 0, f"{doubled} events came twice"
    return {
        "kills": kills,
        "acked": len(storm.acked),
        "consoles back s": max(back),
        "converged s": converged,
        "slowest answer s": storm.slowest,
        "answers": dict(storm.answers),
    }


def network_cut(region: Region, *, cuts: int) -> dict[str, Any]:
    """Fault 12: a console's network drops again and again; its board is the fresh board every time."""
    chance = random.Random(12)
    with (
        region.web() as web,
        Room(web.port, region.cookies) as room,
        Storm(region, web.port, senders=2, pause=0.02) as storm,
    ):
        for _ in range(cuts):
            room.cut(chance.randrange(len(room.consoles)))
            time.sleep(chance.uniform(0.0, 0.4))
        storm.until_acked(len(storm.acked) + 10)
        storm._stop.set()
        storm.until_acked(1)
        for thread in storm._threads:
            thread.join(30)
        converged = room.until_truth(region.versions())
        assert sum(console.twice for console in room.consoles) == 0
        connections = sum(console.connections for console in room.consoles)
    region.assert_kept(set(storm.acked))
    return {"cuts": cuts, "connections": connections, "acked": len(storm.acked), "converged s": converged}


def console_asleep(region: Region, *, alarms: int, events: int) -> dict[str, Any]:
    """Fault 12: a console sleeps while very much happens; it wakes, reloads once and shows the truth."""
    with region.web() as web, Room(web.port, region.cookies) as room:
        room.sleep(0)
        before = room.consoles[0].resets
        with Storm(region, web.port, senders=3) as storm:
            storm.until_acked(alarms, 600)
        region.sql(
            "INSERT INTO events_eventrecord (type, function, item) "
            "SELECT 'notice', '', '{}' FROM generate_series(1, %s)", events,
        )  # fmt: skip
        newest = region.one("SELECT max(id) FROM events_eventrecord")
        room.until(lambda console: console is room.consoles[0] or console.last_id >= newest)
        room.wake(0)
        converged = room.until_truth(region.versions(), 120)
        resets = room.consoles[0].resets - before
        room.until(lambda console: console.connected)
    assert resets == 1, f"{resets} reloads"
    region.assert_kept(set(storm.acked))
    return {"alarms": len(storm.acked), "events": events, "reloads": resets, "converged s": converged}


def everybody_reconnects(region: Region, *, consoles: int) -> dict[str, Any]:
    """Fault 13: all consoles reconnect at once after a deploy."""
    cookies = [region.cookies[n % len(region.cookies)] for n in range(consoles)]
    with region.web() as web, Room(web.port, cookies) as room:
        with Storm(region, web.port, senders=2) as storm:
            storm.until_acked(50)
        for console in room.consoles:
            console.connected = False
        web.stop()
        web.restart()
        begun = time.monotonic()
        room.until(lambda console: console.connected, 60)
        live = time.monotonic() - begun
        converged = room.until_truth(region.versions())
        files = open_files(web.pid)
    return {"consoles": consoles, "all live s": live, "converged s": converged, "open files": files}


def clock_killed(region: Region, *, rounds: int, cases: int) -> dict[str, Any]:
    """Faults 1 and 19: the active clock dies by -9; the standby takes over and everything due is done exactly once."""
    waits: list[float] = []
    for _ in range(rounds):
        region.empty()
        with region.web() as web, Storm(region, web.port, senders=2) as storm:
            storm.until_acked(cases)
        region.sql(
            "UPDATE workqueue_workitem SET priority = 3, due_at = clock_timestamp() "
            "+ make_interval(secs => 2 + 8 * random())"
        )
        total = region.one("SELECT count(*) FROM workqueue_workitem")
        with region.process("clock") as first:
            region.until("SELECT count(*) FROM escalation_heartbeat WHERE process = 'clock'", 1)
            with region.process("clock"):
                raised = "SELECT count(*) FROM workqueue_workitem WHERE raised_at IS NOT NULL"
                region.until(raised, max(1, total // 10))
                first.kill()
                begun = time.monotonic()
                region.until(raised, total, 60)
                waits.append(time.monotonic() - begun)
                time.sleep(2.5)  # two more turns: nothing may be done again
        told = region.journal_entries("deadline_missed")
        assert told == total, f"{told} raised, {total} were due"
    return {"rounds": rounds, "cases": cases, "all done s after the kill": max(waits)}
