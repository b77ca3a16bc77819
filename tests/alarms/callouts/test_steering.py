"""An operator hastens an escalation, calls it off, and writes down what was said by telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from alarms.callouts import runs, services
from alarms.callouts.errors import NobodyLeft, NotComing, UnknownRun
from alarms.callouts.models import Callout, Run, RunState, State
from alarms.workqueue.errors import BadInput, NotYours
from central.carriers import callbacks, gateway
from central.municipalities.context import in_municipality
from tenants.casefiles.models import JournalEntry
from tests.alarms.callouts.conftest import NILS, NOW, SARA
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=20)


def asked(carrier: Carrier) -> dict[str, int]:
    return {name: carrier.count("accepted", number) for name, number in (("Nils", NILS), ("Sara", SARA))}


def answer(number: str, body: str) -> None:
    callbacks.inbound(sid=f"SM{uuid4().hex}", number=number, body=body, now=SOON)


def texts(carrier: Carrier, number: str) -> list[str]:
    return list(carrier.oracle()["texts"].get(number, []))


def journal(item: Any) -> list[str]:
    with in_municipality(item.municipality):
        rows = JournalEntry.objects.filter(case_id=item.pk).order_by("id")
        return list(rows.values_list("text", flat=True))


def hasten(item: Any, olga: Any, at: int) -> Run:
    run = services.hasten(
        item_id=item.pk, operator=olga, run_id=Run.objects.get(work_item=item).pk, at=at, now=SOON
    )
    gateway.drain(SOON + timedelta(seconds=1))
    return run


def call_off(item: Any, olga: Any, reason: str = "false_alarm") -> Run:
    run = Run.objects.get(work_item=item)
    done = services.call_off(item_id=item.pk, operator=olga, run_id=run.pk, reason=reason, now=SOON)
    gateway.drain(SOON + timedelta(seconds=1))
    return done


def test_the_next_is_asked_at_once_and_a_double_press_asks_one(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, olga: Any
) -> None:
    item = held()
    call_out(item)
    seen = Run.objects.get().at
    for _ in range(3):
        hasten(item, olga, seen)
    assert asked(carrier) == {"Nils": 1, "Sara": 1}
    assert carrier.calls(NILS) == []
    run = Run.objects.get()
    assert (run.state, run.due_at) == (RunState.RUNNING, SOON + timedelta(minutes=1))
    answer(NILS, "1")
    assert Run.objects.get().state == RunState.TAKEN, "who was passed by may still take it"


def test_hastened_when_nobody_is_left_is_refused_in_words_and_changes_nothing(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, olga: Any
) -> None:
    item = held()
    call_out(item)
    for _ in range(3):
        hasten(item, olga, Run.objects.get().at)
    before = Run.objects.get()
    with pytest.raises(NobodyLeft, match="Fastighetsjour"):
        hasten(item, olga, before.at)
    after = Run.objects.get()
    assert (after.at, after.due_at, after.state) == (before.at, before.due_at, RunState.RUNNING)


def test_called_off_while_it_goes_on_nobody_more_is_asked_and_who_was_asked_is_told(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, olga: Any
) -> None:
    item = held()
    call_out(item)
    for _ in range(2):
        assert call_off(item, olga).state == RunState.CALLED_OFF
    runs.advance(NOW + timedelta(hours=1))
    gateway.drain(NOW + timedelta(hours=1))
    assert asked(carrier)["Sara"] == 0
    assert sum("avbruten" in one for one in texts(carrier, NILS)) == 1
    assert Callout.objects.get().state == State.NOT_NEEDED
    assert journal(item).count("Fastighetsjour: utlarmningen avbröts. Falskt larm.") == 1
    item.refresh_from_db()
    assert item.word == "Fastighetsjour: behövs inte"


def test_who_says_yes_after_it_was_called_off_is_told_and_does_not_have_it(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, olga: Any
) -> None:
    item = held()
    call_out(item)
    call_off(item, olga)
    answer(NILS, "1")
    gateway.drain(SOON + timedelta(seconds=2))
    assert Callout.objects.get().state == State.NOT_NEEDED
    assert asked(carrier)["Nils"] == 3, "the question, that it was called off, and that again"


def test_who_is_on_the_way_is_called_back_and_the_step_stands_open_again(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, olga: Any
) -> None:
    item = held()
    call_out(item, step_position=1)
    answer(NILS, "1 20")
    call_off(item, olga, "others_came")
    one = Callout.objects.get()
    assert (one.state, one.safe_until) == (State.NOT_NEEDED, None)
    assert sum("avbruten" in text for text in texts(carrier, NILS)) == 1
    with in_municipality(item.municipality):
        from tenants.casefiles.models import StepRecord

        assert not StepRecord.objects.filter(case_id=item.pk).exists()
    again = call_out(item, SOON)
    assert again.run.state == RunState.RUNNING, "called out anew, a new escalation begins"


def test_only_who_holds_the_case_and_only_its_own_runs(
    held: Callable[..., Any], call_out: Callable[..., Any], olga: Any, sven: Any
) -> None:
    item, other = held(), held()
    call_out(item)
    run = Run.objects.get()
    with pytest.raises(NotYours):
        services.hasten(item_id=item.pk, operator=sven, run_id=run.pk, at=run.at, now=SOON)
    with pytest.raises(UnknownRun):
        services.hasten(item_id=other.pk, operator=olga, run_id=run.pk, at=run.at, now=SOON)
    with pytest.raises(BadInput):
        services.call_off(item_id=item.pk, operator=olga, run_id=run.pk, reason="", now=SOON)
    assert Run.objects.get().state == RunState.RUNNING


def test_how_far_they_are_is_written_down_for_who_has_taken_it_only(
    held: Callable[..., Any], call_out: Callable[..., Any], olga: Any
) -> None:
    item = held()
    callout = call_out(item)

    def report(what: str, minutes: int | None = None) -> Callout:
        return services.report(
            item_id=item.pk, operator=olga, callout_id=callout.pk, what=what, minutes=minutes, now=SOON
        )

    with pytest.raises(NotComing, match="Nils Ek"):
        report("on_way")
    services.settle(item_id=item.pk, operator=olga, callout_id=callout.pk, answer="accepted", now=SOON)
    for wrong in ({"what": "flying"}, {"what": "on_way", "minutes": 601}):
        with pytest.raises(BadInput):
            report(**wrong)
    report("on_way", 25)
    one = Callout.objects.get()
    assert (one.on_way_at, one.arrives_at) == (SOON, SOON + timedelta(minutes=25))
    report("on_site")
    report("done")
    one.refresh_from_db()
    assert one.done_at == SOON
    assert [line for line in journal(item) if "Talade med Nils Ek" in line][1:] == [
        "Talade med Nils Ek. På väg. Framme om 25 min.",
        "Talade med Nils Ek. På plats.",
        "Talade med Nils Ek. Klar.",
    ]
