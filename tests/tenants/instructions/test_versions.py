"""Publishing makes a version that never changes again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from central.municipalities.context import in_municipality
from tenants.instructions import queries, services
from tenants.instructions.models import ActionInstruction, InstructionStep, State
from tenants.instructions.rules import Step, differences, problems

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STEPS = [
    Step("check", "Kontrollera larmpunkten"),
    Step("call_out", "Kalla ut fastighetsjouren", duty="property", answer_within=300),
    Step("ask", "Bor någon i huset?", choices=("Ja", "Nej")),
]


@pytest.fixture
def here(storkoping: Any) -> Iterator[Any]:
    with in_municipality(storkoping):
        yield storkoping


def published(**changed: Any) -> ActionInstruction:
    form: dict[str, Any] = {"kind": "technical", "title": "Driftlarm", "steps": STEPS}
    return services.publish(**(form | changed), approved_by_name="Eva Lans", now=NOW)


def test_publishing_makes_numbered_versions_and_supersedes_the_old(here: Any) -> None:
    first, second = published(), published(title="Driftlarm, ny")
    first.refresh_from_db()
    assert (first.version, first.state) == (1, State.SUPERSEDED)
    assert (second.version, second.state, second.approved_by_name) == (2, State.VALID, "Eva Lans")
    assert queries.current("technical") == second
    assert [step.position for step in queries.steps(first.pk)] == [1, 2, 3]
    assert queries.version_before(second) == first


def test_a_kind_without_instruction_has_none(here: Any) -> None:
    assert queries.current("fire") is None
    assert {line.kind for line in queries.register() if line.valid} == set()


def test_a_draft_starts_from_the_valid_version_and_replaces_it(here: Any) -> None:
    old = published()
    draft = services.create_draft(kind="technical", by_name="Arvid", now=NOW)
    assert [Step.of(step) for step in draft.steps.all()] == STEPS
    assert services.create_draft(kind="technical", by_name="Annan", now=NOW).pk == draft.pk
    services.save_draft(instruction_id=draft.pk, title="Driftlarm", steps=STEPS[:2], by_name="Arvid", now=NOW)
    new = services.publish_draft(instruction_id=draft.pk, approved_by_name="Arvid", now=NOW)
    assert (new.version, new.steps.count()) == (2, 2)
    assert queries.steps(old.pk)[2].text == "Bor någon i huset?"
    with pytest.raises(services.NoDraft):
        services.publish_draft(instruction_id=draft.pk, approved_by_name="Arvid", now=NOW)


def test_publishing_beside_a_draft_leaves_the_draft(here: Any) -> None:
    draft = services.create_draft(kind="technical", by_name="Arvid", now=NOW)
    services.save_draft(instruction_id=draft.pk, title="Mitt", steps=STEPS[:1], by_name="Arvid", now=NOW)
    published()
    kept = queries.draft("technical")
    assert kept is not None
    assert (kept.pk, kept.title, kept.steps.count()) == (draft.pk, "Mitt", 1)


def test_a_draft_saved_by_somebody_else_meanwhile_is_not_overwritten(here: Any) -> None:
    draft = services.create_draft(kind="fire", by_name="Arvid", now=NOW)
    later = NOW + timedelta(minutes=1)
    services.save_draft(instruction_id=draft.pk, title="A", steps=STEPS, by_name="B", now=later)
    with pytest.raises(services.DraftChanged):
        services.save_draft(
            instruction_id=draft.pk, title="C", steps=STEPS, by_name="Arvid", now=later, read_at=NOW
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE instructions_actioninstruction SET title = 'x'",
        "UPDATE instructions_actioninstruction SET state = 'draft', version = NULL",
        "DELETE FROM instructions_instructionstep",
        "UPDATE instructions_instructionstep SET text = 'x'",
        "INSERT INTO instructions_instructionstep (instruction_id, position, type, text, required, duty, choices)"
        " SELECT id, 9, 'check', 'x', true, '', '{}' FROM instructions_actioninstruction",
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
        assert sorted(row.version or 0 for row in queries.versions("technical")) == [1, 2, 3, 4]
        assert ActionInstruction.objects.filter(state=State.VALID).count() == 1


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
