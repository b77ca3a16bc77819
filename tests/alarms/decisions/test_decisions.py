"""Decisions: asked once, made once, by silence where nobody answers, and followed until the team has receipted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarms.decisions import services
from alarms.decisions.models import Decision, State
from alarms.workqueue import changes, timing
from alarms.workqueue.models import State as ItemState
from central.events.services import unit_of_work
from central.municipalities.context import in_municipality
from tenants.casefiles.models import JournalEntry
from tenants.decided.models import Choice, DecisionLetter, Deferred, Policy

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, 13, tzinfo=UTC)  # a Monday, 02:13 in Stockholm
MORNING = datetime(2026, 11, 23, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def asked(storkoping: Any, olga: Any) -> Callable[..., Decision]:
    """``asked()`` → a case that Olga holds, and the question about it."""

    def make(priority: int = 2, **policy: Any) -> Decision:
        from alarms.workqueue.services import create_by_hand

        with in_municipality(storkoping):
            Policy.objects.update_or_create(function="", defaults={"shift_days": ["workday"], **policy})
        item = create_by_hand(
            operator=olga, municipality_id=storkoping.pk, kind="technical", priority=priority,
            place="Provgatan 7", text="Vatten i källaren hos Berta", now=NOW,
        )  # fmt: skip
        with unit_of_work():
            decision = services.ask(item=changes.locked(item.pk), about=None, now=NOW)
        assert decision is not None
        return decision

    return make


def decide(
    decision: Decision, choice: str = Choice.NEXT_SHIFT, now: datetime = NOW + MINUTE, **more: Any
) -> Decision:
    told = {"by_name": "Eva Lans", "way": "sms", "reason": "Inget rinner längre", **more}
    return services.decide(decision_id=decision.pk, choice=choice, now=now, **told)


def item_of(decision: Decision) -> Any:
    from alarms.workqueue.models import WorkItem

    return WorkItem.objects.get(pk=decision.work_item_id)


def journal(decision: Decision) -> list[str]:
    with in_municipality(decision.municipality):
        lines = JournalEntry.objects.filter(case_id=decision.work_item_id).order_by("id")
        return [line.text for line in lines if line.text]


def test_a_case_is_asked_about_once_at_a_time(asked: Callable[..., Decision]) -> None:
    decision = asked()
    with unit_of_work():
        assert services.ask(item=changes.locked(decision.work_item_id), about=None, now=NOW) is None
    assert Decision.objects.count() == 1


def test_what_was_known_is_kept_with_the_municipality(asked: Callable[..., Decision], lillby: Any) -> None:
    decision = asked()
    with in_municipality(decision.municipality):
        known = DecisionLetter.objects.get(pk=decision.pk).information
    assert known["story"] == "Vatten i källaren hos Berta"
    with in_municipality(lillby):
        assert not DecisionLetter.objects.exists()


def test_the_next_shift_gets_it_in_its_morning_list(asked: Callable[..., Decision]) -> None:
    decision = decide(asked())
    assert (decision.shift_at, decision.receipt_due_at) == (MORNING, MORNING + 120 * MINUTE)
    item = item_of(decision)
    assert (item.state, item.claimed_by_id, item.parked_until) == (
        ItemState.PARKED,
        None,
        decision.receipt_due_at,
    )
    assert item.word == "Nästa arbetspass 07:00"
    with in_municipality(decision.municipality):
        waiting = Deferred.objects.get()
    assert (waiting.starts_at, waiting.reason, waiting.received_at) == (MORNING, "Inget rinner längre", None)
    assert journal(decision)[-1] == (
        "Beslut av Eva Lans: nästa arbetspass. Skäl: Inget rinner längre. "
        "Väntar till mån 23 nov 07:00 och ska kvitteras."
    )


def test_a_receipt_ends_it_here_and_twice_is_once(asked: Callable[..., Decision], maja: Any) -> None:
    decision = decide(asked())
    for _ in range(2):
        services.receive(decision_id=decision.pk, person=maja, now=MORNING + MINUTE)
    item = item_of(decision)
    assert (item.state, item.outcome) == (ItemState.CLOSED, "handed_to_municipality")
    assert services.bring_back(MORNING + 200 * MINUTE) == 0
    assert sum("har tagit emot" in line for line in journal(decision)) == 1


def test_without_a_receipt_it_comes_back_to_everybody(asked: Callable[..., Decision], maja: Any) -> None:
    decision = decide(asked())
    late = MORNING + 120 * MINUTE
    assert services.bring_back(late - MINUTE) == 0
    assert [services.bring_back(late), services.bring_back(late)] == [1, 0]
    timing.wake(late)
    item = item_of(decision)
    assert (item.state, item.attention, item.word) == (ItemState.UNANSWERED, ["nobody"], "Ingen kvitterade")
    assert item.due_at > late
    with pytest.raises(services.AlreadyDecided):
        services.receive(decision_id=decision.pk, person=maja, now=late)


def test_special_order_stays_with_who_holds_it(asked: Callable[..., Decision], olga: Any) -> None:
    decision = decide(asked(), Choice.SPECIAL, with_what="Larmrörmokare")
    item = item_of(decision)
    assert (item.state, item.claimed_by, item.word) == (ItemState.HELD, olga, "Beslut: särskild ordning")
    assert journal(decision)[-1] == (
        "Beslut av Eva Lans: särskild ordning. Med: Larmrörmokare. Skäl: Inget rinner längre."
    )


@pytest.mark.parametrize(
    ("priority", "default", "becomes"),
    [(2, "next_shift", "next_shift"), (2, "special", "special"), (1, "next_shift", "special")],
)
def test_silence_is_the_municipalitys_rule_but_never_puts_off_danger_to_life(
    asked: Callable[..., Decision], priority: int, default: str, becomes: str
) -> None:
    decision = asked(priority, default_choice=default, minutes=15)
    assert services.default_due(NOW + 14 * MINUTE) == 0
    assert [services.default_due(NOW + 15 * MINUTE), services.default_due(NOW + 15 * MINUTE)] == [1, 0]
    decision.refresh_from_db()
    assert (decision.state, decision.choice) == (State.DEFAULTED, becomes)
    assert any("enligt kommunens regel" in line for line in journal(decision))


def test_the_first_to_decide_has_decided(asked: Callable[..., Decision]) -> None:
    decision = decide(asked(), Choice.SPECIAL)
    with pytest.raises(services.AlreadyDecided) as late:
        decide(decision, Choice.NEXT_SHIFT)
    assert late.value.decision.choice == Choice.SPECIAL
    assert services.default_due(NOW + 60 * MINUTE) == 0


def test_a_reason_that_was_missing_may_come_after(asked: Callable[..., Decision]) -> None:
    decision = decide(asked(), reason="")
    assert "Skäl saknas." in journal(decision)[-1]
    for _ in range(2):
        decide(decision, reason="Källaren är torr")
    assert [line for line in journal(decision) if line.startswith("Skäl till")] == [
        "Skäl till beslutet: Källaren är torr."
    ]
    with in_municipality(decision.municipality):
        assert Deferred.objects.get().reason == "Källaren är torr"


def test_a_case_closed_meanwhile_needs_no_decision(asked: Callable[..., Decision], olga: Any) -> None:
    from alarms.workqueue.services import close

    decision = asked()
    close(item_id=decision.work_item_id, operator=olga, outcome="no_action", now=NOW + MINUTE)
    assert services.default_due(NOW + 60 * MINUTE) == 0
    decision.refresh_from_db()
    assert decision.state == State.WITHDRAWN


def test_the_next_case_may_be_decided_anew_when_it_came_back(asked: Callable[..., Decision]) -> None:
    decision = decide(asked())
    services.bring_back(MORNING + 120 * MINUTE)
    with unit_of_work():
        again = services.ask(
            item=changes.locked(decision.work_item_id), about=None, now=MORNING + 121 * MINUTE
        )
    assert again is not None
    assert again.pk != decision.pk
