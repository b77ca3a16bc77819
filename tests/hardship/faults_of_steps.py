"""Fault 2 at the instructions: the clock dies again and again while steps fall due."""

from __future__ import annotations

import random
import time
from typing import Any

from tests.hardship.region import Region
from tests.support.processes import Process

DUE = "UPDATE stepping_stepdeadline SET due_at = clock_timestamp() + make_interval(secs => 2 + %s * random())"
WAITING = "SELECT count(*) FROM stepping_stepdeadline WHERE state = 'waiting'"
LATEST = "SELECT extract(epoch FROM max(acted_at - due_at)) FROM stepping_stepdeadline"


def clock_killed(region: Region, *, cases: int, kills: int) -> dict[str, Any]:
    """What follows a missed step is done once, late rather than never; a standby takes over, or it comes back."""
    steps = int(region.python("tests.hardship.timed_steps", str(cases)))
    chance = random.Random(2)
    clocks = [Process(["config.cli", "clock"], region.environment) for _ in range(2)]
    try:
        region.until("SELECT count(*) FROM escalation_heartbeat WHERE process = 'clock'", 1)
        region.sql(DUE, 2 * kills)
        for nth in range(kills):
            time.sleep(chance.uniform(0.5, 2.5))
            clocks[nth % 2].kill()
            clocks[nth % 2].start()
        region.until(f"SELECT {steps} - ({WAITING})", steps, 120)
        time.sleep(1.5)
    finally:
        for one in clocks:
            one.stop()
    told = region.journal_entries("step_late")
    assert told == steps, f"{told} were acted on, {steps} were due"
    assert region.one("SELECT count(*) FROM stepping_stepdeadline WHERE state = 'late'") == steps
    notices = region.one(
        "SELECT count(*) FROM workqueue_notice WHERE kind = 'overdue' AND item_id IS NOT NULL"
    )
    assert notices == cases, f"{notices} notices of {cases} cases"
    raised = region.one("SELECT count(*) FROM workqueue_workitem WHERE kind = 'call' AND priority = 3")
    assert raised == cases, f"{raised} of {cases} were raised one step"
    return {"kills": kills, "steps": steps, "latest s": float(region.one(LATEST))}
