"""What the municipality chose to happen when a step is late: reminded, raised, called out, told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from alarms.callouts.models import Callout, Run, RunState
from alarms.escalation.rules import raised
from alarms.stepping import deadlines
from alarms.stepping.models import StepDeadline
from alarms.workqueue import services
from alarms.workqueue.models import Notice, WorkItem
from alarms.workqueue.queries import audience, board
from central.audit.models import AuditEntry
from tests.alarms.callouts.conftest import put_on_duty
from tests.alarms.stepping.conftest import Taken, fresh, later, said
from tests.support.cases import applied
from tests.support.cases import fresh as as_board

STEP: dict[str, Any] = {"text": "Ring skolan", "minutes": 10}


def advance(minutes: float = 10) -> int:
    return deadlines.advance(later(minutes), raised)


def notices(item: WorkItem) -> list[str]:
    return list(Notice.objects.filter(item=item).values_list("kind", flat=True))


def test_reminding_tells_the_holder_and_nobody_else(
    data: None, instructed: Callable[..., None], taken: Taken
) -> None:
    instructed({**STEP, "on_late": "remind"})
    item = taken()
    touched = fresh(item).touched_at
    assert advance() == 1
    assert (fresh(item).attention, notices(item), fresh(item).touched_at) == (["late"], [], touched)
    assert AuditEntry.objects.filter(verb="case.step_late", subject=str(item.pk)).count() == 1


def test_with_nobody_who_holds_the_case_the_leader_is_told(
    data: None, instructed: Callable[..., None], taken: Taken, olga: Any
) -> None:
    instructed({**STEP, "on_late": "remind"})
    item = taken()
    services.release(item_id=item.pk, operator=olga, now=later(1))
    assert advance() == 1
    assert notices(item) == ["overdue"]
    assert said(item) == ["Steg 1 är inte gjort inom 10 min: Ring skolan Skiftledaren får veta."]


def test_the_leader_is_told(data: None, instructed: Callable[..., None], taken: Taken) -> None:
    instructed({**STEP, "on_late": "leader"})
    item = taken()
    assert advance() == 1
    assert notices(item) == ["overdue"]


@pytest.mark.parametrize(
    ("before", "after", "told"), [(4, 3, []), (3, 2, []), (2, 2, ["overdue"]), (1, 1, ["overdue"])]
)
def test_the_priority_goes_up_but_never_into_danger_to_life(
    data: None, instructed: Callable[..., None], taken: Taken, before: int, after: int, told: list[str]
) -> None:
    instructed({**STEP, "on_late": "raise"})
    item = taken(priority=before)
    assert advance() == 1
    assert (fresh(item).priority, notices(item)) == (after, told)


def test_the_duty_is_called_out_once(
    data: None, instructed: Callable[..., None], taken: Taken, storkoping: Any
) -> None:
    put_on_duty(storkoping)
    instructed({**STEP, "on_late": "call_out", "late_duty": "fastighetsjour"})
    item = taken()
    assert (advance(), advance(11)) == (1, 0)
    run = Run.objects.get(work_item=item)
    assert (run.duty, run.state, run.started_by) == ("fastighetsjour", RunState.RUNNING, None)
    assert Callout.objects.filter(work_item=item).count() == 1
    assert said(item) == ["Steg 1 är inte gjort inom 10 min: Ring skolan Fastighetsjour kallas ut."]


def test_a_duty_that_is_asked_already_is_not_asked_again(
    data: None, instructed: Callable[..., None], taken: Taken, storkoping: Any, olga: Any
) -> None:
    from alarms.callouts.services import call_out_on_duty

    put_on_duty(storkoping)
    instructed({**STEP, "on_late": "call_out", "late_duty": "fastighetsjour"})
    item = taken()
    call_out_on_duty(item_id=item.pk, operator=olga, duty="fastighetsjour", now=later(9))
    assert advance() == 1
    assert Run.objects.filter(work_item=item).count() == 1
    assert said(item) == ["Steg 1 är inte gjort inom 10 min: Ring skolan Fastighetsjour är redan tillfrågad."]


@pytest.mark.parametrize(("duty", "told"), [("va-jour", "nobody"), ("borta", "overdue")])
def test_nobody_to_call_out_is_an_alarm(
    data: None, instructed: Callable[..., None], taken: Taken, storkoping: Any, duty: str, told: str
) -> None:
    put_on_duty(storkoping)
    instructed({**STEP, "on_late": "call_out", "late_duty": duty})
    item = taken()
    assert advance() == 1
    assert told in notices(item)
    assert Callout.objects.filter(work_item=item).count() == 0


def test_the_board_kept_by_events_is_the_fresh_board(
    committed: None, instructed: Callable[..., None], taken: Taken, storkoping: Any, olga: Any
) -> None:
    put_on_duty(storkoping)
    instructed({**STEP, "on_late": "call_out", "late_duty": "fastighetsjour"}, {**STEP, "on_late": "raise"})
    taken(priority=4)
    old = board(olga)
    assert advance() == 2
    assert len(old.rows) == 1
    assert applied(old.rows, old.last_id, audience(olga)) == as_board(board(olga).rows)


def test_two_clocks_at_once_act_once(committed: None, instructed: Callable[..., None], taken: Taken) -> None:
    instructed({**STEP, "on_late": "remind"})
    items = [taken() for _ in range(6)]
    done: list[int] = []

    def run() -> None:
        try:
            done.append(advance())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    advance()  # what a lock made one of them pass over
    assert [len(said(item)) for item in items] == [1] * 6
    assert StepDeadline.objects.filter(state="late").count() == 6
