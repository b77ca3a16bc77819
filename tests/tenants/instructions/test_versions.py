"""Publishing makes a version that never changes again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from central.municipalities.context import in_municipality
from tenants.instructions import queries, services
from tenants.instructions import series as all_series
from tenants.instructions.models import ActionInstruction, InstructionStep, State
from tenants.instructions.rules import Step, as_steps, coded, differences, problems

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Person:
    pk: int
    name: str


ARVID, BIRGIT = Person(1, "Arvid"), Person(2, "Birgit")
STEPS = [
    Step("check", "Kontrollera larmpunkten"),
    Step("call_out", "Kalla ut fastighetsjouren", duty="property", answer_within=300),
    Step("ask", "Bor någon i huset?", choices=("Ja", "Nej")),
]
CODED = coded(STEPS)


@pytest.fixture
def here(storkoping: Any) -> Iterator[Any]:
    with in_municipality(storkoping):
        yield storkoping


def published(**changed: Any) -> ActionInstruction:
    form: dict[str, Any] = {"kind": "technical", "title": "Driftlarm", "steps": STEPS, "now": NOW}
    return services.publish(**(form | changed), approved_by_name="Eva Lans")


def drafted(kind: str = "technical", by: Person = ARVID) -> ActionInstruction:
    return services.create_draft(series=all_series.general(kind), actor=by, now=NOW)


def open_draft(kind: str = "technical") -> ActionInstruction | None:
    return queries.draft(all_series.general(kind))


def test_publishing_makes_numbered_versions_and_supersedes_the_old(here: Any) -> None:
    first, second = published(), published(title="Driftlarm, ny", now=LATER)
    first.refresh_from_db()
    assert (first.version, first.superseded_at, first.standing(LATER)) == (1, LATER, "superseded")
    assert (second.version, second.standing(LATER), second.approved_by_name) == (2, "valid", "Eva Lans")
    assert queries.current("technical") == second
    assert queries.current("technical", at=NOW) == first
    assert [step.position for step in queries.steps(first.pk)] == [1, 2, 3]
    assert queries.version_before(second) == first


def test_a_kind_without_instruction_has_none(here: Any) -> None:
    assert queries.current("fire") is None
    assert {line.kind for line in queries.register() if line.valid} == set()


def test_a_draft_starts_from_the_valid_version_with_the_same_codes(here: Any) -> None:
    published()
    draft = drafted()
    assert [Step.of(step) for step in draft.steps.all()] == CODED
    assert drafted(by=BIRGIT).pk == draft.pk
    assert draft.author_ids == []
    saved = services.save_draft(
        instruction_id=draft.pk, title="Driftlarm", steps=CODED[:2], actor=ARVID, now=NOW
    )
    assert (saved.steps.count(), saved.author_ids) == (2, [ARVID.pk])


def test_publishing_beside_a_draft_leaves_the_draft(here: Any) -> None:
    draft = drafted()
    services.save_draft(instruction_id=draft.pk, title="Mitt", steps=STEPS[:1], actor=ARVID, now=NOW)
    published()
    kept = open_draft()
    assert kept is not None
    assert (kept.pk, kept.title, kept.steps.count()) == (draft.pk, "Mitt", 1)
    assert [line.key for line in queries.register() if line.kind == "technical"] == ["technical"]


def test_a_draft_saved_by_somebody_else_meanwhile_is_not_overwritten(here: Any) -> None:
    draft = drafted("fire")
    services.save_draft(instruction_id=draft.pk, title="A", steps=STEPS, actor=BIRGIT, now=LATER)
    with pytest.raises(services.DraftChanged):
        services.save_draft(
            instruction_id=draft.pk, title="C", steps=STEPS, actor=ARVID, now=LATER, read_at=NOW
        )


def test_a_step_keeps_its_code_when_it_is_moved(here: Any) -> None:
    draft = drafted("fire")
    services.save_draft(instruction_id=draft.pk, title="A", steps=CODED, actor=ARVID, now=NOW)
    services.save_draft(instruction_id=draft.pk, title="A", steps=[CODED[2], CODED[0]], actor=ARVID, now=NOW)
    assert [(step.position, step.code) for step in queries.steps(draft.pk)] == [(1, "s3"), (2, "s1")]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE instructions_actioninstruction SET title = 'x'",
        "UPDATE instructions_actioninstruction SET state = 'draft', version = NULL",
        "UPDATE instructions_actioninstruction SET valid_from = now()",
        "UPDATE instructions_actioninstruction SET hours = '[1]'",
        "UPDATE instructions_actioninstruction SET author_ids = '{9}'",
        "DELETE FROM instructions_instructionstep",
        "UPDATE instructions_instructionstep SET text = 'x'",
        "INSERT INTO instructions_instructionstep (instruction_id, position, code, type, text, required, duty,"
        " message, choices, condition, on_late, late_duty)"
        " SELECT id, 9, 'z', 'check', 'x', true, '', '', '{}', '{}', '', '' FROM instructions_actioninstruction",
    ],
)
def test_the_database_refuses_changes_to_a_published_version(here: Any, sql: str) -> None:
    published()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_published_version_cannot_be_removed(here: Any) -> None:
    made = published()
    with pytest.raises(DatabaseError), transaction.atomic():
        InstructionStep.objects.filter(instruction=made).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_two_publications_at_once_give_two_versions(committed: None, storkoping: Any) -> None:
    def run() -> None:
        try:
            with in_municipality(storkoping):
                published()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with in_municipality(storkoping):
        rows = queries.versions(all_series.general("technical"))
        assert sorted(row.version or 0 for row in rows) == [1, 2, 3, 4]
        assert ActionInstruction.objects.filter(state=State.APPROVED, superseded_at=None).count() == 1


def test_nothing_is_left_in_lillby(here: Any, lillby: Any) -> None:
    published()
    with in_municipality(lillby):
        assert not ActionInstruction.objects.exists()


@pytest.mark.parametrize(
    ("step", "where"),
    [
        (Step("sing", "Sjung"), "type"),
        (Step("check", " "), "text"),
        (Step("check", "x" * 301), "text"),
        (Step("call_out", "Kalla"), "duty"),
        (Step("ask", "Hur?", choices=("a",) * 10), "choices"),
        (Step("call_out", "Kalla", duty="x", answer_within=5), "answer_within"),
        (Step("team", "Kalla in"), "duty"),
        (Step("team", "Kalla in", duty="x", wanted=0), "wanted"),
        (Step("sms", "Skicka", duty="x"), "message"),
        (Step("wait", "Vänta"), "minutes"),
        (Step("check", "Titta", on_late="remind"), "minutes"),
        (Step("check", "Titta", minutes=5), "on_late"),
        (Step("check", "Titta", minutes=0, on_late="remind"), "minutes"),
        (Step("check", "Titta", minutes=5, on_late="call_out"), "late_duty"),
        (Step("check", "Titta", condition={"answers": {"s9": ["Ja"]}}), "answers"),
    ],
)
def test_what_is_wrong_in_a_step_is_named_by_place(step: Step, where: str) -> None:
    found = problems("Rubrik", [STEPS[0], step])
    assert list(found) == [f"steps-2-{where}"]
    assert found[f"steps-2-{where}"].startswith("Steg 2: ")


def test_publishing_nothing_is_refused(here: Any) -> None:
    with pytest.raises(services.BadSteps) as caught:
        published(steps=[])
    assert list(caught.value.errors) == ["steps"]
    with pytest.raises(services.UnknownKind):
        published(kind="ufo")


def test_differences_show_what_was_added_and_removed() -> None:
    found = differences(STEPS, [STEPS[0], Step("inform", "Meddela TiB"), STEPS[2]])
    assert [line.sign for line in found] == [" ", "-", "+", " "]
    assert "Kalla ut: Kalla ut fastighetsjouren · jour property · svar inom 300 s" in found[1].text


def test_a_condition_names_a_question_before_it_and_an_answer_it_has() -> None:
    asks = Step("ask", "Bor någon där?", choices=("Ja", "Nej"), code="q")
    hangs = Step("inform", "Meddela", condition={"answers": {"q": ["Ja"]}}, code="m")
    assert problems("Rubrik", [asks, hangs]) == {}
    assert list(problems("Rubrik", [hangs, asks])) == ["steps-1-answers"]
    lost = Step("inform", "Meddela", condition={"answers": {"q": ["Kanske"]}}, code="m")
    assert "”Kanske” finns inte längre på steg 1" in problems("Rubrik", [asks, lost])["steps-2-answers"]


def test_steps_from_a_seed_file_may_carry_everything() -> None:
    rows: list[dict[str, Any]] = [
        {"type": "ask", "text": "Rök?", "choices": ["Ja", "Nej"], "code": "rok"},
        {
            "type": "notify",
            "text": "112",
            "condition": {"answers": {"rok": ["Ja"]}},
            "minutes": 2,
            "on_late": "leader",
        },
    ]
    steps = as_steps(rows)
    assert problems("Rubrik", steps, finished=True) == {}
    assert steps[1].words({"rok": 1}) == (
        "Underrätta polis eller räddningstjänst: 112 · bara om svaret på steg 1 är Ja · "
        "inom 2 min, annars får skiftledaren veta · obligatoriskt"
    )
