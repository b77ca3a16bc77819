"""A way in that stops receiving without falling over: our own check tells it, and nobody's alarm comes of it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from alarms.receivers.dc09 import building
from tests.hardship.at_the_receivers import listening, storing_child
from tests.hardship.consoles import KeptConsole, Room
from tests.hardship.panels import Link
from tests.hardship.region import Region, signal_tree
from tests.hardship.registering import account
from tests.hardship.repeating import Repeating
from tests.support.processes import Process

POLLING = 60
"""The panel that shall be heard."""
WAYS = ["way_dc09", "way_scaip"]
CASES = "SELECT count(*) FROM workqueue_workitem"
OPEN = "SELECT count(*) FROM workqueue_notice WHERE kind IN ('way_dc09', 'way_scaip') AND seen_at IS NULL"
DOORS = """SELECT count(DISTINCT s.transmitter_id) FROM intake_signal s
    JOIN intake_transmitter t ON t.id = s.transmitter_id AND t.synthetic WHERE s.logged"""
UNHEARD = """SELECT n.kind, extract(epoch FROM n.created_at - min(came.newest))::float FROM workqueue_notice n
    JOIN (
        SELECT 'way_' || o.protocol AS kind, max(s.received_at) AS newest FROM intake_signal s
        JOIN intake_transmitter t ON t.id = s.transmitter_id AND t.synthetic AND t.active
        JOIN intake_source o ON o.id = t.source_id GROUP BY o.protocol, t.id
    ) came ON came.kind = n.kind
    WHERE n.seen_at IS NULL AND n.kind <> 'way_http' GROUP BY n.id ORDER BY n.kind"""
LISTENED = """SELECT (clock_timestamp() - since > make_interval(secs => {0}))::int
    FROM escalation_heartbeat WHERE process = 'receivers'"""


class Polls(Repeating):
    """Panels that say nothing but that they are there."""

    async def _one(self, nth: int) -> None:
        link = Link(self.port)
        raw = building.build(building.null(account=account(nth)))
        while not self._stopped:
            self.answers[await link.say(raw, (account(nth), "0000"))] += 1
            await asyncio.sleep(self.pause)
        link.close()


def stopped_receivers(
    region: Region, *, seconds: int, stops: int, heard_every: int | None = None
) -> dict[str, Any]:
    """SIGSTOP of the receivers, and every other time of the child alone in which they store, under an own check each so
    many seconds: both ways are told at every console and no resident's case is opened; SIGCONT, and it has passed.

    ``heard_every``: nor is one opened for a panel that shall be heard so often, until it is the panel that is silent.
    """
    patience = 2.5 * seconds
    told: list[float] = []
    with region.web() as web, listening(region) as process, _supervised(region, heard_every):
        settings = {
            **region.environment,
            "OWN_CHECK_SECONDS": str(seconds), "OWN_CHECK_HOST": "127.0.0.1", "OWN_CHECK_BASE_URL": web.base,
            "DC09_PORT": str(process.dc09_port), "SCAIP_PORT": str(process.scaip_port),
        }  # fmt: skip
        with _running("auditor", settings), _running("clock", settings):
            with (
                Polls(process.dc09_port, count=1, pause=1.0, first=POLLING) as polls,
                Room(web.port, region.cookies) as room,
            ):
                region.until(DOORS, 5, patience + 60)
                for nth in range(stops):
                    still = _child_stopped if nth % 2 else _stopped
                    told.append(_stop(region, still(process.pid), room, patience))
                if heard_every:
                    region.until(LISTENED.format(heard_every + 6), 1, heard_every + 60)
                assert region.one(CASES) == 0, "somebody's case was opened"
            if heard_every:  # now it is silent, and we are not
                region.until(CASES, 1, heard_every + 60)
    return {"stops": stops, "told after s": max(told), "rule s": patience, "polls": dict(polls.answers)}


def _stop(region: Region, stopped: AbstractContextManager[None], room: Room, patience: float) -> float:
    """Once; how long after the last of our own signals by the ways it was told."""
    _passed(region, patience + 60)
    for console in room.consoles:
        console.frames = []
    with stopped:
        region.until(OPEN, 2, patience + 60)
        unheard = dict(region.sql(UNHEARD))
        assert set(WAYS) <= set(unheard), unheard
        assert min(unheard.values()) > patience, f"told too soon: {unheard}"
        room.until(lambda console: set(WAYS) <= _told(console, over=False))
    _passed(region, patience + 60)
    room.until(lambda console: set(WAYS) <= _told(console, over=True))
    return float(max(unheard.values()))


def _passed(region: Region, patience: float) -> None:
    end = time.monotonic() + patience
    while region.one(OPEN):
        assert time.monotonic() < end, "a way is still told to be silent"
        time.sleep(0.1)


def _told(console: KeptConsole, *, over: bool) -> set[str]:
    """The kinds of notices that this console was told to stand, or to be over."""
    events = [event for text in list(console.frames or ()) for event in json.loads(text)]
    notices = [event["item"] for event in events if event["type"] == "notice"]
    return {one["kind"] for one in notices if (one["seen"] is not None) is over}


@contextmanager
def _stopped(pid: int) -> Iterator[None]:
    signal_tree(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        signal_tree(pid, signal.SIGCONT)


@contextmanager
def _child_stopped(pid: int) -> Iterator[None]:
    child = storing_child(pid)
    os.kill(child, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # another was started
            os.kill(child, signal.SIGCONT)


@contextmanager
def _supervised(region: Region, interval: int | None) -> Iterator[None]:
    """The polling panel shall be heard so often; nobody else."""
    wanted = (
        "UPDATE intake_transmitter t SET interval_seconds = %s, changed_at = clock_timestamp() "
        "FROM intake_source o WHERE o.id = t.source_id AND o.protocol = 'dc09' AND t.area = %s"
    )
    region.sql(wanted, interval, f"Område {POLLING}")
    try:
        yield
    finally:
        region.sql(wanted, None, f"Område {POLLING}")


@contextmanager
def _running(name: str, environment: dict[str, str]) -> Iterator[Process]:
    process = Process(["config.cli", name], environment)
    try:
        yield process
    finally:
        process.stop()
