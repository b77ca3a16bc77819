"""Steps that are carried out at one press: SMS to a duty, a team called in, a decision asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alarms.callouts.errors import NobodyOnDuty, UnknownDuty
from alarms.callouts.models import Callout, Run, RunState
from alarms.callouts.services import hear
from alarms.decisions.models import Decision
from alarms.stepping.doing import PURPOSE, do_step
from alarms.workqueue.errors import BadInput, NotNow, NotYours
from alarms.workqueue.models import WorkItem
from central.carriers.models import Leg
from central.municipalities.context import in_municipality
from tenants.casefiles.queries import step_records
from tenants.contents.models import MessageContent
from tenants.oncall.models import Contact
from tests.alarms.callouts.conftest import put_on_duty
from tests.alarms.stepping.conftest import Taken, fresh, later
from tests.support.cases import journal

SMS: dict[str, Any] = {
    "type": "sms",
    "text": "Förvarna",
    "duty": "fastighetsjour",
    "message": "Värmen är borta på Åsen.",
}
TEAM: dict[str, Any] = {"type": "team", "text": "Kalla in", "duty": "fastighetsjour", "wanted": 2}


@pytest.fixture
def done(olga: Any) -> Callable[..., None]:
    def do(item: WorkItem, position: int = 1, minutes: float = 1, by: Any = None) -> None:
        do_step(item_id=item.pk, operator=by or olga, position=position, now=later(minutes))

    return do


@pytest.fixture
def roster(data: None, storkoping: Any) -> None:
    put_on_duty(storkoping)


def records(item: WorkItem, municipality: Any) -> dict[int, str]:
    with in_municipality(municipality):
        return {position: record.outcome for position, record in step_records(item.pk).items()}


def test_everybody_on_duty_gets_the_sms_once_and_the_step_is_done(
    roster: None, instructed: Callable[..., None], taken: Taken, done: Callable[..., None], storkoping: Any
) -> None:
    instructed(SMS)
    item = taken()
    done(item)
    done(item, minutes=2)
    legs = Leg.objects.filter(purpose=PURPOSE)
    assert legs.count() == 2
    with in_municipality(storkoping):
        assert {MessageContent.objects.get(pk=leg.pk).body for leg in legs} == {"Värmen är borta på Åsen."}
    assert records(item, storkoping) == {1: "Sms till Fastighetsjour"}
    (line,) = [one.text for one in journal(item) if one.verb == "step_sent"]
    assert line == "Steg 1: sms till Nils Ek, Sara Dahl (Fastighetsjour): ”Värmen är borta på Åsen.”"


def test_who_takes_no_sms_is_not_texted_and_nobody_at_all_is_said(
    roster: None, instructed: Callable[..., None], taken: Taken, done: Callable[..., None], storkoping: Any
) -> None:
    with in_municipality(storkoping):
        Contact.objects.filter(name="Nils Ek").update(sms=False)
    instructed(SMS)
    done(taken())
    assert Leg.objects.filter(purpose=PURPOSE).count() == 1
    with in_municipality(storkoping):
        Contact.objects.update(sms=False)
    item = taken()
    with pytest.raises(NotNow, match="tar emot sms"):
        done(item)
    assert records(item, storkoping) == {}


@pytest.mark.parametrize(("duty", "error"), [("va-jour", NobodyOnDuty), ("borta", UnknownDuty)])
def test_nobody_there_is_refused_and_the_step_stands(
    roster: None, instructed: Callable[..., None], taken: Taken, done: Callable[..., None], storkoping: Any,
    duty: str, error: type[Exception],
) -> None:  # fmt: skip
    instructed({**SMS, "duty": duty})
    item = taken()
    with pytest.raises(error):
        done(item)
    assert (records(item, storkoping), Leg.objects.filter(purpose=PURPOSE).count()) == ({}, 0)


def test_an_sms_that_does_not_arrive_is_told_in_the_case(
    roster: None, instructed: Callable[..., None], taken: Taken, done: Callable[..., None], settings: Any
) -> None:
    from alarms.stepping.doing import StepMessages

    instructed(SMS)
    item = taken()
    done(item)
    leg = Leg.objects.filter(purpose=PURPOSE).first()
    assert leg is not None
    for state, verb in (("undelivered", "sms_failed"), ("uncertain", "sms_uncertain")):
        leg.state = state
        StepMessages().leg_changed(leg, later(2))
        assert [one.verb for one in journal(item)][-1] == verb
    assert fresh(item).attention == ["undelivered"]


def test_a_team_is_asked_at_once_and_the_step_is_done_when_enough_come(
    roster: None, instructed: Callable[..., None], taken: Taken, done: Callable[..., None], storkoping: Any
) -> None:
    instructed(TEAM)
    item = taken()
    done(item)
    done(item, minutes=2)
    run = Run.objects.get(work_item=item)
    assert (run.wanted, run.step_position) == (2, 1)
    first, second = Callout.objects.filter(run=run).order_by("rank")
    hear(callout_id=first.pk, body="1", now=later(3))
    assert records(item, storkoping) == {}
    hear(callout_id=second.pk, body="1", now=later(4))
    run.refresh_from_db()
    assert (records(item, storkoping), run.state) == ({1: "Fastighetsjour tar"}, RunState.TAKEN)
    hear(callout_id=second.pk, body="2", now=later(5))
    assert records(item, storkoping) == {}


def test_the_decision_function_is_asked_once(
    roster: None, instructed: Callable[..., None], taken: Taken, done: Callable[..., None]
) -> None:
    instructed({"type": "decide", "text": "Får vi stänga av vattnet?"})
    item = taken()
    done(item)
    done(item, minutes=2)
    decision = Decision.objects.get(work_item=item)
    assert (decision.state, decision.about) == ("asked", None)


def test_a_step_for_hands_and_a_step_that_is_not_there_are_refused(
    data: None, instructed: Callable[..., None], taken: Taken, done: Callable[..., None]
) -> None:
    instructed({"text": "Kontrollera"})
    item = taken()
    for position in (1, 9):
        with pytest.raises(BadInput):
            done(item, position=position)


def test_only_who_holds_the_case_does_it(
    roster: None, instructed: Callable[..., None], taken: Taken, done: Callable[..., None], sven: Any
) -> None:
    instructed(SMS)
    item = taken()
    with pytest.raises(NotYours):
        done(item, by=sven)
    assert Leg.objects.filter(purpose=PURPOSE).count() == 0
