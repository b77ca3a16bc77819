"""Calls in the gateway: what is rung, what waits, what is never rung twice, and what is called off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from central import phone
from central.carriers import call_rules, endings, gateway, listeners, lookup, rules, services
from central.carriers.models import Attempt, Channel, Ending, Leg, State
from tests.central.carriers.conftest import NILS, NOW
from tests.central.carriers.test_callbacks import post
from tests.support.simulated_carrier import PUBLIC_BASE, Carrier, eventually

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=1)


def state(leg: Leg) -> str:
    leg.refresh_from_db()
    return leg.state


def tell(leg: Leg, status: str, sid: str = "", **more: str) -> Any:
    told = {"CallSid": sid or leg.sid or "", "CallStatus": status, "AccountSid": "ACprov"}
    return post(f"/carrier/twilio/voice/{leg.id}/status/", told | more)


@pytest.fixture
def rings(carrier: Carrier, call: Callable[..., Any]) -> Leg:
    """A call the carrier has and that rings, as far as we know."""
    leg: Leg = call()
    gateway.drain(SOON)
    tell(leg, "ringing", sid=carrier.calls()[0]["sid"])
    eventually(lambda: carrier.calls()[0]["status"] == "ringing")
    leg.refresh_from_db()
    return leg


def test_a_call_is_rung_once_and_its_words_stay_with_the_municipality(
    carrier: Carrier, call: Callable[..., Any], storkoping: Any
) -> None:
    leg = call(ring_seconds=45)
    assert gateway.drain(SOON).sent == 1
    assert not gateway.drain(SOON)
    assert (state(leg), leg.channel, leg.ring_seconds) == (State.SENT, Channel.VOICE, 45)
    (placed,) = carrier.calls(NILS)
    assert placed["sid"] == leg.sid
    assert placed["form"]["Timeout"] == "45"
    assert placed["form"]["Url"] == f"{PUBLIC_BASE}/carrier/twilio/voice/{leg.id}/"
    assert placed["form"]["StatusCallback"] == f"{PUBLIC_BASE}/carrier/twilio/voice/{leg.id}/status/"
    assert not {NILS, "Driftlarm"} & set(map(str, vars(leg).values()))
    from central.carriers.letters import keeper

    letter = keeper().read(leg.id, storkoping.ref())
    assert (letter.number, letter.contact_name) == (NILS, "Nils Ek")
    assert letter.body.startswith("Driftlarm")


def test_112_cannot_even_be_queued(call: Callable[..., Any]) -> None:
    with pytest.raises(phone.BadNumber) as refused:
        call("112")
    assert refused.value.code == "emergency"
    assert not Leg.objects.exists()


@pytest.mark.parametrize(("wanted", "kept"), [(1, 5), (30, 30), (9_999, 600)])
def test_it_rings_a_sensible_time(call: Callable[..., Any], wanted: int, kept: int) -> None:
    assert call(ring_seconds=wanted).ring_seconds == kept


def test_refusals_are_tried_again_or_told_as_for_an_sms(carrier: Carrier, call: Callable[..., Any]) -> None:
    carrier.fault("invalid", times=1)
    never = call()
    gateway.drain(SOON)
    assert (state(never), never.error_code) == (State.FAILED, "21211")
    carrier.fault("busy", times=1)
    again = call()
    gateway.drain(SOON)
    assert state(again) == State.QUEUED
    gateway.drain(SOON + timedelta(seconds=5))
    assert state(again) == State.SENT


def test_a_call_that_is_too_late_is_not_placed(carrier: Carrier, call: Callable[..., Any]) -> None:
    leg = call(validity=timedelta(minutes=2))
    gateway.drain(NOW + timedelta(minutes=3))
    assert (state(leg), leg.error_code) == (State.FAILED, "expired")
    assert carrier.count("call_posts") == 0


def test_a_call_nobody_wants_any_more_is_not_placed(carrier: Carrier, call: Callable[..., Any]) -> None:
    class Taken(listeners.Listener):
        def still_wanted(self, leg: Leg, now: datetime) -> bool:
            return False

    listeners.register("taken", Taken())
    leg = call(purpose="taken")
    gateway.drain(SOON)
    assert state(leg) == State.CANCELLED
    assert carrier.count("call_posts") == 0


# --- unknown outcomes ----------------------------------------------------------------------------
def test_an_unknown_outcome_is_looked_up_and_adopted_never_repeated(
    carrier: Carrier, call: Callable[..., Any]
) -> None:
    carrier.fault("error_after", times=1)
    now = datetime.now(UTC)  # the carrier's own clock decides when a call was made
    leg = call(now=now)
    assert gateway.drain(now).unknown == 1
    assert (state(leg), leg.sid) == (State.UNCERTAIN, None)
    gateway.drain(now + timedelta(seconds=6))
    assert (state(leg), leg.sid) == (State.SENT, carrier.calls()[0]["sid"])
    assert carrier.count("call_posts", NILS) == 1


def test_what_is_not_found_stays_uncertain_and_says_so(carrier: Carrier, call: Callable[..., Any]) -> None:
    told: list[tuple[str, int]] = []

    class Listens(listeners.Listener):
        def leg_changed(self, leg: Leg, now: datetime) -> None:
            told.append((leg.state, leg.lookups))

    listeners.register("listens", Listens())
    carrier.fault("error", times=1)
    leg = call(purpose="listens")
    for minute in range(20):
        gateway.drain(SOON + timedelta(minutes=minute))
    assert state(leg) == State.UNCERTAIN
    assert told == [(State.UNCERTAIN, 0), (State.UNCERTAIN, rules.LOOKED_ENOUGH)]
    assert carrier.count("call_posts", NILS) == 1


def test_two_doubtful_calls_to_one_number_wait_for_the_carriers_own_word(
    carrier: Carrier, call: Callable[..., Any]
) -> None:
    """Which is which, only the callback's address tells: a guess could put a key down to the wrong matter."""
    carrier.fault("error_after", times=2)
    now = datetime.now(UTC)
    legs = [call(now=now), call(now=now)]
    gateway.drain(now)
    gateway.drain(now + timedelta(seconds=6))
    assert {state(leg) for leg in legs} == {State.UNCERTAIN}
    by_leg = {placed["form"]["Url"].split("/")[-2]: placed["sid"] for placed in carrier.calls()}
    tell(legs[1], "ringing", sid=by_leg[str(legs[1].id)])
    assert (state(legs[1]), legs[1].sid) == (State.SENT, by_leg[str(legs[1].id)])
    gateway.drain(now + timedelta(seconds=30))
    assert (state(legs[0]), legs[0].sid) == (State.SENT, by_leg[str(legs[0].id)])
    assert carrier.count("call_posts", NILS) == 2


def test_a_later_call_to_the_same_number_is_not_taken_for_the_lost_one(
    carrier: Carrier, call: Callable[..., Any]
) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    carrier.fault("error", times=1)
    lost = call(now=long_ago)
    gateway.drain(long_ago)
    other = call(now=datetime.now(UTC))
    gateway.drain(datetime.now(UTC))
    Leg.objects.filter(pk=other.id).update(sid=None)  # not even told whose it is
    gateway.drain(datetime.now(UTC) + timedelta(seconds=6))
    assert (state(lost), lost.sid) == (State.UNCERTAIN, None)


def test_a_lost_worker_that_may_have_called_leaves_an_uncertain_call(
    carrier: Carrier, call: Callable[..., Any]
) -> None:
    leg = call()
    gateway.claim(SOON)
    Attempt.objects.update(called_at=SOON)
    gateway.drain(SOON + rules.LEASE)
    assert (state(leg), leg.error_code) == (State.UNCERTAIN, "lost_worker")
    assert carrier.count("call_posts") == 0


def test_a_silent_call_is_asked_about(carrier: Carrier, call: Callable[..., Any]) -> None:
    carrier.habit(NILS, "busy")
    leg = call()
    gateway.drain(SOON)
    eventually(lambda: carrier.calls()[0]["ended"])
    assert lookup.reconcile(lambda: SOON + call_rules.SILENT / 2) == 0
    assert lookup.reconcile(lambda: SOON + call_rules.SILENT * 2) == 1
    assert (state(leg), leg.result) == (State.UNDELIVERED, "busy")
    assert lookup.reconcile(lambda: SOON + call_rules.SILENT * 4) == 0


def test_a_call_that_is_talked_in_is_asked_about_too(carrier: Carrier, call: Callable[..., Any]) -> None:
    leg = call()
    gateway.drain(SOON)
    tell(leg, "in-progress", sid=carrier.calls()[0]["sid"])
    carrier.do(carrier.calls()[0]["sid"], "reject")
    Leg.objects.update(changed_at=SOON, checked_at=SOON)
    assert (state(leg), leg.final) == (State.DELIVERED, False)
    assert lookup.reconcile(lambda: SOON + call_rules.SILENT * 2) == 1
    assert (state(leg), leg.result) == (State.UNDELIVERED, "busy")


# --- calling off ---------------------------------------------------------------------------------
def test_a_queued_call_is_cancelled(carrier: Carrier, call: Callable[..., Any]) -> None:
    leg = call()
    services.hang_up(leg_id=leg.id, now=NOW)
    gateway.drain(SOON)
    assert (state(leg), leg.error_code) == (State.CANCELLED, "called_off")
    assert carrier.count("call_posts") == 0


def test_a_call_wished_away_between_claim_and_call_is_not_placed(
    carrier: Carrier, call: Callable[..., Any]
) -> None:
    leg = call()
    (claimed,) = gateway.claim(SOON)
    services.hang_up(leg_id=leg.id, now=SOON)
    assert gateway.deliver(claimed, lambda: SOON) is None
    assert state(leg) == State.CANCELLED
    assert carrier.count("call_posts") == 0


def test_a_ringing_call_is_called_off_once(carrier: Carrier, rings: Leg) -> None:
    for _ in range(3):
        services.hang_up(leg_id=rings.id, now=SOON)
    assert gateway.drain(SOON).ended == 1
    assert not gateway.drain(SOON + timedelta(minutes=1)).ended
    assert (state(rings), rings.result) == (State.UNDELIVERED, "canceled")
    assert carrier.count("call_updates") == 1
    assert carrier.calls()[0]["status"] == "canceled"


def test_hanging_up_what_has_ended_is_harmless(carrier: Carrier, rings: Leg) -> None:
    tell(rings, "no-answer")
    services.hang_up(leg_id=rings.id, now=SOON)
    gateway.drain(SOON)
    assert (state(rings), rings.result) == (State.UNDELIVERED, "no-answer")
    assert carrier.count("call_updates") == 0
    assert Ending.objects.get().done_at is not None


def test_a_call_that_ended_unheard_is_fetched_instead(carrier: Carrier, rings: Leg) -> None:
    carrier.do(rings.sid or "", "reject")
    services.hang_up(leg_id=rings.id, now=SOON)
    gateway.drain(SOON)
    assert (state(rings), rings.result) == (State.UNDELIVERED, "busy")


def test_a_carrier_that_is_away_is_asked_again(carrier: Carrier, rings: Leg, settings: Any) -> None:
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"
    services.hang_up(leg_id=rings.id, now=SOON)
    gateway.drain(SOON)
    assert state(rings) == State.SENT
    kept = Ending.objects.get()
    assert (kept.error_code, kept.done_at) == ("unreachable", None)
    assert (endings.overdue(NOW), endings.overdue(SOON)) == (0, 1)
    settings.TWILIO_API_BASE = carrier.base
    gateway.drain(SOON + timedelta(seconds=3))
    assert (state(rings), rings.result) == (State.UNDELIVERED, "canceled")
    assert endings.overdue(SOON) == 0


def test_an_unclear_answer_to_hanging_up_is_simply_tried_again(carrier: Carrier, rings: Leg) -> None:
    carrier.fault("end_error", times=2)
    services.hang_up(leg_id=rings.id, now=SOON)
    gateway.drain(SOON)
    gateway.drain(SOON + timedelta(seconds=2))
    assert state(rings) == State.SENT
    gateway.drain(SOON + timedelta(seconds=6))
    assert (state(rings), rings.result) == (State.UNDELIVERED, "canceled")
    assert carrier.count("call_updates") == 3


def test_without_a_carrier_nothing_is_looked_up_and_nothing_fails(rings: Leg, settings: Any) -> None:
    settings.TWILIO_ACCOUNT_SID = ""
    Leg.objects.update(changed_at=SOON, checked_at=SOON)
    assert lookup.reconcile(lambda: SOON + call_rules.SILENT * 2) == 1
    assert state(rings) == State.SENT


def test_a_wish_is_given_up_at_last(carrier: Carrier, rings: Leg, settings: Any) -> None:
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"
    services.hang_up(leg_id=rings.id, now=SOON)
    for minute in range(call_rules.END_TRIES + 5):
        endings.carry_out(lambda at=minute: SOON + timedelta(minutes=at))  # type: ignore[misc]
    kept = Ending.objects.get()
    assert kept.tries == call_rules.END_TRIES
    assert (kept.next_at, kept.error_code) == (None, "unreachable")


def test_a_call_in_doubt_is_hung_up_when_it_is_found(carrier: Carrier, call: Callable[..., Any]) -> None:
    carrier.fault("error_after", times=1)
    now = datetime.now(UTC)
    leg = call(now=now)
    gateway.drain(now)
    services.hang_up(leg_id=leg.id, now=now)
    gateway.drain(now)
    assert state(leg) == State.UNCERTAIN
    gateway.drain(now + timedelta(seconds=6))
    gateway.drain(now + timedelta(seconds=12))
    assert (state(leg), leg.result) == (State.UNDELIVERED, "canceled")


def test_a_wish_about_a_call_nobody_finds_ends(carrier: Carrier, call: Callable[..., Any]) -> None:
    carrier.fault("error", times=1)
    leg = call()
    gateway.drain(SOON)
    services.hang_up(leg_id=leg.id, now=SOON)
    endings.carry_out(lambda: SOON + call_rules.END_KEPT + timedelta(seconds=1))
    assert Ending.objects.get().error_code == "never_found"


def test_who_has_picked_up_is_cut_off_or_spared_as_was_wished(carrier: Carrier, rings: Leg) -> None:
    tell(rings, "in-progress")
    services.hang_up(leg_id=rings.id, now=SOON, answered_too=False)
    gateway.drain(SOON)
    assert carrier.count("call_updates") == 0
    assert Ending.objects.get().done_at is not None
    services.hang_up(leg_id=rings.id, now=SOON)
    gateway.drain(SOON)
    assert carrier.count("call_updates") == 1
    assert carrier.calls()[0]["ended"]


def test_an_sms_cannot_be_hung_up(queue: Callable[..., Any]) -> None:
    with pytest.raises(endings.NotACall):
        services.hang_up(leg_id=queue().id, now=NOW)
