"""Fault 19: the machine's clock jumps five minutes under web, clock and auditor, and back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.hardship.asking import Browser
from tests.hardship.consoles import Room
from tests.hardship.region import Region
from tests.hardship.storm import Storm
from tests.support.processes import Process, Web

DUE = (
    "UPDATE workqueue_workitem SET priority = 3, due_at = clock_timestamp() + make_interval(secs => %s + 6 * random()) "
    "WHERE state = 'unanswered'"
)


class WallClock:
    """The wall clock of the processes started with ``environment``; their monotonic clocks go on as they are."""

    def __init__(self, folder: Path) -> None:
        import libfaketime

        library = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"
        self._file = folder / "wall-clock"
        self.set(0)
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, seconds: int) -> None:
        """So far before (or, below zero, behind) the true time; every process sees it within a second."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}")
        fresh.rename(self._file)


@contextmanager
def processes(environment: dict[str, str]) -> Iterator[tuple[Web, Process, Process]]:
    web = Web(**environment)
    others = [Process(["config.cli", name], environment) for name in ("clock", "auditor")]
    try:
        yield web, others[0], others[1]
    finally:
        for one in (web, *others):
            one.stop()


def clock_jumps(region: Region, *, offsets: list[int], cases: int) -> dict[str, Any]:
    """Each way and back: alarms go on in order, what is due is done once and in time, nobody counts as away."""
    wall = WallClock(region.folder)
    slowest = 0.0
    cut = 0  # daphne times requests and pings by the wall clock and may give some up: both ends try again
    with (
        processes({**region.environment, **wall.environment}) as (web, *_),
        Room(web.port, region.cookies) as room,
    ):
        region.until(
            "SELECT count(*) FROM escalation_heartbeat WHERE at > clock_timestamp() - '3 s'::interval",
            2,
        )
        notices = "SELECT count(*) FROM workqueue_notice WHERE kind IN ('clock', 'untouched')"
        before = region.one(notices)
        touch = _hold_one(region, web)
        for offset in offsets:
            for jump in (offset, 0):
                with Storm(region, web.port, senders=2, pause=0.02) as storm:
                    storm.until_acked(cases // 2)
                    wall.set(jump)
                    time.sleep(2.5)
                    storm.until_acked(len(storm.acked) + cases // 2)
                    _received_now(region)
                assert storm.wrong == [], storm.wrong[:3]
                cut += storm.answers.total() - storm.answers[201] - storm.answers[200]
                touch("note", {"text": "Jag är kvar"})
                _readyz_tells(web, jump)
                slowest = max(slowest, _due_are_done_once(region, wall, -jump if jump else offset))
                wall.set(jump)
                room.until_truth(region.versions())
        assert sum(console.twice for console in room.consoles) == 0
        reconnected = sum(console.connections - 1 for console in room.consoles)
        lost = "SELECT count(*) FROM workqueue_workitem WHERE attention && ARRAY['absent', 'untouched']::varchar[]"
        assert region.one(lost) == 0, "a connected owner was taken for gone"
        assert region.one(notices) == before, "the leader was told of a silence that was none"
        jumps = 4 * len(offsets)
    return {
        "jumps": jumps,
        "cases": region.one("SELECT count(*) FROM workqueue_workitem"),
        "late s": slowest,
        "sent again": cut,
        "reconnected": reconnected,
    }


def _hold_one(region: Region, web: Web) -> Callable[[str, dict[str, Any]], None]:
    """A life-critical case held by a connected operator, who acts on it: two silent minutes would take it away."""
    with Storm(region, web.port, senders=1, kind="fire") as storm:
        storm.until_acked(1)
    item = region.one("SELECT id::text FROM workqueue_workitem LIMIT 1")
    operator = Browser(web.port, cookie=region.cookies[0])

    def act(name: str, said: dict[str, Any]) -> None:
        assert operator.ask("POST", f"/console/items/{item}/{name}/", said)[0] == 200

    act("claim", {})
    return act


def _readyz_tells(web: Web, skew: int) -> None:
    end = time.monotonic() + 5
    while True:
        told = json.loads(Browser(web.port).ask("GET", "/readyz")[1])["database"]["clock_skew_seconds"]
        if round(told) == skew:
            return
        assert time.monotonic() < end, f"readyz says {told} s, it is {skew} s"
        time.sleep(0.2)


def _received_now(region: Region) -> None:
    newest = "SELECT abs(extract(epoch FROM clock_timestamp() - max(received_at))) FROM workqueue_workitem"
    assert region.one(newest) < 5, "an alarm got the machine's time"
    wrong = (
        "SELECT count(*) FROM (SELECT w.received_at - lag(w.received_at) OVER (ORDER BY min(e.id)) AS step "
        "FROM workqueue_workitem w JOIN events_eventrecord e ON e.item::json->>'id' = w.id::text GROUP BY w.id) s "
        "WHERE step < interval '-5 s'"
    )
    assert region.one(wrong) == 0, "time went backwards along the sequence"


def _due_are_done_once(region: Region, wall: WallClock, jump: int) -> float:
    """Cases fall due while the clock jumps, others in four minutes; how late the last of the due was done."""
    region.sql(DUE, 240)
    region.sql("UPDATE workqueue_workitem SET raised_at = NULL, raise_at = NULL, attention = '{}'")
    due = "id IN (SELECT id FROM workqueue_workitem WHERE state = 'unanswered' ORDER BY reference LIMIT 20)"
    region.sql(f"{DUE} AND {due}", 1)
    told = region.journal_entries("deadline_missed")
    last = region.one("SELECT max(due_at) FROM workqueue_workitem WHERE due_at < clock_timestamp() + '1 min'")
    total = region.one(
        "SELECT count(*) FROM workqueue_workitem WHERE due_at < clock_timestamp() + interval '1 min' "
        "AND state = 'unanswered'"
    )
    time.sleep(2)
    wall.set(jump)
    raised = "SELECT count(*) FROM workqueue_workitem WHERE raised_at IS NOT NULL"
    region.until(raised, total, 30)
    late = region.one("SELECT extract(epoch FROM max(raised_at) - %s) FROM workqueue_workitem", last)
    time.sleep(3)
    assert region.one(raised) == total, "raised before its time"
    told = region.journal_entries("deadline_missed") - told
    assert told == total, f"{told} raised, {total} were due"
    return float(late)
