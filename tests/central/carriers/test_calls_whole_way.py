"""Calls from row to ear and back: a real simulator calls our real webhooks over HTTP, and numbers behave as they do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from central.carriers import gateway, listeners, services
from central.carriers.listeners import Spoken
from central.carriers.models import Leg, State, Turn
from tests.central.carriers.conftest import NILS
from tests.support import simulated_carrier
from tests.support.simulated_carrier import Carrier, eventually

pytestmark = pytest.mark.usefixtures("committed")


class _Web(ThreadingMixIn, WSGIServer):
    daemon_threads = False


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def door() -> Iterator[str]:
    """Our own webhooks in this process, so that a test's listener hears them."""
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Web, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def talking(door: str) -> Iterator[Carrier]:
    """A simulator whose webhooks reach the door."""
    with simulated_carrier.running("--deliver-to", door) as carrier:
        yield carrier


@pytest.fixture
def carrier(talking: Carrier, door: str, settings: Any) -> Carrier:
    simulated_carrier.use(settings, talking)
    settings.PUBLIC_BASE_URL = door
    talking.reset()
    talking.weather(patience=0.02)
    return talking


class Jour(listeners.Listener):
    """1 takes, 2 declines, 3 repeats, as a call-out does."""

    def __init__(self) -> None:
        self.pressed: list[str] = []
        self.taken = False

    def words(self, leg: Leg, now: datetime) -> Spoken:
        if self.taken:
            return Spoken("Tack, någon annan tar det.", listen=False)
        return Spoken("Driftlarm i Hörby. Tryck 1 om du kan komma.", listen=True)

    def key(self, leg: Leg, digit: str, now: datetime) -> Spoken:
        self.pressed.append(digit)
        if digit == "1":
            return Spoken("Tack. Ärendet är ditt.", listen=False)
        return self.words(leg, now)


@pytest.fixture
def jour() -> Iterator[Jour]:
    listener = Jour()
    listeners.register("jour", listener)
    yield listener
    listeners.register("jour", listeners.Listener())


@pytest.fixture
def placed(carrier: Carrier, jour: Jour, call: Callable[..., Any]) -> Callable[..., Leg]:
    """``placed(to)`` → a call that the carrier has."""

    def make(to: str = NILS, **more: Any) -> Leg:
        now = datetime.now(UTC)
        leg: Leg = call(to, now=now, purpose="jour", **more)
        assert gateway.drain(now).sent == 1
        return leg

    return make


def ended(leg: Leg) -> bool:
    leg.refresh_from_db()
    return leg.ended_at is not None


def heard(carrier: Carrier, number: str = NILS) -> list[str]:
    return [one["text"] for call in carrier.calls(number) for one in call["heard"] if one["who"] == "centre"]


def sid(carrier: Carrier) -> str:
    return str(carrier.calls()[-1]["sid"])


def test_a_person_answers_presses_one_and_hears_that_it_is_theirs(
    carrier: Carrier, jour: Jour, placed: Callable[..., Leg]
) -> None:
    carrier.weather(patience=1)
    leg = placed()
    eventually(lambda: carrier.calls()[0]["status"] == "ringing")
    carrier.do(sid(carrier), "answer")
    eventually(lambda: carrier.calls()[0]["gather"])
    carrier.do(sid(carrier), "digit:1")
    eventually(lambda: ended(leg))
    assert (leg.state, leg.result, jour.pressed) == (State.DELIVERED, "completed", ["1"])
    assert leg.answered_at is not None
    assert heard(carrier) == ["Driftlarm i Hörby. Tryck 1 om du kan komma.", "Tack. Ärendet är ditt."]
    assert carrier.oracle()["webhooks"].keys() == {"200"}
    assert carrier.count("bad_twiml") == 0


def test_three_repeats_and_then_it_is_taken(carrier: Carrier, jour: Jour, placed: Callable[..., Leg]) -> None:
    carrier.weather(patience=1)
    leg = placed()
    eventually(lambda: carrier.calls()[0]["status"] == "ringing")
    carrier.do(sid(carrier), "answer")
    for said, key in enumerate("331", 1):
        eventually(lambda n=said: carrier.calls()[0]["gather"] and len(heard(carrier)) == n)
        carrier.do(sid(carrier), f"digit:{key}")
    eventually(lambda: ended(leg))
    assert jour.pressed == ["3", "3", "1"]


def test_a_voicemail_hears_the_words_three_times_and_never_counts_as_a_key(
    carrier: Carrier, jour: Jour, placed: Callable[..., Leg]
) -> None:
    carrier.habit(NILS, "voicemail", seconds=1)
    leg = placed()
    eventually(lambda: ended(leg))
    assert (leg.state, leg.result) == (State.DELIVERED, "completed")
    assert jour.pressed == []
    assert not Turn.objects.filter(kind=Turn.Kind.KEY).exists()
    *words, last = heard(carrier)
    assert words == ["Driftlarm i Hörby. Tryck 1 om du kan komma."] * 3
    assert last.startswith("Ingen knapp")


@pytest.mark.parametrize(("habit", "result"), [("busy", "busy"), ("dead", "failed"), ("never", "no-answer")])
def test_a_number_that_cannot_be_had_says_how(
    carrier: Carrier, jour: Jour, placed: Callable[..., Leg], habit: str, result: str
) -> None:
    carrier.habit(NILS, habit)
    leg = placed(ring_seconds=10)
    eventually(lambda: ended(leg))
    assert (leg.state, leg.result, leg.error_code) == (State.UNDELIVERED, result, result)
    assert leg.answered_at is None
    assert heard(carrier) == []


def test_somebody_who_picks_up_after_it_was_taken_is_told(
    carrier: Carrier, jour: Jour, placed: Callable[..., Leg]
) -> None:
    carrier.weather(patience=1)
    leg = placed()
    eventually(lambda: carrier.calls()[0]["status"] == "ringing")
    jour.taken = True
    carrier.do(sid(carrier), "answer")
    eventually(lambda: ended(leg))
    assert heard(carrier) == ["Tack, någon annan tar det."]


def test_a_ringing_call_is_called_off(carrier: Carrier, jour: Jour, placed: Callable[..., Leg]) -> None:
    carrier.weather(patience=1)
    leg = placed()
    eventually(lambda: carrier.calls()[0]["status"] == "ringing")
    now = datetime.now(UTC)
    services.hang_up(leg_id=leg.id, now=now)
    assert gateway.drain(now).ended == 1
    assert ended(leg)
    assert (leg.state, leg.result) == (State.UNDELIVERED, "canceled")
    assert carrier.calls()[0]["status"] == "canceled"


def test_a_call_that_was_picked_up_unheard_is_cut_off_too(
    carrier: Carrier, jour: Jour, placed: Callable[..., Leg]
) -> None:
    carrier.weather(patience=1)
    leg = placed()
    eventually(lambda: carrier.calls()[0]["status"] == "ringing")
    carrier.do(sid(carrier), "answer")
    eventually(lambda: carrier.calls()[0]["gather"])
    Leg.objects.update(state=State.SENT, delivered_at=None)  # as if no word of it had come
    now = datetime.now(UTC)
    services.hang_up(leg_id=leg.id, now=now)
    gateway.drain(now)
    leg.refresh_from_db()
    assert (leg.state, carrier.calls()[0]["status"]) == (State.DELIVERED, "in-progress")
    gateway.drain(now + timedelta(seconds=2))
    assert ended(leg)
    assert (leg.result, carrier.calls()[0]["status"]) == ("completed", "completed")


def test_our_web_refusing_when_somebody_picks_up_ends_the_call_and_loses_nothing(
    carrier: Carrier, jour: Jour, placed: Callable[..., Leg], settings: Any
) -> None:
    """Twilio itself then says that something is wrong; how it ended is fetched."""
    carrier.weather(patience=1)
    leg = placed()
    eventually(lambda: carrier.oracle()["webhooks"].get("200", 0) == 2)  # initiated and ringing are told
    token, settings.TWILIO_AUTH_TOKEN = settings.TWILIO_AUTH_TOKEN, "annan"
    carrier.do(sid(carrier), "answer")
    eventually(lambda: carrier.calls()[0]["ended"] and carrier.oracle()["webhooks"].get("403", 0) == 3)
    settings.TWILIO_AUTH_TOKEN = token
    assert carrier.count("no_twiml") == 1
    assert not ended(leg)
    assert gateway.drain(datetime.now(UTC) + timedelta(minutes=3)).reconciled == 1
    assert ended(leg)
    assert (leg.result, jour.pressed) == ("completed", [])


def test_storms_of_callbacks_end_in_the_same_place(
    carrier: Carrier, jour: Jour, placed: Callable[..., Leg]
) -> None:
    carrier.weather(shuffle=1, repeat=1)
    carrier.habit(NILS, "key", key="1", seconds=0)
    leg = placed()
    eventually(lambda: ended(leg))
    eventually(lambda: carrier.oracle()["webhooks"].get("200", 0) >= 7)
    assert ended(leg)
    assert (leg.state, leg.result, jour.pressed) == (State.DELIVERED, "completed", ["1"])
