"""Handing over: what leaves, what waits, what is never sent twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from central import phone
from central.carriers import gateway, listeners, lookup, rules, services
from central.carriers.models import Attempt, Leg, State
from tests.central.carriers.conftest import NILS, NOW
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=1)


def state(leg: Leg) -> str:
    leg.refresh_from_db()
    return leg.state


def test_what_is_queued_is_sent_once_and_its_letter_stays_with_the_municipality(
    carrier: Carrier, queue: Callable[..., Any], storkoping: Any
) -> None:
    leg = queue()
    assert gateway.drain(SOON).sent == 1
    assert not gateway.drain(SOON)
    assert state(leg) == State.SENT
    assert leg.sid is not None
    assert carrier.count("posts", NILS) == 1
    assert NILS not in str(vars(leg))
    from central.carriers.letters import keeper

    assert keeper().read(leg.id, storkoping.ref()).number == NILS


def test_112_cannot_even_be_queued(queue: Callable[..., Any]) -> None:
    with pytest.raises(phone.BadNumber) as refused:
        queue("112")
    assert refused.value.code == "emergency"
    assert not Leg.objects.exists()


def test_a_cancelled_leg_is_not_sent(carrier: Carrier, queue: Callable[..., Any]) -> None:
    leg = queue()
    assert services.cancel(leg_id=leg.id, now=NOW)
    gateway.drain(SOON)
    assert state(leg) == State.CANCELLED
    assert carrier.count("posts") == 0


def test_a_leg_cancelled_between_claim_and_call_is_not_sent(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    leg = queue()
    (claimed,) = gateway.claim(SOON)
    assert services.cancel(leg_id=leg.id, now=SOON)
    assert gateway.deliver(claimed, lambda: SOON) is None
    assert carrier.count("posts") == 0


def test_a_leg_nobody_wants_any_more_is_let_go_right_before_the_call(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    class Answered(listeners.Listener):
        def still_wanted(self, leg: Leg, now: datetime) -> bool:
            return False

    listeners.register("answered", Answered())
    leg = queue(purpose="answered")
    gateway.drain(SOON)
    assert (state(leg), leg.error_code) == (State.CANCELLED, "not_wanted")
    assert carrier.count("posts") == 0


def test_what_has_left_cannot_be_called_back(carrier: Carrier, queue: Callable[..., Any]) -> None:
    leg = queue()
    gateway.drain(SOON)
    assert not services.cancel(leg_id=leg.id, now=SOON)


def test_a_permanent_refusal_fails_with_its_code(carrier: Carrier, queue: Callable[..., Any]) -> None:
    carrier.fault("opted_out")
    leg = queue()
    gateway.drain(SOON)
    assert (state(leg), leg.error_code) == (State.FAILED, "21610")
    gateway.drain(SOON + timedelta(hours=1))
    assert carrier.count("posts", NILS) == 1


def test_a_passing_refusal_is_tried_again_when_the_carrier_said(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    carrier.fault("busy", times=2)
    leg = queue()
    gateway.drain(SOON)
    assert (state(leg), leg.error_code) == (State.QUEUED, "20429")
    gateway.drain(SOON + timedelta(milliseconds=900))
    assert carrier.count("posts", NILS) == 1
    gateway.drain(SOON + timedelta(seconds=5))
    gateway.drain(SOON + timedelta(seconds=20))
    assert state(leg) == State.SENT
    assert carrier.count("accepted", NILS) == 1


def test_passing_refusals_end_as_failed(carrier: Carrier, queue: Callable[..., Any]) -> None:
    carrier.fault("busy")
    leg = queue()
    for minute in range(10):
        gateway.drain(SOON + timedelta(minutes=2 * minute))
    assert (state(leg), leg.error_code) == (State.FAILED, "20429")
    assert leg.attempts == len(rules.BACKOFF_SECONDS) + 1


def test_what_is_too_old_is_not_sent(carrier: Carrier, queue: Callable[..., Any]) -> None:
    leg = queue(validity=timedelta(minutes=5))
    gateway.drain(NOW + timedelta(minutes=6))
    assert (state(leg), leg.error_code) == (State.FAILED, "expired")
    assert carrier.count("posts") == 0


@pytest.mark.parametrize("kind", ["error_after", "timeout_after"])
def test_an_unknown_outcome_is_looked_up_and_adopted_never_repeated(
    carrier: Carrier, queue: Callable[..., Any], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC

    from central.carriers import current
    from central.carriers.adapters.twilio import Twilio
    from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN

    quick = Twilio(
        account_sid=ACCOUNT, auth_token=TOKEN, sender=NUMBER, api_base=carrier.base, read_seconds=0.3
    )
    monkeypatch.setattr(current, "carrier", lambda: quick)
    carrier.fault(kind, times=1)
    now = datetime.now(UTC)  # the carrier's own clock decides when a message was made
    leg = queue(now=now)
    done = gateway.drain(now)
    assert done.unknown == 1
    assert state(leg) == State.UNCERTAIN
    assert leg.sid is None
    gateway.drain(now + timedelta(seconds=6))
    assert state(leg) in (State.SENT, State.DELIVERED)
    assert leg.sid is not None
    assert carrier.count("posts", NILS) == 1


def test_what_is_not_found_stays_uncertain_and_says_so(carrier: Carrier, queue: Callable[..., Any]) -> None:
    told: list[tuple[str, int]] = []

    class Listens(listeners.Listener):
        def leg_changed(self, leg: Leg, now: datetime) -> None:
            told.append((leg.state, leg.lookups))

    listeners.register("listens", Listens())
    carrier.fault("error", times=1)
    leg = queue(purpose="listens")
    for minute in range(20):
        gateway.drain(SOON + timedelta(minutes=minute))
    assert state(leg) == State.UNCERTAIN
    assert leg.lookups >= rules.LOOKED_ENOUGH
    assert told == [(State.UNCERTAIN, 0), (State.UNCERTAIN, rules.LOOKED_ENOUGH)]
    assert carrier.count("posts", NILS) == 1


def test_two_doubtful_messages_with_the_same_words_are_never_adopted_as_one(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    from datetime import UTC

    carrier.fault("error_after", times=2)
    now = datetime.now(UTC)
    legs = [queue(now=now), queue(now=now)]
    gateway.drain(now)
    gateway.drain(now + timedelta(seconds=6))
    assert {state(leg) for leg in legs} <= {State.SENT, State.DELIVERED}
    assert len({leg.sid for leg in legs}) == 2


def test_a_lost_worker_that_had_not_called_gives_its_leg_back(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    leg = queue()
    gateway.claim(SOON)
    assert gateway.drain(SOON + rules.LEASE / 2).sent == 0
    assert gateway.drain(SOON + rules.LEASE).sent == 1
    assert state(leg) == State.SENT
    assert carrier.count("posts", NILS) == 1


def test_a_lost_worker_that_may_have_called_leaves_an_uncertain_leg(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    leg = queue()
    gateway.claim(SOON)
    Attempt.objects.update(called_at=SOON)
    gateway.drain(SOON + rules.LEASE)
    assert (state(leg), leg.error_code) == (State.UNCERTAIN, "lost_worker")
    assert carrier.count("posts") == 0


def test_a_slow_worker_that_lost_its_lease_does_not_send_what_another_has(
    carrier: Carrier, queue: Callable[..., Any]
) -> None:
    queue()
    (slow,) = gateway.claim(SOON)
    gateway.drain(SOON + rules.LEASE)
    assert gateway.deliver(slow, lambda: SOON + rules.LEASE) is None
    assert carrier.count("posts", NILS) == 1


def test_silence_for_a_quarter_is_asked_about(carrier: Carrier, queue: Callable[..., Any]) -> None:
    leg = queue()
    gateway.drain(SOON)
    assert lookup.reconcile(lambda: SOON + timedelta(minutes=14)) == 0
    assert lookup.reconcile(lambda: SOON + timedelta(minutes=16)) == 1
    assert state(leg) == State.DELIVERED


def test_an_unreachable_carrier_only_delays(
    settings: Any, queue: Callable[..., Any], carrier: Carrier
) -> None:
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"
    leg = queue()
    gateway.drain(SOON)
    assert (state(leg), leg.error_code) == (State.QUEUED, "unreachable")
    settings.TWILIO_API_BASE = carrier.base
    gateway.drain(SOON + timedelta(seconds=3))
    assert state(leg) == State.SENT


def test_no_carrier_configured_is_told_as_failed(settings: Any, queue: Callable[..., Any]) -> None:
    settings.TWILIO_ACCOUNT_SID = ""
    leg = queue()
    gateway.drain(SOON)
    assert (state(leg), leg.error_code) == (State.FAILED, "not_configured")


def test_what_is_too_old_does_not_hold_up_what_is_not(carrier: Carrier, queue: Callable[..., Any]) -> None:
    for _ in range(3):
        queue(validity=timedelta(minutes=1))
    fresh = queue(now=NOW + timedelta(minutes=2))
    gateway.drain(NOW + timedelta(minutes=2))
    assert state(fresh) == State.SENT
    assert carrier.count("posts") == 1


def test_one_message_that_hangs_holds_up_no_other(carrier: Carrier, queue: Callable[..., Any]) -> None:
    first, second = queue(), queue()
    (hanging,) = gateway.claim(SOON, limit=1)
    assert gateway.drain(SOON).sent == 1
    assert {state(first), state(second)} == {State.SENDING, State.SENT}
    assert gateway.deliver(hanging, lambda: SOON) is not None
    assert carrier.count("posts", NILS) == 2


def test_batches_are_small(queue: Callable[..., Any]) -> None:
    for _ in range(rules.BATCH + 5):
        queue()
    assert len(gateway.claim(SOON)) == rules.BATCH
    assert len(gateway.claim(SOON)) == 5
