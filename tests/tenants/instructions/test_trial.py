"""What a draft would have changed in old cases, and that trying it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from central.calendar_days import WEEKDAYS
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile, StepRecord
from tenants.instructions import pinning, queries, services, trial
from tenants.instructions import series as all_series
from tenants.instructions.models import ActionInstruction
from tenants.instructions.rules import Step, coded
from tenants.oncall.schedule import Window

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OLD = coded([
    Step("check", "Kontrollera larmpunkten"),
    Step("ask", "Bor någon i huset?", choices=("Ja", "Nej")),
    Step("inform", "Meddela TiB"),
])  # fmt: skip
NEW = [
    OLD[0],
    OLD[1],
    Step("safe_point", "Öppna trygghetspunkt", code="n1", condition={"answers": {"s2": ["Ja"]}}),
    Step("follow_up", "Ring i morgon", code="n2"),
]


@dataclass(frozen=True)
class Person:
    pk: int = 1
    name: str = "Lotta"


@pytest.mark.parametrize(
    ("answers", "added", "off", "open_"),
    [
        ({"s2": "Ja"}, ["3 Öppna trygghetspunkt", "4 Ring i morgon"], [], []),
        ({"s2": "Nej"}, ["4 Ring i morgon"], ["3 Öppna trygghetspunkt"], []),
        ({}, ["4 Ring i morgon"], [], ["3 Öppna trygghetspunkt"]),
    ],
)
def test_steps_come_and_go_by_what_was_answered(
    answers: dict[str, str], added: list[str], off: list[str], open_: list[str]
) -> None:
    found = trial.compare(OLD, NEW, answers, NOW, asked={})
    assert found.added == added
    assert found.gone == ["3 Meddela TiB"]
    assert [text for text, _ in found.off] == off
    assert [text for text, _ in found.open] == open_
    assert not found.same


def test_a_reworded_question_is_known_by_its_code_and_a_new_one_by_its_words() -> None:
    reworded = Step("ask", "Finns det boende?", choices=("Ja", "Nej"), code="s2")
    again = Step("ask", "bor någon i huset? ", choices=("Ja", "Nej"), code="x")
    for question in (reworded, again):
        hangs = Step("inform", "Ring dem", code="n", condition={"answers": {question.code: ["Ja"]}})
        asked = {"bor någon i huset?": "Nej"}
        found = trial.compare(OLD, [question, hangs], {"s2": "Nej"}, NOW, asked=asked)
        assert [text for text, _ in found.off] == ["2 Ring dem"]


def test_the_same_steps_are_the_same() -> None:
    assert trial.compare(OLD, OLD, {}, NOW, asked={}).same


@pytest.fixture
def here(storkoping: Any) -> Iterator[Any]:
    with in_municipality(storkoping):
        yield storkoping


def worked(nth: int, at: datetime, answer: str = "Ja") -> CaseFile:
    case = CaseFile.objects.create(
        reference=f"26-{nth:06d}", kind="technical", function="property", priority=2, received_at=at,
        closed_at=at + timedelta(hours=1) if nth % 2 else None,
    )  # fmt: skip
    pinning.pin(case_id=case.pk, kind="technical", transmitter_id=None, now=at)
    StepRecord.objects.create(case=case, position=2, state="done", outcome=answer, at=at)
    return case


def draft_of(steps: list[Step], **more: Any) -> ActionInstruction:
    series = all_series.made(kind="technical", **more)
    row = services.create_draft(series=series, actor=Person(), now=NOW)
    return services.save_draft(instruction_id=row.pk, title="Ny", steps=steps, actor=Person(), now=NOW)


def test_the_ten_latest_are_tried_the_newest_first_and_nothing_is_written(here: Any) -> None:
    services.publish(
        kind="technical", title="Driftlarm", steps=OLD, approved_by_name="Eva", now=NOW - timedelta(days=9)
    )
    for nth in range(12):
        worked(nth, NOW - timedelta(hours=nth), "Ja" if nth < 3 else "Nej")
    draft = draft_of(NEW)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = trial.run(draft, NOW)
    assert {one["sql"].split()[0] for one in asked.captured_queries} <= {"SELECT", "SET"}
    assert [one.reference for one in found] == [f"26-{nth:06d}" for nth in range(10)]
    assert {one.pinned for one in found} == {"Driftlarm, version 1"}
    assert [one.closed for one in found[:2]] == [False, True]
    assert [len(one.outcome.added) for one in found] == [2, 2, 2, *[1] * 7]


def test_a_draft_for_nights_says_where_it_would_not_have_been_used(here: Any) -> None:
    services.publish(
        kind="technical", title="Driftlarm", steps=OLD, approved_by_name="Eva", now=NOW - timedelta(days=9)
    )
    worked(1, NOW)
    worked(2, NOW + timedelta(hours=11))
    nights = Window(frozenset(WEEKDAYS), time(22), time(6))
    series = all_series.made(kind="technical", name="Natt")
    row = services.create_draft(series=series, actor=Person(), now=NOW)
    draft = services.save_draft(
        instruction_id=row.pk, title="Natt", steps=NEW, hours=[nights], actor=Person(), now=NOW
    )
    by_night, by_day = trial.run(draft, NOW)
    assert by_night.outcome.chosen
    assert (by_day.outcome.chosen, by_day.outcome.instead) == (False, "Driftlarm, version 1")


def test_a_draft_for_another_site_would_not_have_been_used(here: Any) -> None:
    worked(1, NOW)
    (only,) = trial.run(draft_of(NEW, site_id=uuid4()), NOW)
    assert (only.outcome.chosen, only.outcome.instead, only.pinned) == (False, "", "")
    assert queries.current("technical", at=NOW) is None
