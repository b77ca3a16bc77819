"""Status callbacks and incoming SMS: every order, every repeat, and only what the carrier signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from central import phone
from central.carriers import callbacks, gateway, listeners, rules
from central.carriers.models import FINAL, Callback, Direction, Leg, State
from central.carriers.simulator import wire
from tests.central.carriers.conftest import NILS, NOW
from tests.support.simulated_carrier import PUBLIC_BASE, TOKEN, Carrier

pytestmark = pytest.mark.django_db
JOURNEYS = [
    (("queued", "sending", "sent", "delivered"), State.DELIVERED),
    (("queued", "sent", "undelivered"), State.UNDELIVERED),
    (("queued", "failed"), State.FAILED),
]
ORDERS = [(order, end) for journey, end in JOURNEYS for order in permutations(journey)]


def post(path: str, parameters: dict[str, str], *, signature: str | None = None, **headers: str) -> Any:
    if signature is None:
        signature = wire.signature(TOKEN, PUBLIC_BASE + path, parameters)
    return Client(HTTP_HOST="localhost").post(
        path, parameters, headers={"X-Twilio-Signature": signature}, **headers
    )


def tell(leg: Leg, status: str, sid: str = "", error: str = "") -> Any:
    parameters = {"MessageSid": sid or leg.sid or "", "MessageStatus": status, "AccountSid": "ACprov"}
    return post(f"/carrier/twilio/status/{leg.id}/", parameters | ({"ErrorCode": error} if error else {}))


@pytest.fixture
def sent(carrier: Carrier, queue: Callable[..., Any]) -> Leg:
    """A leg the carrier has taken and told nothing about yet."""
    carrier.fault("silent")
    leg: Leg = queue()
    gateway.drain(NOW)
    leg.refresh_from_db()
    return leg


@pytest.mark.parametrize(("order", "end"), ORDERS)
def test_every_order_ends_in_the_same_place(sent: Leg, order: tuple[str, ...], end: str) -> None:
    seen = []
    for status in order:
        assert tell(sent, status).status_code == 200
        sent.refresh_from_db()
        seen.append(rules.RANK[State(sent.state)])
    assert sent.state == end
    assert seen == sorted(seen)


@pytest.mark.parametrize("late", ["queued", "sent", "delivered", "undelivered", "failed"])
@pytest.mark.parametrize("final", ["delivered", "undelivered", "failed"])
def test_a_final_state_is_never_left(sent: Leg, final: str, late: str) -> None:
    tell(sent, final)
    tell(sent, late)
    sent.refresh_from_db()
    assert sent.state == final


@given(st.lists(st.sampled_from([*rules.MEANING, "okänt"]), max_size=12))
def test_no_sequence_ever_moves_backwards(words: list[str]) -> None:
    at = State.SENDING
    for word in words:
        news = rules.meaning(word)
        if news is not None and rules.may_move(at, news):
            assert at not in FINAL
            assert rules.RANK[news] > rules.RANK[at]
            at = news


def test_the_same_callback_ten_times_moves_once(sent: Leg) -> None:
    heard: list[str] = []

    class Listens(listeners.Listener):
        def leg_changed(self, leg: Leg, now: datetime) -> None:
            heard.append(leg.state)

    listeners.register("prov", Listens())
    try:
        for _ in range(10):
            tell(sent, "delivered")
    finally:
        listeners.register("prov", listeners.Listener())
    assert heard == [State.DELIVERED]
    assert Callback.objects.count() == 1


def test_a_failure_keeps_its_code(sent: Leg) -> None:
    tell(sent, "undelivered", error="30003")
    sent.refresh_from_db()
    assert (sent.state, sent.error_code) == (State.UNDELIVERED, "30003")


def test_a_callback_that_overtakes_the_answer_is_adopted(carrier: Carrier, queue: Callable[..., Any]) -> None:
    leg = queue()
    (claimed,) = gateway.claim(NOW)
    tell(leg, "delivered", sid="SMfirst")
    leg.refresh_from_db()
    assert (leg.state, leg.sid) == (State.DELIVERED, "SMfirst")
    assert gateway.deliver(claimed, lambda: NOW) is None


def test_a_callback_resolves_an_uncertain_leg_without_a_look_up(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    carrier.fault("error", times=1)
    leg = queue()
    gateway.drain(NOW)
    tell(leg, "sent", sid="SMlate")
    leg.refresh_from_db()
    assert (leg.state, leg.sid) == (State.SENT, "SMlate")


def test_another_message_on_the_same_leg_is_kept_but_changes_nothing(sent: Leg) -> None:
    tell(sent, "delivered", sid="SMstranger")
    sent.refresh_from_db()
    assert sent.state == State.SENT
    stranger = Callback.objects.get(sid="SMstranger")
    assert (stranger.result, stranger.applied_at) == ("unknown", None)


def test_an_unknown_message_is_kept_and_applied_once_known(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    assert (
        callbacks.status(leg_id=uuid4(), sid="SMunknown", status="delivered", error_code="", now=NOW)
        == "unknown"
    )
    leg = queue()
    Leg.objects.filter(pk=leg.id).update(state=State.SENT, sid="SMunknown")
    assert callbacks.apply_waiting(NOW) == 1
    leg.refresh_from_db()
    assert leg.state == State.DELIVERED


def test_a_listener_that_fails_loses_nothing(sent: Leg) -> None:
    class Fails(listeners.Listener):
        def leg_changed(self, leg: Leg, now: datetime) -> None:
            raise RuntimeError("trasig")

    listeners.register("prov", Fails())
    with pytest.raises(RuntimeError):
        tell(sent, "delivered")
    listeners.register("prov", listeners.Listener())
    sent.refresh_from_db()
    assert sent.state == State.SENT
    assert gateway.drain(NOW).heard == 1
    sent.refresh_from_db()
    assert sent.state == State.DELIVERED


@pytest.mark.parametrize("signature", ["", "forged", wire.signature("annan", PUBLIC_BASE + "/x", {})])
def test_a_forged_callback_changes_nothing(sent: Leg, signature: str) -> None:
    parameters = {"MessageSid": sent.sid or "", "MessageStatus": "delivered"}
    assert post(f"/carrier/twilio/status/{sent.id}/", parameters, signature=signature).status_code == 403
    assert (
        post("/carrier/twilio/inbound/", {"From": NILS, "Body": "1"}, signature=signature).status_code == 403
    )
    sent.refresh_from_db()
    assert sent.state == State.SENT
    assert not Callback.objects.exists()
    assert not Leg.objects.filter(direction=Direction.IN).exists()


def test_without_a_token_nothing_gets_in(sent: Leg, settings: Any) -> None:
    settings.TWILIO_AUTH_TOKEN = ""
    path = f"/carrier/twilio/status/{sent.id}/"
    parameters = {"MessageSid": sent.sid or "", "MessageStatus": "delivered"}
    forged = wire.signature("", PUBLIC_BASE + path, parameters)
    assert post(path, parameters, signature=forged).status_code == 403


def test_the_signature_is_for_the_public_address_not_for_the_host_that_was_asked(sent: Leg) -> None:
    path = f"/carrier/twilio/status/{sent.id}/"
    parameters = {"MessageSid": sent.sid or "", "MessageStatus": "delivered"}
    for base in ("http://localhost", "http://central.test", "https://central.test.evil.test"):
        forged = wire.signature(TOKEN, base + path, parameters)
        assert post(path, parameters, signature=forged).status_code == 403
    query = f"{path}?b=2&a=%20x"
    assert (
        post(query, parameters, signature=wire.signature(TOKEN, PUBLIC_BASE + path, parameters)).status_code
        == 403
    )
    assert (
        post(query, parameters, signature=wire.signature(TOKEN, PUBLIC_BASE + query, parameters)).status_code
        == 200
    )


def test_only_post_and_only_whole_callbacks(sent: Leg) -> None:
    path = f"/carrier/twilio/status/{sent.id}/"
    assert Client(HTTP_HOST="localhost").get(path).status_code == 405
    assert post(path, {"MessageSid": "SM1"}).status_code == 400


def test_the_webhook_exists_only_on_the_centres_host(sent: Leg) -> None:
    path = f"/carrier/twilio/status/{sent.id}/"
    assert Client(HTTP_HOST="storkoping.localhost").post(path, {}).status_code == 404


def test_an_sms_nobody_waits_for_is_the_centres(carrier: Carrier, centre: Any) -> None:
    answer = post("/carrier/twilio/inbound/", {"MessageSid": "SMin", "From": NILS, "Body": "Hej"})
    assert answer.status_code == 200
    assert b"<Response/>" in answer.content
    leg = Leg.objects.get(direction=Direction.IN)
    assert (leg.municipality_id, leg.purpose, leg.number_hash) == (
        centre.pk,
        "unexpected",
        phone.keyed_hash(NILS),
    )


class Asks(listeners.Listener):
    """Waits for Nils in Storköping; fails as often as it is told to."""

    def __init__(self, municipality_id: int, fails: int = 0) -> None:
        self.municipality_id, self.fails = municipality_id, fails
        self.heard: list[tuple[str, str]] = []

    def route(self, number_hash: str, now: datetime) -> listeners.Route | None:
        waits = number_hash == phone.keyed_hash(NILS)
        return listeners.Route(self.municipality_id, UUID(int=7)) if waits else None

    def inbound(self, leg: Leg, number: str, body: str, now: datetime) -> None:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("trasig")
        self.heard.append((number, body))


@pytest.fixture
def asks(storkoping: Any) -> Any:
    listener = Asks(storkoping.pk)
    listeners.register("asks", listener)
    yield listener
    listeners.register("asks", listeners.Listener())


def test_an_answer_ten_times_is_heard_once_and_kept_by_its_municipality(
    carrier: Carrier, asks: Asks, storkoping: Any
) -> None:
    for _ in range(10):
        post("/carrier/twilio/inbound/", {"MessageSid": "SMin", "From": NILS, "Body": "1"})
    assert asks.heard == [(NILS, "1")]
    leg = Leg.objects.get(direction=Direction.IN)
    assert leg.municipality_id == storkoping.pk
    from central.carriers.letters import keeper

    assert keeper().read(leg.id, storkoping.ref()).body == "1"


def test_an_answer_whose_listener_fails_is_stored_and_handed_on_later(carrier: Carrier, asks: Asks) -> None:
    asks.fails = 1
    post("/carrier/twilio/inbound/", {"MessageSid": "SMin", "From": NILS, "Body": "1"})
    assert asks.heard == []
    gateway.drain(NOW)
    gateway.drain(NOW)
    assert asks.heard == [(NILS, "1")]
