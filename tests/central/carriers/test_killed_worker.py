"""kill -9 of whoever is sending, at any moment: every SMS and call leaves or is said to be uncertain, none twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from central.carriers import gateway, rules
from central.carriers.models import Leg, State
from tests.central.carriers.conftest import NILS
from tests.support.simulated_carrier import PUBLIC_BASE, ROOT, Carrier, eventually

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.hardship]
ROUNDS = 40 if os.environ.get("HARDSHIP") else 3
NUMBERS = [f"+46701740{number}" for number in range(606, 690)]
PROGRAM = """
import sys, django; django.setup()
from datetime import datetime
from central.carriers import gateway
gateway.drain(datetime.fromisoformat(sys.argv[1]))
"""


def worker(carrier: Carrier, now: datetime) -> subprocess.Popen[bytes]:
    """A process that drains once, as any worker does."""
    env = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TWILIO_ACCOUNT_SID": "ACprov",
        "TWILIO_AUTH_TOKEN": "prov-token",
        "TWILIO_FROM": "+46701740605",
        "TWILIO_API_BASE": carrier.base,
        "PUBLIC_BASE_URL": PUBLIC_BASE,
    }
    return subprocess.Popen([sys.executable, "-c", PROGRAM, now.isoformat()], env=env, cwd=ROOT)


def test_killed_while_the_carrier_has_it_is_found_there_and_not_repeated(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    carrier.fault("timeout_after", NILS, 1)
    now = datetime.now(UTC)
    leg = queue(now=now)
    sending = worker(carrier, now)
    eventually(lambda: carrier.count("accepted", NILS) == 1)
    sending.kill()
    sending.wait()
    leg.refresh_from_db()
    assert (leg.state, leg.sid) == (State.SENDING, None)
    gateway.drain(now + 2 * rules.LEASE)
    leg.refresh_from_db()
    assert leg.state == State.UNCERTAIN
    gateway.drain(now + 3 * rules.LEASE)
    leg.refresh_from_db()
    assert leg.state in (State.SENT, State.DELIVERED)
    assert carrier.count("posts", NILS) == 1


def test_killed_at_any_moment_every_sms_leaves_or_is_in_doubt_and_none_leaves_twice(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    """In doubt is who was killed after "I am calling now" was committed and before the call left: no trace of it at the
    carrier, and a person decides. At most one per kill, since each worker calls one at a time."""
    chance = random.Random(7)
    now = datetime.now(UTC) - timedelta(minutes=30)  # the rounds are half a minute of our time each
    for number in NUMBERS:
        queue(to=number, body=f"Prov till {number}", now=now)
    for _ in range(ROUNDS):
        before = carrier.count("accepted")
        sending = worker(carrier, now)
        stop_at = before + chance.randint(1, 12)
        eventually(lambda at=stop_at, one=sending: carrier.count("accepted") >= at or one.poll() is not None)
        sending.kill()
        sending.wait()
        now += rules.LEASE
    for _ in range(6):
        gateway.drain(now)
        now += rules.LEASE
    states = Counter(leg.state for leg in Leg.objects.all())
    assert set(states) <= {State.SENT, State.DELIVERED, State.UNCERTAIN}
    in_doubt = states[State.UNCERTAIN]
    assert in_doubt <= ROUNDS
    assert carrier.count("accepted") == len(NUMBERS) - in_doubt
    assert all(list(texts.values()) == [1] for texts in carrier.oracle()["texts"].values())
    assert len(carrier.oracle()["texts"]) == len(NUMBERS) - in_doubt


def test_killed_while_the_carrier_has_the_call_is_found_there_and_not_repeated(
    carrier: Carrier, call: Callable[..., Any]
) -> None:
    carrier.fault("timeout_after", NILS, 1)
    now = datetime.now(UTC)
    leg = call(now=now)
    calling = worker(carrier, now)
    eventually(lambda: carrier.count("calls", NILS) == 1)
    calling.kill()
    calling.wait()
    leg.refresh_from_db()
    assert (leg.state, leg.sid) == (State.SENDING, None)
    gateway.drain(now + 2 * rules.LEASE)
    leg.refresh_from_db()
    assert leg.state == State.UNCERTAIN
    gateway.drain(now + 3 * rules.LEASE)
    leg.refresh_from_db()
    assert (leg.state, leg.sid) == (State.SENT, carrier.calls(NILS)[0]["sid"])
    assert carrier.count("call_posts", NILS) == 1


def test_killed_at_any_moment_every_call_rings_or_is_in_doubt_and_no_telephone_rings_twice(
    carrier: Carrier, call: Callable[..., Any]
) -> None:
    chance = random.Random(11)
    for number in NUMBERS:
        call(to=number, now=datetime.now(UTC))
    for _ in range(ROUNDS):
        before = carrier.count("calls")
        calling = worker(carrier, datetime.now(UTC))
        stop_at = before + chance.randint(1, 12)
        eventually(lambda at=stop_at, one=calling: carrier.count("calls") >= at or one.poll() is not None)
        calling.kill()
        calling.wait()
        # A call is told by when it was made, so our clock must be the carrier's: the lease runs out instead.
        Leg.objects.filter(state=State.SENDING).update(lease_until=datetime.now(UTC))
    for _ in range(3):
        gateway.drain(datetime.now(UTC))
        Leg.objects.filter(state=State.UNCERTAIN).update(next_attempt_at=datetime.now(UTC))
    states = Counter(leg.state for leg in Leg.objects.all())
    assert set(states) <= {State.SENT, State.UNCERTAIN}
    assert states[State.UNCERTAIN] <= ROUNDS
    rung = Counter(placed["number"] for placed in carrier.calls())
    assert set(rung.values()) == {1}
    assert len(rung) == len(NUMBERS) - states[State.UNCERTAIN]


def test_killed_while_hanging_up_the_next_worker_does_it(carrier: Carrier, call: Callable[..., Any]) -> None:
    from central.carriers import services
    from central.carriers.models import Ending

    now = datetime.now(UTC)
    leg = call(now=now)
    gateway.drain(now)
    eventually(lambda: carrier.calls()[0]["status"] == "ringing")
    services.hang_up(leg_id=leg.id, now=now)
    Ending.objects.update(next_at=now + timedelta(seconds=15), tries=1)  # as a worker leaves it that dies now
    assert gateway.drain(now).ended == 0
    assert gateway.drain(now + timedelta(seconds=15)).ended == 1
    leg.refresh_from_db()
    assert leg.result == "canceled"
