"""PostgreSQL and Valkey that stop, restart, or stand still."""

from __future__ import annotations

import signal
import time
from typing import Any

import psycopg

from tests.hardship.asking import post
from tests.hardship.asking import signal as signal_body
from tests.hardship.consoles import Room
from tests.hardship.region import Region, memory_mb, open_files, signal_tree
from tests.hardship.storm import Storm


def valkey_away(region: Region, *, seconds: float) -> dict[str, Any]:
    """Fault 3: the doorbell is gone and comes back empty. Everything goes on, a little later; nothing is lost."""
    with region.web() as web, Room(web.port, region.cookies) as room:
        with Storm(region, web.port, senders=3, pause=0.02) as storm:
            storm.until_acked(20)
            region.services.stop_valkey()
            try:
                begun, during = time.monotonic(), len(storm.acked)
                while time.monotonic() - begun < seconds:
                    storm.until_acked(len(storm.acked) + 5)
                during = len(storm.acked) - during
            finally:
                region.services.start_valkey()
            storm.until_acked(len(storm.acked) + 20)
        assert storm.wrong == []
        assert set(storm.answers) == {201}, dict(storm.answers)
        converged = room.until_truth(region.versions())
        assert all(console.connections == 1 for console in room.consoles), "a console lost its socket"
    region.assert_kept(set(storm.acked))
    return {"away s": seconds, "acked meanwhile": during, "acked": len(storm.acked), "converged s": converged}


def valkey_away_latency(region: Region, *, alarms: int) -> dict[str, Any]:
    """Fault 3: without the doorbell an alarm still reaches the boards by polling."""
    took: list[float] = []
    with region.web() as web, Room(web.port, region.cookies) as room:
        region.services.stop_valkey()
        try:
            for _ in range(alarms):
                before = len(region.versions())
                assert post(web.port, region.places[0].key, signal_body())[0] == 201
                begun = time.monotonic()
                room.until(lambda console: len(console.rows) > before)  # noqa: B023
                took.append(time.monotonic() - begun)
        finally:
            region.services.start_valkey()
    return {"alarms": alarms, "slowest s": max(took)}


def long_import(region: Region, *, seconds: float) -> dict[str, Any]:
    """An open writing transaction holds no alarm back: numbers are given at the end of each unit of work."""
    writing = "INSERT INTO events_eventrecord (type, function, item) VALUES ('notice', '', '{}')"
    with (
        region.web() as web,
        Room(web.port, region.cookies) as room,
        psycopg.connect(region.services.database_url) as importing,
    ):
        importing.execute(writing)
        begun = time.monotonic()
        with Storm(region, web.port, senders=2, pause=0.05) as storm:
            while time.monotonic() - begun < seconds:
                storm.until_acked(len(storm.acked) + 5)
        room.until_truth(region.versions())
        importing.rollback()
    region.assert_kept(set(storm.acked))
    return {"open s": seconds, "acked meanwhile": len(storm.acked)}


def postgres_restarted(region: Region, *, restarts: int, per_restart: int) -> dict[str, Any]:
    """Fault 4: power cut of PostgreSQL in a storm. 503 with Retry-After; the same processes recover by themselves."""
    with region.web() as web, Room(web.port, region.cookies) as room:
        recovered: list[float] = []
        with Storm(region, web.port) as storm:
            for _ in range(restarts):
                storm.until_acked(len(storm.acked) + per_restart)
                region.services.restart_postgres(immediate=True)
                begun = time.monotonic()
                storm.until_acked(len(storm.acked) + 6)
                recovered.append(time.monotonic() - begun)
            storm.until_acked(len(storm.acked) + per_restart)
        assert storm.wrong == [], storm.wrong[:3]
        assert storm.retry_after <= {"1", "2"}, storm.retry_after
        region.assert_kept(set(storm.acked))
        converged = room.until_truth(region.versions())
        assert web.popen.poll() is None
    return {
        "restarts": restarts, "acked": len(storm.acked), "refused 503": storm.answers[503],
        "recovered s": max(recovered), "converged s": converged,
    }  # fmt: skip


def postgres_paused(region: Region, *, seconds: float) -> dict[str, Any]:
    """Fault 5: PostgreSQL stands still. Bounded waiting, honest refusals, flat memory and files; no restart needed."""
    with region.web() as web, Room(web.port, region.cookies) as room:
        with Storm(region, web.port) as storm:
            storm.until_acked(60)
            files, memory = open_files(web.pid), memory_mb(web.pid)
            signal_tree(region.services.pids["postgres"], signal.SIGSTOP)
            try:
                time.sleep(seconds)
                refused = storm.answers[503]
                grown = open_files(web.pid) - files, memory_mb(web.pid) - memory
            finally:
                signal_tree(region.services.pids["postgres"], signal.SIGCONT)
            begun = time.monotonic()
            storm.until_acked(len(storm.acked) + 20)
            recovered = time.monotonic() - begun
        assert storm.wrong == [], storm.wrong[:3]
        assert refused > 0
        assert storm.slowest < 19, f"a sender waited {storm.slowest:.0f} s"
        assert grown[0] < 60, f"{grown[0]} more files"
        assert grown[1] < 80, f"{grown[1]:.0f} MB more"
        region.assert_kept(set(storm.acked))
        converged = room.until_truth(region.versions())
    return {
        "paused s": seconds, "acked": len(storm.acked), "refused 503": refused, "slowest answer s": storm.slowest,
        "recovered s": recovered, "converged s": converged,
    }  # fmt: skip
