"""What the carrier tells about calls: every order, every repeat, and only what it signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from central.carriers import call_rules, gateway, listeners
from central.carriers.models import Callback, Leg, State
from central.carriers.simulator import wire
from central.carriers.webhooks import FORGED
from tests.central.carriers.conftest import NOW
from tests.central.carriers.test_callbacks import post
from tests.central.carriers.test_calls import tell
from tests.support.simulated_carrier import PUBLIC_BASE, Carrier

pytestmark = pytest.mark.django_db
JOURNEYS = [
    (("initiated", "ringing", "in-progress", "completed"), State.DELIVERED, "completed"),
    (("initiated", "ringing", "no-answer"), State.UNDELIVERED, "no-answer"),
    (("initiated", "ringing", "canceled"), State.UNDELIVERED, "canceled"),
    (("initiated", "busy"), State.UNDELIVERED, "busy"),
    (("initiated", "failed"), State.UNDELIVERED, "failed"),
]
ORDERS = [(order, state, result) for told, state, result in JOURNEYS for order in permutations(told)]


@pytest.fixture
def placed(carrier: Carrier, call: Callable[..., Any]) -> Leg:
    """A call the carrier has taken and told nothing about yet."""
    carrier.fault("silent")
    leg: Leg = call()
    gateway.drain(NOW)
    leg.refresh_from_db()
    return leg


@pytest.mark.parametrize(("order", "state", "result"), ORDERS)
def test_every_order_ends_in_the_same_place(
    placed: Leg, order: tuple[str, ...], state: State, result: str
) -> None:
    seen = []
    for status in order:
        assert tell(placed, status).status_code == 200
        placed.refresh_from_db()
        seen.append(call_rules.rank(placed.state, ended=placed.ended_at is not None))
    assert (placed.state, placed.result) == (state, result)
    assert placed.error_code == ("" if result == "completed" else result)
    assert seen == sorted(seen)
    assert (placed.answered_at is not None) is (result == "completed")
    assert placed.final


@given(st.lists(st.sampled_from([*call_rules.MEANING, "okänt"]), max_size=14))
def test_no_sequence_ever_moves_backwards_or_changes_how_it_ended(words: list[str]) -> None:
    state, result = str(State.SENDING), ""
    for word in words:
        news = call_rules.meaning(word)
        if news is None or not call_rules.may_move(old=state, ended=bool(result), news=news):
            continue
        assert not result
        before = call_rules.rank(state, ended=False)
        state, result = news.state, news.result
        assert call_rules.rank(state, ended=bool(result)) > before
    ends = [word for word in words if (news := call_rules.meaning(word)) and news.result]
    assert result == (ends[0] if ends else "")


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.UNDELIVERED])
@pytest.mark.parametrize("late", list(call_rules.MEANING))
def test_what_is_over_is_never_begun_anew(state: State, late: str) -> None:
    assert not call_rules.may_move(old=state, ended=True, news=call_rules.MEANING[late])


def test_picked_up_is_told_and_the_end_too_once_each(placed: Leg) -> None:
    heard: list[tuple[str, str]] = []

    class Listens(listeners.Listener):
        def leg_changed(self, leg: Leg, now: datetime) -> None:
            heard.append((leg.state, leg.result))

    listeners.register("prov", Listens())
    try:
        for status in ("ringing", "in-progress", "completed", "in-progress"):
            for _ in range(3):
                tell(placed, status)
    finally:
        listeners.register("prov", listeners.Listener())
    assert heard == [(State.DELIVERED, ""), (State.DELIVERED, "completed")]
    assert Callback.objects.count() == 3
    placed.refresh_from_db()
    assert placed.answered_at is not None
    assert placed.ended_at is not None
    assert placed.answered_at <= placed.ended_at


def test_a_callback_that_overtakes_the_answer_is_adopted(carrier: Carrier, call: Callable[..., Any]) -> None:
    leg = call()
    (claimed,) = gateway.claim(NOW)
    tell(leg, "in-progress", sid="CAfirst")
    leg.refresh_from_db()
    assert (leg.state, leg.sid) == (State.DELIVERED, "CAfirst")
    assert gateway.deliver(claimed, lambda: NOW) is None
    assert carrier.count("call_posts") == 0


def test_a_callback_resolves_a_call_in_doubt_without_a_look_up(
    carrier: Carrier, call: Callable[..., Any]
) -> None:
    carrier.fault("error", times=1)
    leg = call()
    gateway.drain(NOW)
    tell(leg, "ringing", sid="CAlate")
    leg.refresh_from_db()
    assert (leg.state, leg.sid) == (State.SENT, "CAlate")


def test_another_call_on_the_same_leg_changes_nothing(placed: Leg) -> None:
    tell(placed, "completed", sid="CAstranger")
    placed.refresh_from_db()
    assert (placed.state, placed.result) == (State.SENT, "")
    assert Callback.objects.get(sid="CAstranger").result == "unknown"


def test_a_listener_that_fails_loses_nothing(placed: Leg) -> None:
    class Fails(listeners.Listener):
        def leg_changed(self, leg: Leg, now: datetime) -> None:
            raise RuntimeError("trasig")

    listeners.register("prov", Fails())
    with pytest.raises(RuntimeError):
        tell(placed, "busy")
    listeners.register("prov", listeners.Listener())
    placed.refresh_from_db()
    assert placed.state == State.SENT
    assert gateway.drain(NOW).heard == 1
    placed.refresh_from_db()
    assert (placed.state, placed.result) == (State.UNDELIVERED, "busy")


@pytest.mark.parametrize("door", ["", "key/", "status/"])
@pytest.mark.parametrize("signature", ["", "forged", wire.signature("annan", PUBLIC_BASE + "/x", {})])
def test_a_forged_webhook_is_refused_and_counted(placed: Leg, door: str, signature: str) -> None:
    what = {"": "voice", "key/": "key", "status/": "voice_status"}[door]
    counted = FORGED.labels(what)._value.get()
    told = {"CallSid": placed.sid or "", "CallStatus": "in-progress", "Digits": "1"}
    path = f"/carrier/twilio/voice/{placed.id}/{door}"
    refused = post(path, told, signature=signature)
    assert (refused.status_code, refused.content) == (403, b"")
    assert FORGED.labels(what)._value.get() == counted + 1
    placed.refresh_from_db()
    assert placed.state == State.SENT
    assert not Callback.objects.exists()
    assert not placed.turns.exists()


def test_the_turn_in_the_address_is_signed_too(placed: Leg) -> None:
    path = f"/carrier/twilio/voice/{placed.id}/key/"
    told = {"CallSid": placed.sid or "", "CallStatus": "in-progress", "Digits": "1"}
    other = wire.signature("prov-token", f"{PUBLIC_BASE}{path}?turn=2", told)
    assert post(f"{path}?turn=3", told, signature=other).status_code == 403
    assert post(f"{path}?turn=2", told, signature=other).status_code == 200


def test_only_post_only_whole_and_only_on_the_centres_host(placed: Leg) -> None:
    path = f"/carrier/twilio/voice/{placed.id}/"
    assert Client(HTTP_HOST="localhost").get(path).status_code == 405
    assert Client(HTTP_HOST="storkoping.localhost").post(path, {}).status_code == 404
    assert post(f"{path}status/", {"CallSid": "CA1"}).status_code == 400
