"""A second person says yes before anything counts; the database holds it too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from alarms.stepping.models import ReviewRequest
from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.instructions import queries, reviewing, services
from tenants.instructions import series as all_series
from tenants.instructions.models import ActionInstruction, State
from tenants.instructions.rules import Step

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STEPS = [Step("check", "Kontrollera larmpunkten"), Step("inform", "Meddela TiB", required=False)]


@dataclass(frozen=True)
class Person:
    pk: int
    name: str


LOTTA, ARVID, SVEN = Person(1, "Lotta"), Person(2, "Arvid"), Person(3, "Sven Skiftledare")


@pytest.fixture
def here(storkoping: Any) -> Iterator[Any]:
    with in_municipality(storkoping):
        yield storkoping


@pytest.fixture
def draft(here: Any) -> ActionInstruction:
    row = services.create_draft(series=all_series.general("technical"), actor=ARVID, now=NOW)
    return services.save_draft(instruction_id=row.pk, title="Driftlarm", steps=STEPS, actor=LOTTA, now=NOW)


def sent(draft: ActionInstruction, centre: bool = False, by: Person = LOTTA) -> None:
    reviewing.send(instruction_id=draft.pk, centre=centre, actor=by, now=NOW)


def test_the_second_person_approves_and_then_it_counts(draft: ActionInstruction) -> None:
    sent(draft)
    assert queries.current("technical", at=NOW) is None
    made = reviewing.approve(instruction_id=draft.pk, actor=ARVID, now=NOW)
    assert (made.version, made.approved_by_id, made.approved_by_name) == (1, 2, "Arvid")
    assert queries.current("technical", at=NOW) == made
    verbs = AuditEntry.objects.filter(subject=str(made.pk)).values_list("verb", flat=True)
    assert sorted(verbs) == ["instruction.published", "instruction.sent"]


def test_who_wrote_or_sent_it_never_approves(draft: ActionInstruction) -> None:
    sent(draft, by=ARVID)
    for author in (LOTTA, ARVID):
        with pytest.raises(reviewing.OwnWork):
            reviewing.approve(instruction_id=draft.pk, actor=author, now=NOW)
    assert queries.current("technical", at=NOW) is None


def test_the_database_refuses_an_author_who_approves(draft: ActionInstruction) -> None:
    with pytest.raises(DatabaseError, match="instructions_author_never_approves"), transaction.atomic():
        ActionInstruction.objects.filter(pk=draft.pk).update(
            state=State.APPROVED, version=1, valid_from=NOW, approved_by_name="Lotta", approved_by_id=LOTTA.pk
        )


def test_looking_through_a_draft_without_changing_it_makes_nobody_an_author(draft: ActionInstruction) -> None:
    kept = [Step.of(one) for one in queries.steps(draft.pk)]
    saved = services.save_draft(instruction_id=draft.pk, title="Driftlarm", steps=kept, actor=ARVID, now=NOW)
    assert saved.author_ids == [LOTTA.pk]


def test_nothing_is_written_while_it_is_read(draft: ActionInstruction) -> None:
    sent(draft)
    with pytest.raises(services.NoDraft):
        services.save_draft(instruction_id=draft.pk, title="Annat", steps=STEPS, actor=LOTTA, now=NOW)
    with pytest.raises(services.NoDraft):
        services.discard_draft(instruction_id=draft.pk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE instructions_instructionstep SET text = 'x'")


def test_it_is_sent_back_with_a_comment_or_withdrawn(draft: ActionInstruction) -> None:
    sent(draft)
    with pytest.raises(reviewing.BadComment):
        reviewing.send_back(instruction_id=draft.pk, comment="  ", actor=ARVID, now=NOW)
    back = reviewing.send_back(instruction_id=draft.pk, comment="Vem är TiB?", actor=ARVID, now=NOW)
    assert (back.state, back.comment, back.comment_by_name) == (State.DRAFT, "Vem är TiB?", "Arvid")
    with pytest.raises(reviewing.NotInReview):
        reviewing.approve(instruction_id=draft.pk, actor=ARVID, now=NOW)
    sent(draft)
    draft.refresh_from_db()
    assert draft.comment == ""
    assert reviewing.withdraw(instruction_id=draft.pk, actor=LOTTA, now=NOW).state == State.DRAFT


def test_an_empty_draft_is_not_sent(here: Any) -> None:
    row = services.create_draft(series=all_series.general("fire"), actor=LOTTA, now=NOW)
    with pytest.raises(services.BadSteps) as caught:
        sent(row)
    assert list(caught.value.errors) == ["steps"]


def test_what_is_for_certain_times_says_which(here: Any) -> None:
    series = all_series.made(kind="fire", name="Nätter")
    row = services.create_draft(series=series, actor=LOTTA, now=NOW)
    services.save_draft(instruction_id=row.pk, title="Brand", steps=STEPS, actor=LOTTA, now=NOW)
    with pytest.raises(services.BadSteps) as caught:
        sent(row)
    assert list(caught.value.errors) == ["hours"]


def test_a_version_counts_from_its_time_and_not_before(draft: ActionInstruction) -> None:
    old = services.publish(kind="technical", title="Gammal", steps=STEPS, approved_by_name="Eva", now=NOW)
    sent(draft)
    later = NOW + timedelta(days=3)
    coming = reviewing.approve(instruction_id=draft.pk, actor=ARVID, valid_from=later, now=NOW)
    old.refresh_from_db()
    assert (coming.standing(NOW), old.standing(NOW), old.superseded_at) == ("coming", "valid", later)
    assert queries.current("technical", at=later - timedelta(seconds=1)) == old
    assert queries.current("technical", at=later) == coming
    assert (coming.standing(later), old.standing(later)) == ("valid", "superseded")


@pytest.mark.parametrize("days", [-1, 400])
def test_it_can_not_count_from_the_past_or_from_far_away(draft: ActionInstruction, days: int) -> None:
    sent(draft)
    with pytest.raises(reviewing.BadStart):
        reviewing.approve(
            instruction_id=draft.pk, actor=ARVID, valid_from=NOW + timedelta(days=days), now=NOW
        )


def test_a_newer_version_takes_the_place_of_one_that_was_to_come(draft: ActionInstruction) -> None:
    sent(draft)
    coming = reviewing.approve(
        instruction_id=draft.pk, actor=ARVID, valid_from=NOW + timedelta(days=3), now=NOW
    )
    newer = services.publish(kind="technical", title="Nu", steps=STEPS, approved_by_name="Eva", now=NOW)
    coming.refresh_from_db()
    assert coming.standing(NOW + timedelta(days=9)) == "never"
    assert queries.current("technical", at=NOW + timedelta(days=9)) == newer


def test_a_version_is_ended_with_a_reason_and_nothing_comes_instead(draft: ActionInstruction) -> None:
    made = services.publish(kind="fire", title="Brand", steps=STEPS, approved_by_name="Eva", now=NOW)
    after = NOW + timedelta(hours=1)
    with pytest.raises(reviewing.BadComment):
        reviewing.end(instruction_id=made.pk, comment="", actor=ARVID, now=after)
    ended = reviewing.end(instruction_id=made.pk, comment="Skolan är riven", actor=ARVID, now=after)
    assert (ended.standing(after), ended.end_comment) == ("ended", "Skolan är riven")
    assert queries.current("fire", at=after) is None
    assert queries.current("fire", at=NOW) == made
    with pytest.raises(reviewing.NotValid):
        reviewing.end(instruction_id=made.pk, comment="igen", actor=ARVID, now=after)


def test_the_centre_is_the_second_person_only_where_it_is_asked(draft: ActionInstruction) -> None:
    sent(draft)
    with pytest.raises(reviewing.CentreNotAsked):
        reviewing.approve(instruction_id=draft.pk, actor=SVEN, from_centre=True, now=NOW)
    reviewing.withdraw(instruction_id=draft.pk, actor=LOTTA, now=NOW)
    assert ReviewRequest.objects.count() == 0
    sent(draft, centre=True)
    assert ReviewRequest.objects.filter(settled_at=None).count() == 1
    made = reviewing.approve(instruction_id=draft.pk, actor=SVEN, from_centre=True, now=NOW)
    assert made.approved_by_name == "Sven Skiftledare"
    assert ReviewRequest.objects.filter(settled_at=None).count() == 0


def test_a_request_to_the_centre_ends_when_it_is_withdrawn(draft: ActionInstruction) -> None:
    sent(draft, centre=True)
    reviewing.withdraw(instruction_id=draft.pk, actor=LOTTA, now=NOW)
    sent(draft, centre=True)
    assert ReviewRequest.objects.filter(settled_at=None).count() == 1
    assert ReviewRequest.objects.count() == 2


def test_no_page_makes_a_version_by_itself() -> None:
    """`publish` is for seeds: whatever people meet goes by a second person."""
    root = Path(__file__).resolve().parents[3]
    users = {
        str(path.relative_to(root))
        for folder in ("platform", "tenants", "alarms", "operator_console")
        for path in (root / folder).rglob("*.py")
        if re.search(
            r"instructions\.services import .*publish|instructions\.publish\(|services\.publish\(",
            path.read_text(),
        )
    }
    assert users == {"platform/demo/world.py"}
