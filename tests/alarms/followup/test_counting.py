"""The figures against sets worked out by hand: percentiles, goals, who is counted as what, and whose they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alarms.callouts.models import Callout, Run
from alarms.followup.counting import statistics
from alarms.workqueue.models import WorkItem
from central.functions import NAMES, OPEN
from central.municipalities.context import in_municipality
from tenants.followup.figures import Line, Measure, Period, Statistics
from tenants.followup.models import Goal

AT = datetime(2026, 3, 14, 10, 30, tzinfo=UTC)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
WEEK = Period(date(2026, 3, 9), date(2026, 3, 20))
NUMBERS = iter(range(100_000))


def item(owner: Any, answered: float | None, *, at: datetime = AT, **more: Any) -> WorkItem:
    """A case taken so many seconds after it came in; None: by nobody."""
    kept: dict[str, Any] = {
        "function": "property", "kind": "technical", "priority": 2, "headline": "Driftlarm",
        "state": "closed" if answered is not None else "unanswered", **more,
    }  # fmt: skip
    return WorkItem.objects.create(
        reference=f"26-{next(NUMBERS):06d}", municipality=owner, received_at=at, due_at=at, touched_at=at,
        claimed_at=None if answered is None else at + timedelta(seconds=answered), **kept,
    )  # fmt: skip


def run(case: WorkItem, state: str, taken: float | None = None, on_site: float | None = None) -> Run:
    """A call-out that began with its alarm; taken and on site so many seconds later."""
    at = case.received_at
    ended = None if state == "running" else at + timedelta(seconds=taken or 900)
    made = Run.objects.create(
        work_item=case, municipality_id=case.municipality_id, duty="fastighetsjour", duty_name="Fastighetsjour",
        people=1, asks=1, state=state, due_at=at if state == "running" else None, started_at=at, ended_at=ended,
    )  # fmt: skip
    Callout.objects.create(
        work_item=case, municipality_id=case.municipality_id, duty=made.duty, duty_name=made.duty_name, contact_id=1,
        number_hash="x", run=made, state="accepted" if state == "taken" else "no_answer", created_at=at, asked_at=at,
        answer_due_at=at, on_site_at=None if on_site is None else at + timedelta(seconds=on_site),
    )  # fmt: skip
    return made


def counted(
    owners: list[Any] | None = None, what: str = "real", period: Period = WEEK, functions: Any = NAMES
) -> Statistics:
    ids = None if owners is None else [one.pk for one in owners]
    return statistics(period, municipality_ids=ids, functions=functions, counted=what, now=NOW)


def whole(found: Statistics, measure: str = Measure.ANSWER) -> Line:
    return found.of(measure, "all")[0]


def test_percentiles_are_those_worked_out_by_hand(storkoping: Any) -> None:
    for seconds in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100):
        item(storkoping, seconds)
    line = whole(counted([storkoping]))
    # x at 1 + p·9: p50 between the 5th and the 6th, p90 a tenth past the 9th, p95 past 9.55, p99 at 9.91
    assert line.n == 10
    assert line.seconds == pytest.approx((55.0, 91.0, 95.5, 99.1))
    assert (line.judged, line.met) == (10, 6)
    assert line.share == pytest.approx(60.0)  # the standard: within 60 s


def test_one_time_is_every_percentile_and_a_small_group(storkoping: Any) -> None:
    item(storkoping, 42)
    line = whole(counted([storkoping]))
    assert line.seconds == (42.0, 42.0, 42.0, 42.0)
    assert line.small
    for seconds in (1, 2, 3, 4):
        item(storkoping, seconds)
    assert not whole(counted([storkoping])).small


def test_nothing_is_no_time_at_all(storkoping: Any) -> None:
    line = whole(counted([storkoping]))
    assert (line.n, line.seconds, line.share) == (0, (None, None, None, None), None)


def test_who_still_waits_past_the_goal_has_not_met_it(storkoping: Any) -> None:
    item(storkoping, 30)
    item(storkoping, None)  # days
    item(storkoping, None, at=NOW - timedelta(seconds=59))  # may still make it
    item(storkoping, None, state="closed")  # closed with its group: nobody's answer
    found = counted([storkoping])
    line = whole(found)
    assert (line.n, line.judged, line.met) == (1, 2, 1)
    assert found.waiting == 2


def test_each_case_is_counted_as_one_thing(storkoping: Any) -> None:
    item(storkoping, 1)
    item(storkoping, 2, outcome="false_alarm")
    item(storkoping, 3, outcome="test")
    item(storkoping, 4, outcome="duplicate")
    item(storkoping, 5, outcome="test", exercise=True)
    item(storkoping, 6, exercise=True)
    kinds = {"real": 1, "false_alarm": 1, "test": 1, "duplicate": 1, "exercise": 2}
    assert counted([storkoping]).counts == kinds
    assert {what: whole(counted([storkoping], what)).n for what in kinds} == kinds
    assert whole(counted([storkoping], "exercise")).seconds[0] == pytest.approx(5.5)


def test_to_accept_and_to_arrive(storkoping: Any) -> None:
    for taken, on_site in ((60, 600), (120, 1_800), (700, None)):
        run(item(storkoping, 5), "taken", taken, on_site)
    run(item(storkoping, 5), "exhausted")
    run(item(storkoping, 5), "called_off")
    run(item(storkoping, 5, state="unanswered"), "running")
    found = counted([storkoping])
    accept, arrive = whole(found, Measure.ACCEPT), whole(found, Measure.ARRIVE)
    assert (accept.n, accept.seconds[0]) == (3, 120.0)
    # within 600 s: two; the third took longer, nobody came for one, one runs since days; a called off is nobody's
    assert (accept.judged, accept.met) == (5, 2)
    assert (arrive.n, arrive.seconds[0], arrive.judged, arrive.met) == (2, 1_200.0, 4, 2)
    assert found.exhausted == 1


def test_a_decision_is_no_callout(storkoping: Any) -> None:
    asked = run(item(storkoping, 5), "taken", 60)
    Run.objects.filter(pk=asked.pk).update(purpose="decision")
    assert whole(counted([storkoping]), Measure.ACCEPT).n == 0


def test_groups_are_of_what_they_say(storkoping: Any) -> None:
    item(storkoping, 10, function="rescue", kind="fire", at=datetime(2026, 3, 14, 22, 59, tzinfo=UTC))
    item(storkoping, 20, at=datetime(2026, 3, 14, 23, 1, tzinfo=UTC))  # 00.01 in Stockholm
    found = counted([storkoping])

    def told(group: str) -> list[tuple[str, int]]:
        return [(one.name, one.n) for one in found.of(Measure.ANSWER, group)]

    assert told("function") == [("Räddningstjänst", 1), ("Fastighet", 1)]
    assert told("kind") == [("Brandlarm", 1), ("Driftlarm", 1)]
    assert told("hour") == [("00–01", 1), ("23–00", 1)]
    assert told("municipality") == [("Storköping", 2)]


def test_hours_and_days_are_the_wall_clocks_when_clocks_change(storkoping: Any) -> None:
    """The night to 29 March 2026 has no 02–03; a day's period is 23 h then."""
    item(storkoping, 1, at=datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC))  # the 28th, 23.59
    item(storkoping, 2, at=datetime(2026, 3, 28, 23, 0, tzinfo=UTC))  # the 29th, 00.00
    item(storkoping, 3, at=datetime(2026, 3, 29, 1, 0, tzinfo=UTC))  # 03.00 summer time
    item(storkoping, 4, at=datetime(2026, 3, 29, 22, 0, tzinfo=UTC))  # the 30th, 00.00
    found = counted([storkoping], period=Period(date(2026, 3, 29), date(2026, 3, 29)))
    assert [(one.name, one.n) for one in found.of(Measure.ANSWER, "hour")] == [("00–01", 1), ("03–04", 1)]


def test_a_functions_own_goal_counts_before_the_general(storkoping: Any) -> None:
    with in_municipality(storkoping):
        for function, seconds in (("", 30), ("rescue", 5)):
            Goal.objects.create(
                measure="answer",
                function=function,
                seconds=seconds,
                share=90,
                changed_at=NOW,
                changed_by_name="A",
            )
    item(storkoping, 20)
    item(storkoping, 20, function="rescue", kind="fire")
    assert {one.key: one.met for one in counted([storkoping]).of(Measure.ANSWER, "function")} == {
        "property": 1,
        "rescue": 0,
    }


def test_nobodys_cases_are_in_anothers_figures(storkoping: Any, lillby: Any) -> None:
    item(storkoping, 10)
    item(lillby, 50)
    run(item(lillby, 50), "taken", 60, 90)
    mine = counted([storkoping])
    assert whole(mine).seconds[0] == 10.0
    assert mine.counts["real"] == 1
    assert whole(mine, Measure.ACCEPT).n == 0
    assert [one.name for one in mine.of(Measure.ANSWER, "municipality")] == ["Storköping"]
    assert set(mine.goals) == {storkoping.pk}
    everybodys = counted()
    assert [(one.name, one.n) for one in everybodys.of(Measure.ANSWER, "municipality")] == [
        ("Lillby", 2),
        ("Storköping", 1),
    ]
    assert counted([]).counts["real"] == 0


def test_a_function_one_may_not_see_is_in_none_of_the_figures(storkoping: Any) -> None:
    item(storkoping, 10)
    item(storkoping, 50, function="social_jour", kind="social")
    found = counted([storkoping], functions=OPEN)
    assert found.counts["real"] == 1
    assert [one.key for one in found.of(Measure.ANSWER, "function")] == ["property"]
