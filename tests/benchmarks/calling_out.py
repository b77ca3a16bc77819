"""Who is on duty over a year's schedule, and a thousand escalations due in the same second."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall
from statistics import median, quantiles
from typing import Any

from tests.benchmarks.measures import Bench, Row
from tests.support.processes import Process, command
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, running

ASKED = 400
RUNS = 1_000
WITHIN = 5.0
YEAR = date(2026, 1, 5)


def calling_out(bench: Bench) -> Iterator[Row]:
    """Both parts."""
    yield _on_duty(bench)
    yield _started(bench)


def _on_duty(bench: Bench) -> Row:
    from central.municipalities.context import in_municipality
    from central.municipalities.directory import municipalities
    from tenants.oncall import queries

    chance = random.Random(4)
    with in_municipality(municipalities()[0]):
        _year()
        times = []
        for _ in range(ASKED):
            at = datetime(2026, 1, 6, tzinfo=UTC) + timedelta(minutes=chance.randrange(358 * 24 * 60))
            begun = time.perf_counter()
            found = queries.on_duty("ars-jour", at)
            times.append((time.perf_counter() - begun) * 1000)
            assert found.people, at
    bench.raw.append({"what": "on_duty", "ms": times})
    p99 = quantiles(times, n=100)[98]
    return Row(
        "vem är i tjänst, ett års schema (p50 / p99)", f"{median(times):.1f} / {p99:.1f} ms", "< 5 ms (p50)",
        median(times) < 5,
    )  # fmt: skip


def _year() -> None:
    """Two layers of eight, hours by kinds of days, a replacement a day and a calendar's shift a day."""
    from tenants.oncall.models import (
        Calendar,
        CalendarShift,
        Contact,
        Duty,
        Layer,
        LayerMember,
        Replacement,
    )

    duty = Duty.objects.create(code="ars-jour", name="Årsjour", function="property")
    people = [Contact.objects.create(name=f"Person {n}", phone=f"+467017406{n + 5:02d}") for n in range(16)]
    free = [
        {"days": ["workday"], "from": "16:00", "to": "07:00"},
        {"days": ["dayoff"], "from": "07:00", "to": "07:00"},
    ]
    for rank, (windows, some) in enumerate((([], people[:8]), (free, people[8:])), 1):
        layer = Layer.objects.create(
            duty=duty, rank=rank, first_day=YEAR, turns_at=wall(8), turn_days=7, windows=windows
        )
        LayerMember.objects.bulk_create(
            LayerMember(layer=layer, contact=one, position=n) for n, one in enumerate(some, 1)
        )
    calendar = Calendar.objects.create(duty=duty, rank=3, name="Egen")
    midnight = datetime(2026, 1, 6, 7, tzinfo=UTC)
    days = [midnight + timedelta(days=n) for n in range(360)]
    Replacement.objects.bulk_create(
        Replacement(
            duty=duty, rank=1, starts_at=day, ends_at=day + timedelta(hours=6), contact=people[n % 16], state="valid",
            asked_by_name="", asked_at=midnight, taker_said_at=midnight,
        )
        for n, day in enumerate(days)
    )  # fmt: skip
    CalendarShift.objects.bulk_create(
        CalendarShift(
            calendar=calendar, contact=people[n % 16], starts_at=day, ends_at=day + timedelta(hours=24)
        )
        for n, day in enumerate(days)
    )


def _started(bench: Bench) -> Row:
    from alarms.callouts.models import Run

    bench.tell(f"{RUNS} utlarmningar i samma sekund, en klocka och två arbetare")
    with running("--deliver-to", "http://127.0.0.1:9") as carrier, ExitStack() as stack:
        carrier.reset()
        carrier.fault("silent")
        os.environ.update(
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_FROM=NUMBER,
            TWILIO_API_BASE=carrier.base,
        )
        due = _due_at_once()
        worker = ["celery", "-A", "config.celery", "worker", "--pool", "threads", "--concurrency", "4"]
        processes = [command("clock"), Process([*worker, "-n", "one"]), Process([*worker, "-n", "two"])]
        for one in processes:
            stack.callback(one.stop)
        while _now() < due or Run.objects.filter(at=0).exists():
            assert _now() < due + timedelta(seconds=120), f"{Run.objects.filter(at=0).count()} aldrig begynta"
            time.sleep(0.02)
        took = (_now() - due).total_seconds()
        assert Run.objects.filter(at=1).count() == RUNS
    bench.raw.append({"what": "escalations", "seconds": took})
    return Row(
        f"{RUNS} utlarmningar som förfaller samtidigt: alla begynta", f"inom {took:.1f} s", f"< {WITHIN:.0f} s",
        took < WITHIN,
    )  # fmt: skip


def _now() -> datetime:
    from central.clock import database_now

    return database_now()


def _due_at_once() -> datetime:
    """A thousand cases over all municipalities, each with a run that falls due in twenty seconds."""
    from alarms.callouts.models import Run
    from alarms.callouts.plan import Person, Plan, asks
    from alarms.workqueue.services import create_by_hand
    from central.accounts.models import User
    from central.municipalities.context import in_municipality
    from central.municipalities.directory import municipalities
    from tenants.contents.models import RunPlan
    from tenants.oncall.models import Contact, Duty
    from tests.support.rosters import in_order

    operator: Any = User.objects.filter(is_active=True).first()
    towns, now = municipalities(), _now()
    people = {}
    for town in towns:
        with in_municipality(town):
            duty = Duty.objects.create(code="bench", name="Provjour", function="property")
            some = [Contact.objects.create(name=f"Jour {n}", phone=f"+467017406{n + 30}") for n in range(3)]
            in_order(duty, *some)
            people[town.id] = tuple(Person(one.pk, one.name, one.phone, n) for n, one in enumerate(some, 1))
    due = now + timedelta(hours=1)
    for nth in range(RUNS):
        town = towns[nth % len(towns)]
        item = create_by_hand(
            operator=operator, municipality_id=town.id, kind="technical", place="", text="", now=now
        )
        plan = Plan(people[town.id])
        run = Run.objects.create(
            work_item=item, municipality_id=town.id, duty="bench", duty_name="Provjour", people=3,
            asks=len(asks(plan)), due_at=due, started_at=now,
        )  # fmt: skip
        with in_municipality(town):
            RunPlan.objects.create(id=run.pk, plan=plan.as_data(), made_at=now)
    due = _now() + timedelta(seconds=20)
    Run.objects.update(due_at=due)
    return due
