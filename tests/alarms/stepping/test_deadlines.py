"""A step's time runs from when it applies, is acted on once, and follows answers, undoing and the clock on the wall."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarms.escalation.auditing import overdue
from alarms.escalation.chores import CHORES
from alarms.escalation.rules import raised
from alarms.stepping import deadlines
from alarms.stepping.models import State, StepDeadline
from alarms.workqueue import services
from alarms.workqueue.models import WorkItem
from tests.alarms.stepping.conftest import Taken, fresh, later, said

pytestmark = pytest.mark.django_db
TIMED: dict[str, Any] = {"text": "Ring skolan", "minutes": 10, "on_late": "remind"}
ASKS: dict[str, Any] = {"type": "ask", "text": "Bor någon där?", "choices": ("Ja", "Nej"), "code": "q"}
IF_YES: dict[str, Any] = {**TIMED, "text": "Öppna dörren", "condition": {"answers": {"q": ["Ja"]}}}


def rows(item: WorkItem) -> dict[int, tuple[str, datetime]]:
    return {row.position: (str(row.state), row.due_at) for row in StepDeadline.objects.filter(work_item=item)}


def advance(at: datetime) -> int:
    return deadlines.advance(at, raised)


def test_it_runs_from_when_the_case_is_taken(instructed: Callable[..., None], taken: Taken) -> None:
    instructed({"text": "Kontrollera"}, TIMED)
    assert rows(taken()) == {2: ("waiting", later(10))}


def test_a_case_without_timed_steps_has_no_rows(instructed: Callable[..., None], taken: Taken) -> None:
    instructed({"text": "Kontrollera"})
    assert rows(taken()) == {}


def test_done_in_time_nothing_follows(instructed: Callable[..., None], taken: Taken, olga: Any) -> None:
    instructed(TIMED)
    item = taken()
    services.tick_step(item_id=item.pk, operator=olga, position=1, now=later(9))
    assert advance(later(11)) == 0
    assert rows(item) == {1: ("met", later(10))}
    assert said(item) == []


def test_late_is_acted_on_once_however_often_the_clock_looks(
    instructed: Callable[..., None], taken: Taken
) -> None:
    instructed(TIMED)
    item = taken()
    assert advance(later(9.9)) == 0
    assert [advance(later(10)), advance(later(10)), advance(later(11))] == [1, 0, 0]
    assert said(item) == ["Steg 1 är inte gjort inom 10 min: Ring skolan"]
    assert fresh(item).attention == ["late"]
    row = StepDeadline.objects.get()
    assert (row.state, row.acted_at) == (State.LATE, later(10))


def test_the_mark_goes_when_the_last_late_step_is_done(
    instructed: Callable[..., None], taken: Taken, olga: Any
) -> None:
    instructed(TIMED, {**TIMED, "text": "Ring jouren"})
    item = taken()
    assert advance(later(10)) == 2
    services.tick_step(item_id=item.pk, operator=olga, position=1, now=later(11))
    assert fresh(item).attention == ["late"]
    services.skip_step(item_id=item.pk, operator=olga, position=2, reason="not_needed", now=later(12))
    assert fresh(item).attention == []


def test_a_step_that_hangs_on_an_answer_runs_from_the_answer(
    instructed: Callable[..., None], taken: Taken, olga: Any
) -> None:
    instructed(ASKS, IF_YES)
    item = taken()
    assert rows(item) == {}
    services.tick_step(item_id=item.pk, operator=olga, position=1, outcome="Ja", now=later(5))
    assert rows(item) == {2: ("waiting", later(15))}
    services.undo(item_id=item.pk, operator=olga, now=later(5) + timedelta(seconds=5))
    assert rows(item)[2][0] == "gone"
    services.tick_step(item_id=item.pk, operator=olga, position=1, outcome="Nej", now=later(6))
    assert (rows(item)[2][0], advance(later(60))) == ("gone", 0)


def test_undoing_a_step_sets_its_clock_going_again(
    instructed: Callable[..., None], taken: Taken, olga: Any
) -> None:
    instructed(TIMED)
    item = taken()
    services.tick_step(item_id=item.pk, operator=olga, position=1, now=later(3))
    services.undo(item_id=item.pk, operator=olga, now=later(3) + timedelta(seconds=5))
    assert rows(item) == {1: ("waiting", later(13) + timedelta(seconds=5))}


NIGHT: dict[str, Any] = {
    **TIMED,
    "condition": {"windows": [{"days": ["workday", "dayoff"], "from": "22:00", "to": "06:00"}]},
}


def test_a_step_for_nights_runs_from_when_the_night_begins(
    instructed: Callable[..., None], taken: Taken
) -> None:
    instructed(NIGHT)
    item = taken()  # 13.00 in Sweden
    assert rows(item) == {1: ("waiting", datetime(2026, 11, 23, 21, 10, tzinfo=UTC))}
    assert advance(datetime(2026, 11, 23, 21, 10, tzinfo=UTC)) == 1


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-28T20:00", "2026-03-28T21:10"),  # 22.10 winter time, the night the clocks go forward
        ("2026-03-29T10:00", "2026-03-29T20:10"),  # 22.10 summer time
        ("2026-10-25T10:00", "2026-10-25T21:10"),  # 22.10 winter time again
    ],
)
def test_the_night_begins_by_the_wall_when_clocks_change(
    instructed: Callable[..., None], taken: Taken, storkoping: Any, at: str, due: str
) -> None:
    from tests.support.cases import instruction

    instruction(storkoping, "technical", [NIGHT], at=datetime(2026, 1, 1, tzinfo=UTC))
    item = taken(datetime.fromisoformat(f"{at}+00:00"))
    assert rows(item)[1][1] == datetime.fromisoformat(f"{due}+00:00")


def test_what_is_due_after_the_night_waits_for_the_next(
    instructed: Callable[..., None], taken: Taken
) -> None:
    instructed({**NIGHT, "minutes": 600})
    item = taken()  # due at 08 in the morning, when it is night no more
    assert advance(datetime(2026, 11, 24, 7, 0, tzinfo=UTC)) == 0
    assert rows(item)[1] == ("waiting", datetime(2026, 11, 25, 7, 0, tzinfo=UTC))


def test_a_closed_case_is_left_alone_and_reopened_its_clock_goes_again(
    instructed: Callable[..., None], taken: Taken, olga: Any
) -> None:
    instructed({**TIMED, "required": False})
    item = taken()
    services.close(item_id=item.pk, operator=olga, outcome="test", now=later(1))
    assert advance(later(10)) == 0
    assert rows(item)[1][0] == "gone"
    services.reopen(item_id=item.pk, operator=olga, now=later(20))
    assert rows(item) == {1: ("waiting", later(30))}


def test_the_version_is_the_cases_own_whatever_is_approved_later(
    instructed: Callable[..., None], taken: Taken, storkoping: Any
) -> None:
    from tests.support.cases import instruction

    instructed(TIMED)
    item = taken()
    instruction(
        storkoping, "technical", [{"text": "Något annat", "minutes": 1, "on_late": "leader"}], at=later(1)
    )
    assert advance(later(5)) == 0
    assert advance(later(10)) == 1
    assert said(item) == ["Steg 1 är inte gjort inom 10 min: Ring skolan"]
    assert rows(taken(later(2))) == {1: ("waiting", later(3))}


def test_the_clock_does_it_and_the_auditor_sees_when_it_does_not(
    instructed: Callable[..., None], taken: Taken
) -> None:
    instructed(TIMED)
    item = taken()
    before = overdue(later(10) + timedelta(seconds=29))
    assert overdue(later(10) + timedelta(seconds=31)) == before + 1
    (chore,) = [one for one in CHORES if one.name == "steps"]
    assert chore.work(later(10) + timedelta(seconds=31)) == 1
    assert rows(item)[1][0] == "late"
    assert overdue(later(10) + timedelta(seconds=31)) == before
