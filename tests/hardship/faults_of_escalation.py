"""Fault 2 at the escalations: clock, workers and web die again and again while people are asked, ring and answer.

In every municipality the first never answers (a voicemail does), the second is engaged or can't be reached, and the
third presses 1, or 2 where nobody is to come. Minutes are made seconds by moving what is due nearer.
"""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from typing import Any

from tests.hardship import escalating
from tests.hardship.region import Region
from tests.support.processes import Process, Web
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, Carrier, running

OUTSIDE = "https://localhost"
"""What the carrier signs; the proxy in between is plain http to us."""

SOONER = (
    "UPDATE callouts_run SET due_at = clock_timestamp() + make_interval(secs => 1 + 2 * random()) "
    "WHERE state = 'running' AND due_at > clock_timestamp() + interval '3 seconds'"
)
RUNNING = "SELECT count(*) FROM callouts_run WHERE state = 'running'"
ASKED = (
    "SELECT c.run_id, c.rank, l.channel, count(*) FROM callouts_callout c "
    "JOIN carriers_leg l ON l.subject_id = c.id AND l.purpose = 'callout' GROUP BY 1, 2, 3"
)
SENT = "SELECT count(*) FROM carriers_leg WHERE direction = 'out' AND sid IS NOT NULL"
HANDED_OVER = "SELECT (NOT EXISTS (SELECT FROM carriers_leg WHERE state IN ('queued', 'sending')))::int"
TABLE = [(rank, way) for _round in (1, 2) for rank in (1, 2, 3) for way in ("sms", "voice")]
"""What the plan of three people asks, in order."""


def everybody_killed(region: Region, *, cases: int, kills: int) -> dict[str, Any]:
    """Each ask of each plan becomes one message or call, late rather than never; nothing leaves twice."""
    chance = random.Random(4)
    before = region.one(SENT)
    account = {
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": NUMBER, "PUBLIC_BASE_URL": OUTSIDE,
    }  # fmt: skip
    with ExitStack() as stack:
        web = Web(**region.environment, **account)
        stack.callback(web.stop)
        carrier = stack.enter_context(
            running("--deliver-to", web.base, "--inbound-url", f"{OUTSIDE}/carrier/twilio/inbound/")
        )
        environment = {**region.environment, **account, "TWILIO_API_BASE": carrier.base}
        _habits(carrier, len(region.places))
        region.python("tests.hardship.escalating", str(cases))
        worker = ["celery", "-A", "config.celery", "worker", "--pool", "threads", "--concurrency", "4", "-n"]
        processes: list[Process] = [
            *(Process(["config.cli", "clock"], environment) for _ in range(2)),
            *(Process([*worker, name], environment) for name in ("one", "two")),
            web,
        ]
        for one in processes[:-1]:
            stack.callback(one.stop)
        for _ in range(kills):
            end = time.monotonic() + chance.uniform(0.4, 2.0)
            while time.monotonic() < end:
                region.sql(SOONER)
                time.sleep(0.1)
            chosen = chance.choice(processes)
            chosen.kill()
            chosen.start()
        _to_the_end(region, 60 + cases)
        region.until(HANDED_OVER, 1, 180)  # what a killed worker had in its hands is found at the carrier
        time.sleep(3)  # two more turns: nothing may be asked again
        return {"cases": cases, "kills": kills, **_check(region, carrier, cases, before)}


def _habits(carrier: Carrier, places: int) -> None:
    for place in range(places):
        carrier.habit(escalating.number(place, 1), "voicemail", seconds=0.2)
        carrier.habit(escalating.number(place, 2), ("busy", "dead")[place % 2])
        comes = place % 4 != 3
        carrier.habit(escalating.number(place, 3), "key", seconds=0.2, key="1" if comes else "2")


def _to_the_end(region: Region, seconds: float) -> None:
    end = time.monotonic() + seconds
    while left := region.one(RUNNING):
        assert time.monotonic() < end, f"{left} escalations never ended"
        region.sql(SOONER)
        time.sleep(0.2)


def _check(region: Region, carrier: Carrier, cases: int, before: int) -> dict[str, Any]:
    states = dict(region.sql("SELECT state, count(*) FROM callouts_run GROUP BY 1"))
    assert sum(states.values()) == cases, states
    asked = {(run, rank, way): count for run, rank, way, count in region.sql(ASKED)}
    declined = set(region.sql("SELECT run_id, rank FROM callouts_callout WHERE state = 'declined'"))
    for run, at in region.sql("SELECT id, at FROM callouts_run"):
        for rank, way in set(TABLE):
            planned, found = TABLE[:at].count((rank, way)), asked.get((run, rank, way), 0)
            fewer = (run, rank) in declined  # who said no is not asked again
            assert found == planned or (fewer and 1 <= found <= planned), (run, at, rank, way, found)
    sent = region.one(SENT) - before
    left = carrier.count("accepted") + carrier.count("calls")
    unknown = region.one("SELECT count(*) FROM carriers_leg WHERE state = 'uncertain'")
    assert sent <= left <= sent + unknown, f"{left} at the carrier, {sent} known, {unknown} uncertain"
    takers = region.sql(
        "SELECT run_id FROM callouts_callout WHERE state = 'accepted' GROUP BY 1 HAVING count(*) > 1"
    )
    assert not takers, "two have taken the same case"
    taken = region.one("SELECT count(DISTINCT run_id) FROM callouts_callout WHERE state = 'accepted'")
    assert taken == states.get("taken", 0), (taken, states)
    told = region.journal_entries("nobody_came")
    assert told == states.get("exhausted", 0), f"{told} told of {states}"
    return {"asked": sum(asked.values()), "uncertain": unknown, **states}
