"""Nobody takes it, so somebody decides: the whole way from an empty duty to the decision maker's SMS and its effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from alarms.callouts import beginning, runs
from alarms.callouts.models import Callout, Run, RunState
from alarms.decisions import asking, services
from alarms.decisions.models import Decision, State
from alarms.workqueue.models import State as ItemState
from central.carriers import callbacks, gateway
from central.municipalities.context import in_municipality
from tenants.casefiles.models import JournalEntry
from tenants.decided.models import Choice, Deferred, Policy
from tenants.oncall.models import Contact, Duty
from tests.support.rosters import in_order
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, 13, tzinfo=UTC)
EVA, ADAM = "+46701740615", "+46701740616"


@pytest.fixture
def nobody_takes_it(carrier: Carrier, storkoping: Any, olga: Any) -> Callable[..., Any]:
    """``nobody_takes_it()`` → a case whose duty is empty; Eva and Adam decide."""

    def make(*, deciding: bool = True, **policy: Any) -> Any:
        from alarms.workqueue.services import create_by_hand

        with in_municipality(storkoping):
            Duty.objects.create(code="va-jour", name="VA-jour", function="technical")
            tib = Duty.objects.create(code="tib", name="Tjänsteperson i beredskap", function="general")
            if deciding:
                eva = Contact.objects.create(name="Eva Lans", phone=EVA)
                in_order(tib, eva, Contact.objects.create(name="Adam Ås", phone=ADAM))
            Policy.objects.create(function="", duty="tib", minutes=10, shift_days=["workday"], **policy)
        item = create_by_hand(
            operator=olga, municipality_id=storkoping.pk, kind="technical", priority=2, place="Provgatan 7",
            text="Vatten i källaren hos Berta", now=NOW,
        )  # fmt: skip
        beginning.start(item_id=item.pk, operator=olga, duty="va-jour", now=NOW)
        gateway.drain(NOW)
        item.refresh_from_db()
        return item

    return make


def answer(number: str, body: str, now: datetime) -> None:
    callbacks.inbound(sid=f"SM{uuid4().hex}", number=number, body=body, now=now)


def journal(item: Any) -> list[str]:
    with in_municipality(item.municipality):
        return [one.text for one in JournalEntry.objects.filter(case_id=item.pk).order_by("id") if one.text]


def test_the_decision_maker_is_asked_at_once_by_sms(
    nobody_takes_it: Callable[..., Any], carrier: Carrier
) -> None:
    item = nobody_takes_it(default_choice="next_shift")
    (text,) = carrier.oracle()["texts"][EVA]
    assert "BESLUT" in text
    assert "Utan svar 02:23: nasta arbetspass" in text or "Utan svar 02:23: nästa arbetspass" in text
    assert "Berta" not in text
    assert ADAM not in carrier.oracle()["texts"]
    assert "Beslut: Tjänsteperson i beredskap får frågan. Senast 02:23, annars nästa arbetspass." in journal(
        item
    )


def test_next_shift_with_a_reason_puts_it_off(nobody_takes_it: Callable[..., Any]) -> None:
    item = nobody_takes_it()
    answer(EVA, "2 Källaren är torr nu", NOW + timedelta(minutes=2))
    decision = Decision.objects.get()
    assert (decision.state, decision.choice) == (State.DECIDED, Choice.NEXT_SHIFT)
    item.refresh_from_db()
    assert (item.state, item.word) == (ItemState.PARKED, "Nästa arbetspass 07:00")
    with in_municipality(item.municipality):
        assert Deferred.objects.get().reason == "Källaren är torr nu"
    assert Run.objects.get(purpose="decision").state == RunState.TAKEN
    assert "Eva Lans svarade: ”2 Källaren är torr nu”." in journal(item)


def test_silence_asks_the_next_and_then_the_rule_counts(
    nobody_takes_it: Callable[..., Any], carrier: Carrier
) -> None:
    item = nobody_takes_it(default_choice="next_shift")
    runs.advance(NOW + timedelta(minutes=1))
    runs.advance(NOW + timedelta(minutes=5))
    gateway.drain(NOW + timedelta(minutes=5))
    assert carrier.count("accepted", ADAM) == 1
    assert services.default_due(NOW + timedelta(minutes=10)) == 1
    item.refresh_from_db()
    assert item.state == ItemState.PARKED
    answer(ADAM, "1", NOW + timedelta(minutes=11))
    assert any("redan nästa arbetspass" in line for line in journal(item))
    assert Decision.objects.get().state == State.DEFAULTED


def test_the_second_to_answer_changes_nothing(nobody_takes_it: Callable[..., Any]) -> None:
    item = nobody_takes_it()
    runs.advance(NOW + timedelta(minutes=1))
    runs.advance(NOW + timedelta(minutes=5))
    gateway.drain(NOW + timedelta(minutes=5))
    answer(EVA, "1 Skicka en larmrörmokare", NOW + timedelta(minutes=6))
    answer(ADAM, "2", NOW + timedelta(minutes=6))
    assert Decision.objects.get().choice == Choice.SPECIAL
    item.refresh_from_db()
    assert (item.state, item.word) == (ItemState.HELD, "Beslut: särskild ordning")


def test_other_words_are_written_down_and_decide_nothing(nobody_takes_it: Callable[..., Any]) -> None:
    item = nobody_takes_it()
    answer(EVA, "Vad gäller det?", NOW + timedelta(minutes=1))
    assert Decision.objects.get().state == State.ASKED
    assert "Eva Lans svarade: ”Vad gäller det?”." in journal(item)


def test_with_nobody_to_decide_the_rule_counts_at_once(nobody_takes_it: Callable[..., Any]) -> None:
    item = nobody_takes_it(deciding=False, default_choice="special")
    assert services.default_due(NOW) == 1
    assert Decision.objects.get().choice == Choice.SPECIAL
    assert any("Ingen beslutsfunktion är i tjänst" in line for line in journal(item))
    assert not Callout.objects.exists()


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("1", (Choice.SPECIAL, "")),
        ("2 torrt", (Choice.NEXT_SHIFT, "torrt")),
        (" 2. Torrt, ingen fara ", (Choice.NEXT_SHIFT, "Torrt, ingen fara")),
        ("3", None),
        ("12", None),
        ("ja", None),
        ("", None),
    ],
)
def test_a_digit_and_a_reason(body: str, meant: Any) -> None:
    assert asking.read(body) == meant
