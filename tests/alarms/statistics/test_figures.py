"""Figures against a set worked out by hand, what is counted apart, and that a municipality sees its own only."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from alarms.callouts.models import Callout, Run
from alarms.statistics.queries import FEW, Row, figures
from alarms.statistics.showing import clock, period
from alarms.workqueue.models import WorkItem
from central.functions import OPEN
from central.municipalities.context import in_municipality
from tenants.goals import services
from tenants.goals.models import Measure
from tenants.oncall.services import BadEntry
from tests.support.cases import case

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 10, 1, 13, tzinfo=UTC)  # 02:13 in Stockholm
SECOND = timedelta(seconds=1)
SINCE, UNTIL = AT - timedelta(days=1), AT + timedelta(days=1)
HOST = "storkoping.localhost"


def taken(municipality: Any, seconds: float, *, at: datetime = AT, **more: Any) -> WorkItem:
    """A case that somebody took after so many seconds; ``more`` are fields to set."""
    item = case(municipality, more.pop("kind", "technical"), received_at=at)
    WorkItem.objects.filter(pk=item.pk).update(claimed_at=at + seconds * SECOND, **more)
    return item


def called_out(item: WorkItem, *, accept: float | None, arrive: float | None) -> None:
    run = Run.objects.create(
        work_item=item, municipality_id=item.municipality_id, duty="jour", duty_name="Jour", people=1, asks=1,
        state="taken", started_at=AT, ended_at=AT,
    )  # fmt: skip
    Callout.objects.create(
        work_item=item, municipality_id=item.municipality_id, duty="jour", duty_name="Jour", contact_id=1,
        number_hash="x", run=run, state="accepted" if accept is not None else "no_answer", created_at=AT, asked_at=AT,
        answer_due_at=AT, answered_at=None if accept is None else AT + accept * SECOND,
        on_site_at=None if arrive is None else AT + arrive * SECOND,
    )  # fmt: skip


def rows(by: Any = "all", **more: Any) -> dict[str, Row]:
    found = figures(since=SINCE, until=UNTIL, by=by, functions=OPEN, **more)
    return {one.key: one for one in found}


def test_percentiles_and_shares_are_those_worked_out_by_hand(storkoping: Any) -> None:
    for seconds in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100):
        called_out(taken(storkoping, seconds), accept=3 * seconds, arrive=30 * seconds)
    one = rows()[""]
    answer, accept, arrive = (one.times[measure] for measure in Measure)
    assert (answer.n, answer.median) == (10, pytest.approx(55))
    assert (answer.p90, answer.p95, answer.p99) == tuple(pytest.approx(x) for x in (91, 95.5, 99.1))
    assert answer.share == pytest.approx(60), "60 s is within 60 s"
    assert answer.met is False
    assert (accept.median, accept.share, accept.met) == (pytest.approx(165), pytest.approx(100), True)
    assert (arrive.median, arrive.share, arrive.met) == (pytest.approx(1650), pytest.approx(90), True)


def test_the_first_who_took_it_counts_and_who_never_came_does_not(storkoping: Any) -> None:
    for _ in range(FEW):
        item = taken(storkoping, 10)
        called_out(item, accept=None, arrive=None)
        called_out(item, accept=200, arrive=900)
        called_out(item, accept=120, arrive=None)
    one = rows()[""]
    assert (one.cases, one.times[Measure.ACCEPT].n) == (FEW, FEW)
    assert one.times[Measure.ACCEPT].median == pytest.approx(120)
    assert one.times[Measure.ARRIVE].median == pytest.approx(900)


def test_exercises_tests_and_duplicates_are_counted_apart(storkoping: Any) -> None:
    for _ in range(FEW):
        taken(storkoping, 10)
    taken(storkoping, 9_999, exercise=True)
    taken(storkoping, 9_999, outcome="test", state="closed", closed_at=AT)
    taken(storkoping, 9_999, outcome="duplicate", state="closed", closed_at=AT)
    taken(storkoping, 10, outcome="false_alarm", state="closed", closed_at=AT)
    one = rows()[""]
    assert (one.cases, one.apart, one.mistaken) == (FEW + 1, 3, 1)
    assert one.times[Measure.ANSWER].p99 == pytest.approx(10)


def test_of_few_nothing_is_told_but_how_many(storkoping: Any) -> None:
    for _ in range(FEW - 1):
        taken(storkoping, 10)
    times = rows()[""].times[Measure.ANSWER]
    assert (times.n, times.median, times.share, times.met) == (FEW - 1, None, None, None)


def test_groups_are_by_function_kind_municipality_and_hour_on_the_wall(storkoping: Any, lillby: Any) -> None:
    taken(storkoping, 10)
    taken(lillby, 10, kind="fire", function="rescue")
    before, after = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert set(rows("municipality")) == {str(storkoping.pk), str(lillby.pk)}
    assert set(rows("kind")) == {"technical", "fire"}
    assert set(rows("hour")) == {"2"}
    for at in (before, after):
        taken(storkoping, 10, at=at)
    autumn = figures(since=before, until=after + SECOND, by="hour", functions=OPEN)
    assert [(one.key, one.cases) for one in autumn] == [("2", 2)], "02:30 came twice that night"


def test_what_was_never_taken_or_lies_outside_is_not_measured(storkoping: Any) -> None:
    case(storkoping, "technical", received_at=AT)
    taken(storkoping, 10, at=SINCE - SECOND)
    taken(storkoping, 10, at=UNTIL)
    one = rows()[""]
    assert (one.cases, one.times[Measure.ANSWER].n) == (1, 0)


def test_a_municipality_sees_its_own_and_its_own_goals(
    storkoping: Any, lillby: Any, arvid: Any, client_of: Callable[..., Any]
) -> None:
    for seconds in (10, 20, 30, 40, 50):
        taken(storkoping, seconds)
    for _ in range(7):
        taken(lillby, 5_000)
    client = client_of(arvid, HOST)
    ask = f"/portal/statistics/?from={SINCE:%Y-%m-%d}&to={UNTIL:%Y-%m-%d}&by=kind"
    shown = client.get(ask).content.decode()
    assert "median 30 s" in shown
    assert "(5 st)" in shown
    assert "(7 st)" not in shown
    wrong = {f"{one.value}_{what}": "5" for one in Measure for what in ("minutes", "share")} | {
        "answer_minutes": "fort", "arrive_share": "101",
    }  # fmt: skip
    refused = client.post("/portal/statistics/goals/", wrong)
    assert refused.status_code == 422
    assert "Skriv minuter som 5 eller 1,5." in refused.content.decode()
    assert 'value="fort"' in refused.content.decode()
    right = wrong | {"answer_minutes": "0,5", "answer_share": "80", "arrive_share": "80"}
    assert client.post("/portal/statistics/goals/", right).status_code == 302
    assert "mål 80 % inom 30 s" in client.get(ask).content.decode()
    assert "60 %" in client.get(ask).content.decode()
    with in_municipality(lillby):
        assert services.goals() == services.STANDARD


def test_the_files_hold_the_same_figures(storkoping: Any, arvid: Any, client_of: Callable[..., Any]) -> None:
    for seconds in (10, 20, 30, 40, 50):
        taken(storkoping, seconds)
    client = client_of(arvid, HOST)
    ask = f"?from={SINCE:%Y-%m-%d}&to={UNTIL:%Y-%m-%d}&by=kind"
    text = client.get(f"/portal/statistics/statistik.csv{ask}").content.decode("utf-8-sig")
    told = list(csv.reader(io.StringIO(text), delimiter=";"))
    found = dict(zip(told[0], told[1], strict=True))
    assert (found["Grupp"], found["Ärenden"], found["Svar: median (s)"]) == ("Alla", "5", "30,0")
    assert [row[0] for row in told[1:]] == ["Alla", "Driftlarm"]
    book = load_workbook(io.BytesIO(client.get(f"/portal/statistics/statistik.xlsx{ask}").content))
    assert [row[0].value for row in book.active] == ["Grupp", "Alla", "Driftlarm"]
    assert client.get(f"/portal/statistics/statistik.exe{ask}").status_code == 404


def test_a_goal_is_refused_by_field(storkoping: Any, arvid: Any) -> None:
    with in_municipality(storkoping):
        for measure, minutes, share, field in (
            ("answer", "0", "90", "answer_minutes"), ("answer", "1441", "90", "answer_minutes"),
            ("accept", "5", "0", "accept_share"), ("other", "5", "5", "measure"),
        ):  # fmt: skip
            with pytest.raises(BadEntry) as refused:
                services.set_goal(measure=measure, minutes=minutes, share=share, actor=arvid, now=AT)
            assert refused.value.field == field


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "–"), (8.4, "8 s"), (59.6, "1:00"), (125, "2:05"), (3_725, "1:02:05")]
)
def test_times_in_words(seconds: float | None, words: str) -> None:
    assert clock(seconds) == words


def test_a_period_that_cannot_be_read_is_named_and_the_last_month_shown() -> None:
    assert period("2026-13-01", "", AT).errors == {"from": "Skriv dagen som 2026-11-01."}
    assert period("2026-11-09", "2026-11-08", AT).errors == {"to": "Sista dagen ligger före den första."}
    assert period("2024-01-01", "2026-01-01", AT).errors == {"from": "Välj högst ett år."}
    month = period("", "", AT)
    assert ((month.last - month.first).days, month.errors) == (29, {})
