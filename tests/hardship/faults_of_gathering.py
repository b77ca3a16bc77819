"""A power cut while web is killed: each acknowledged alarm is one object of the one case, or its own case."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from tests.hardship.asking import signal
from tests.hardship.crowd import account
from tests.hardship.faults_of_crowds import send
from tests.hardship.faults_of_floods import RULES
from tests.hardship.region import Region

STORED = "SELECT count(*) FROM intake_signal"
AWAY = 60.0
"""Seconds a sender asks again while web is down."""


def killed_while_gathering(region: Region, *, alarms: int, kills: int) -> dict[str, Any]:
    """Faults 2 and 14: kill -9 of web again and again in a flood; a fire in the middle has its own case."""
    place = region.places[0]
    region.sql("DELETE FROM workqueue_gathering")
    region.sql(RULES)
    try:
        region.python("tests.hardship.crowd", place.slug, str(alarms), "0")
        work = [
            (place.key, f"dödat-{uuid4().hex}", signal(account(n), kind="technical")) for n in range(alarms)
        ]
        fire = (place.key, f"brand-{uuid4().hex}", signal(account(0), kind="fire", priority=1))
        with region.web() as web, region.process("clock"), ThreadPoolExecutor(2) as senders:
            flood = senders.submit(send, web.port, work, AWAY)
            burning = None
            for kill in range(1, kills + 1):
                region.until(STORED, alarms * kill // (kills + 2), 300)
                web.kill()
                burning = burning or senders.submit(send, web.port, [fire], AWAY)
                web.restart()
            assert burning is not None
            acked = {**flood.result(600), **burning.result(600)}
            region.until("SELECT (count(*) = 0)::int FROM intake_signal WHERE item_id IS NULL", 1, 60)
        assert len(acked) == alarms + 1 == region.one(STORED), f"{len(acked)} acknowledged"
        objects = region.one(f'SELECT count(*) FROM "{place.schema}".casefiles_gatheredobject')
        kept = region.one("SELECT coalesce(sum(gathers), 0) FROM workqueue_workitem")
        alone = region.one("SELECT count(*) FROM workqueue_workitem WHERE gathers = 0 AND kind = 'technical'")
        fires = region.one("SELECT count(*) FROM workqueue_workitem WHERE gathers = 0 AND kind = 'fire'")
        letters = region.one(f'SELECT count(*) FROM "{place.schema}".contents_signalcontent')
        assert objects == kept, f"{objects} objects, {kept} counted on the case"
        assert kept + alone == alarms, f"{kept} gathered and {alone} alone of {alarms}"
        assert (fires, letters) == (1, alarms + 1), (fires, letters)
        return {"kills": kills, "acked": len(acked), "objects": kept, "alone": alone}
    finally:
        region.sql("DELETE FROM workqueue_gatheringrule")
        region.python("tests.hardship.crowd", place.slug, "0", "0")
