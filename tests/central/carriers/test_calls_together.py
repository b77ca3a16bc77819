"""Calls of one matter at the same time: two answers, one winner, the rest called off, and nobody waits for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from central.carriers import gateway, listeners, services
from central.carriers.listeners import Spoken
from central.carriers.models import Ending, Leg
from central.municipalities.models import Municipality
from tests.central.carriers.conftest import NOW
from tests.central.carriers.test_call_turns import ask
from tests.central.carriers.test_calls import tell
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.usefixtures("committed")
NUMBERS = [f"+46701740{number}" for number in range(621, 627)]


class Matter(listeners.Listener):
    """Locks its own matter, as a call-out does; the first 1 takes it and calls the others off.

    The matter's row here is the municipality's, which no other code locks.
    """

    def __init__(self) -> None:
        self.legs: list[Leg] = []
        self.winners: list[Leg] = []
        self.changes = 0

    def _lock(self, leg: Leg) -> None:
        Municipality.objects.select_for_update(no_key=True).get(pk=leg.municipality_id)
        time.sleep(0.02)

    def leg_changed(self, leg: Leg, now: datetime) -> None:
        self._lock(leg)
        self.changes += 1

    def key(self, leg: Leg, digit: str, now: datetime) -> Spoken:
        self._lock(leg)
        if self.winners:
            return Spoken("Någon annan tar det.", listen=False)
        self.winners.append(leg)
        for other in self.legs:
            if other.pk != leg.pk:
                services.hang_up(leg_id=other.pk, now=now, answered_too=False)
        return Spoken("Ärendet är ditt.", listen=False)


@pytest.fixture
def matter() -> Iterator[Matter]:
    listener = Matter()
    listeners.register("matter", listener)
    yield listener
    listeners.register("matter", listeners.Listener())


@pytest.fixture
def ringing(carrier: Carrier, matter: Matter, call: Callable[..., Any]) -> list[Leg]:
    carrier.fault("silent")
    matter.legs = [call(to, purpose="matter") for to in NUMBERS]
    gateway.drain(NOW)
    for leg in matter.legs:
        leg.refresh_from_db()
    return matter.legs


def together(*work: Callable[[], Any]) -> list[Any]:
    def run(one: Callable[[], Any]) -> Any:
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def test_all_answer_and_press_at_once_and_one_wins_without_a_deadlock(
    ringing: list[Leg], matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from central.carriers import turns

    class Never(Exception):
        pass

    monkeypatch.setattr(turns, "OperationalError", Never)  # so that no deadlock is mended unseen
    keys = [ask(leg).key for leg in ringing]
    presses = [
        lambda leg=leg, key=key: ask(leg, key, "1").text for leg, key in zip(ringing, keys, strict=True)
    ]
    news = [lambda leg=leg: tell(leg, "completed").status_code for leg in ringing]
    said = together(*presses, *news)
    assert sorted(said[: len(ringing)]) == ["Någon annan tar det."] * 5 + ["Ärendet är ditt."]
    assert said[len(ringing) :] == [200] * len(ringing)
    assert len(matter.winners) == 1
    assert Ending.objects.count() == len(ringing) - 1


def test_hanging_up_waits_for_nobody_who_tells_about_the_call(ringing: list[Leg]) -> None:
    leg = ringing[0]
    with transaction.atomic():
        Leg.objects.select_for_update().get(pk=leg.pk)  # as a status callback that tells its listener
        began = time.monotonic()
        together(lambda: services.hang_up(leg_id=leg.pk, now=NOW))
        assert time.monotonic() - began < 5
    assert Ending.objects.filter(pk=leg.pk).exists()


def test_ten_workers_hang_up_each_call_once(ringing: list[Leg], carrier: Carrier) -> None:
    for leg in ringing:
        services.hang_up(leg_id=leg.pk, now=NOW)
    together(*[lambda: gateway.drain(NOW) for _ in range(10)])
    assert carrier.count("call_updates") == len(ringing)
    assert {leg.result for leg in Leg.objects.all()} == {"canceled"}


def test_a_callback_that_waits_for_the_answer_being_written_down_is_applied_at_once(
    carrier: Carrier, matter: Matter, call: Callable[..., Any]
) -> None:
    leg = call(NUMBERS[0], purpose="matter")
    gateway.claim(NOW)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            held = Leg.objects.select_for_update().get(pk=leg.pk)
            told = pool.submit(together, lambda: tell(leg, "busy", sid="CAnamed"))
            while not waits_for_a_lock():
                time.sleep(0.01)
            held.sid, held.state, held.lease_until = "CAnamed", "sent", None
            held.save()
        told.result()
    leg.refresh_from_db()
    assert leg.result == "busy"


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
