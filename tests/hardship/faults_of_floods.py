"""A power cut: thousands fall silent and thousands of technical alarms come, and a fire in the middle hides in none."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

from tests.hardship.asking import Link, signal
from tests.hardship.consoles import Room
from tests.hardship.crowd import account
from tests.hardship.faults_of_crowds import send
from tests.hardship.region import Region

type Told = dict[str, Any]
SEEN_WITHIN = 2.0
SENDERS = 2
RULES = """INSERT INTO workqueue_gatheringrule (kind, window_minutes, threshold, active)
VALUES ('technical', 10, 5, true), ('transmitter_fault', 10, 5, true)"""


def power_cut(region: Region, *, silent: int, alarms: int) -> Told:
    """All in one municipality: ``silent`` transmitters unheard and ``alarms`` technical alarms, a ⬣1 when half have come.

    Each object is counted once, the board is the fresh board, and the fire is on every board as without a power cut.
    """
    place = region.places[0]
    region.sql("DELETE FROM workqueue_gathering")
    region.sql(RULES)
    try:
        region.python("tests.hardship.crowd", place.slug, str(max(silent, alarms)), str(silent))
        work = [
            (place.key, f"avbrott-{uuid4().hex}", signal(account(n), kind="technical")) for n in range(alarms)
        ]
        senders = ProcessPoolExecutor(SENDERS, mp_context=get_context("spawn"))
        with region.web() as web, Room(web.port, region.cookies) as room, senders, region.process("clock"):
            list(senders.map(send, [web.port] * SENDERS, [[]] * SENDERS))  # they are up
            begun = time.monotonic()
            sending = [senders.submit(send, web.port, work[n::SENDERS]) for n in range(SENDERS)]
            region.until("SELECT count(*) FROM intake_signal", alarms // 2, 120)
            status, _ = Link(web.port).post(place.key, signal(account(0), kind="fire", priority=1))
            assert status == 201
            stored = time.monotonic()
            seen = room.until(lambda console: _burns(console.rows), SEEN_WITHIN + 5)
            fire = time.monotonic() - stored
            acked = {key for one in sending for key in one.result()}
            took = time.monotonic() - begun
            region.until(
                "SELECT count(*) FROM intake_transmitterstate WHERE silent_since IS NOT NULL", silent, 180
            )
            converged = room.until_truth(region.versions())
        assert len(acked) == alarms
        assert fire < SEEN_WITHIN, f"the fire was seen {fire:.1f} s after its 201"
        counted = region.one(f'SELECT count(*) FROM "{place.schema}".casefiles_gatheredobject')
        kept = region.one("SELECT coalesce(sum(gathers), 0) FROM workqueue_workitem")
        alone = region.one("SELECT count(*) FROM workqueue_workitem WHERE gathers = 0 AND priority > 1")
        assert counted == kept, f"{counted} objects, {kept} counted on the cases"
        assert kept + alone == alarms + silent, f"{kept} gathered and {alone} alone of {alarms + silent}"
        gathering = region.one("SELECT count(*) FROM workqueue_workitem WHERE gathers > 0")
        assert gathering == 2, f"{gathering} cases gather"
        assert region.one("SELECT count(*) FROM intake_signal WHERE item_id IS NULL") == 0
        return {
            "objects": kept, "alone": alone, "alarms/s": alarms / took, "fire on every board s": fire,
            "seen s": float(seen or 0), "converged s": converged,
        }  # fmt: skip
    finally:
        region.sql("DELETE FROM workqueue_gatheringrule")
        region.python("tests.hardship.crowd", place.slug, "0", "0")


def _burns(rows: dict[str, dict[str, Any]]) -> bool:
    return any(row["priority"] == 1 and row["kind"] == "fire" for row in list(rows.values()))
