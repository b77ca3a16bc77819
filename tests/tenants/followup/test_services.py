"""Comments lead from open to done; improvements belong to somebody, a day and a version; goals are the municipality's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from alarms.workqueue import services as queue
from alarms.workqueue.models import WorkItem
from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile, JournalEntry
from tenants.followup import queries, services
from tenants.followup.figures import STANDARD, Goal
from tenants.followup.models import Improvement
from tenants.followup.services import BadEntry, ChangedMeanwhile, NotClosed
from tenants.instructions import services as instructions
from tenants.instructions.rules import Step

NOW = datetime(2026, 3, 14, 2, 11, tzinfo=UTC)
PROPERTY = ["property"]


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def closed(storkoping: Any, olga: Any) -> WorkItem:
    item = queue.create_by_hand(
        operator=olga,
        municipality_id=storkoping.pk,
        kind="technical",
        place="Provgatan 7",
        text="Vatten",
        now=NOW,
    )
    return queue.close(item_id=item.pk, operator=olga, outcome="fixed_on_site", now=later(5))


@pytest.fixture
def here(storkoping: Any) -> Iterator[None]:
    with in_municipality(storkoping):
        yield


def say(item: Any, maja: Any, text: str = "Ventilen byts", *, done: bool = False, key: str = "") -> CaseFile:
    return services.comment(case_id=item.pk, text=text, done=done, key=key, by=maja, now=later(60))


def verbs(item: Any) -> list[str]:
    rows = JournalEntry.objects.filter(case_id=item.pk).order_by("at", "id")
    return list(rows.values_list("verb", flat=True))


def test_a_closed_case_is_open_then_commented_then_done(here: None, closed: WorkItem, maja: Any) -> None:
    assert CaseFile.objects.get(pk=closed.pk).followup == "open"
    say(closed, maja)
    assert queries.counts(PROPERTY) == {"open": 0, "commented": 1, "done": 0}
    say(closed, maja, "Bytt", done=True)
    assert queries.counts(PROPERTY) == {"open": 0, "commented": 0, "done": 1}
    assert [one.text for one in queries.comments(closed.pk)] == ["Ventilen byts", "Bytt"]
    audited = AuditEntry.objects.filter(subject=str(closed.pk), verb__startswith="case.followup").order_by(
        "verb"
    )
    assert [(one.verb, one.actor_id) for one in audited] == [
        ("case.followup_commented", maja.pk), ("case.followup_done", maja.pk),
    ]  # fmt: skip


def test_the_same_comment_sent_twice_is_once(here: None, closed: WorkItem, maja: Any) -> None:
    say(closed, maja, key="abc")
    say(closed, maja, key="abc")
    assert verbs(closed).count("followup_commented") == 1
    say(closed, maja, key="abd")
    assert verbs(closed).count("followup_commented") == 2


def test_a_case_that_goes_on_has_no_follow_up(here: None, storkoping: Any, olga: Any, maja: Any) -> None:
    item = queue.create_by_hand(
        operator=olga, municipality_id=storkoping.pk, kind="technical", place="", text="Vatten", now=NOW
    )
    with pytest.raises(NotClosed):
        say(item, maja)
    assert "followup_commented" not in verbs(item)


def test_a_case_that_is_opened_again_is_followed_up_again(
    here: None, closed: WorkItem, olga: Any, maja: Any
) -> None:
    say(closed, maja, done=True)
    queue.reopen(item_id=closed.pk, operator=olga, reason="Vattnet kom tillbaka", now=later(90))
    queue.close(item_id=closed.pk, operator=olga, outcome="fixed_on_site", now=later(95))
    assert CaseFile.objects.get(pk=closed.pk).followup == "open"


@pytest.mark.parametrize("text", ["", "  \n", "å" * 4_001])
def test_an_unusable_comment_is_refused_by_its_field(
    here: None, closed: WorkItem, maja: Any, text: str
) -> None:
    with pytest.raises(BadEntry) as refused:
        say(closed, maja, text)
    assert refused.value.field == "text"
    assert CaseFile.objects.get(pk=closed.pk).followup == "open"


TYPED = {
    "title": "Ventilen märks upp", "detail": "", "done_when": "Skylten sitter", "function": "property",
    "due_on": "2026-04-01", "state": "planned",
}  # fmt: skip


def save(maja: Any, key: Any, version: int = 0, about: Any = None, **said: str) -> Improvement:
    return services.save_improvement(
        improvement_id=key, version=version, typed={**TYPED, "owner": str(maja.pk), **said},
        owners={maja.pk: maja.name}, functions_of=PROPERTY, by=maja, now=later(70), **(about or {}),
    )  # fmt: skip


def test_an_improvement_belongs_to_the_version_that_the_case_was_worked_by(
    here: None, closed: WorkItem, maja: Any
) -> None:
    def publish(at: datetime) -> Any:
        return instructions.publish(
            kind="technical",
            title="Driftlarm",
            steps=[Step("check", "Se efter")],
            approved_by_name="Eva",
            now=at,
        )

    first = publish(NOW)
    one = save(maja, uuid4(), about={"case_id": closed.pk, "instruction_id": first.pk})
    publish(later(80))
    kept = queries.improvements(PROPERTY).get()
    assert (kept.pk, kept.case_id, kept.owner_name) == (one.pk, closed.pk, "Maja Handläggare")
    assert kept.instruction is not None
    assert kept.instruction.version == 1


def test_saved_twice_it_is_one_and_what_others_changed_is_not_overwritten(here: None, maja: Any) -> None:
    key = uuid4()
    save(maja, key)
    save(maja, key)
    assert Improvement.objects.count() == 1
    assert AuditEntry.objects.filter(verb="improvement.created").count() == 1
    save(maja, key, 1, state="under_way")
    with pytest.raises(ChangedMeanwhile):
        save(maja, key, 1, title="Något annat")
    assert Improvement.objects.get().title == "Ventilen märks upp"


def test_done_has_its_time_and_its_person_until_it_is_taken_up_again(here: None, maja: Any) -> None:
    key = uuid4()
    save(maja, key)
    one = save(maja, key, 1, state="done")
    assert (one.done_at, one.done_by_name) == (later(70), "Maja Handläggare")
    one = save(maja, key, 2, state="under_way")
    assert (one.done_at, one.done_by_name) == (None, "")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("title", ""), ("done_when", ""), ("owner", "999999"), ("owner", ""), ("function", "rescue"),
        ("due_on", "1 april"), ("due_on", "2026-02-30"), ("due_on", "0001-01-01"), ("state", "klart"),
        ("title", "x" * 161),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_its_field(here: None, maja: Any, field: str, said: str) -> None:
    with pytest.raises(BadEntry) as refused:
        save(maja, uuid4(), 0, None, **{field: said})
    assert refused.value.field == field
    assert Improvement.objects.count() == 0


def test_the_list_is_by_state_owner_and_day(here: None, maja: Any) -> None:
    for due, state in (("2026-03-01", "planned"), ("2026-05-01", "under_way"), ("2026-02-01", "done")):
        save(maja, uuid4(), due_on=due, state=state)
    assert queries.improvements(PROPERTY, state="open").count() == 2
    assert queries.improvements(PROPERTY, state="done").count() == 1
    assert queries.improvements(PROPERTY, late=date(2026, 3, 14)).count() == 1
    assert queries.improvements(PROPERTY, owner_id=maja.pk + 1).count() == 0
    assert queries.improvements(["rescue"]).count() == 0


def test_the_neighbour_has_none_of_it(closed: WorkItem, storkoping: Any, lillby: Any, maja: Any) -> None:
    with in_municipality(storkoping):
        save(maja, uuid4())
        say(closed, maja)
        services.save_goal(measure="answer", function="", seconds=30, share=95, by=maja, now=NOW)
        assert queries.goals()[0] == Goal("answer", "", 30, 95)
    with in_municipality(lillby):
        assert (Improvement.objects.count(), JournalEntry.objects.count()) == (0, 0)
        assert queries.goals() == STANDARD


def test_a_goal_taken_away_leaves_the_standard(here: None, arvid: Any) -> None:
    services.save_goal(measure="answer", function="", seconds=30, share=95, by=arvid, now=NOW)
    services.save_goal(measure="answer", function="", seconds=40, share=95, by=arvid, now=NOW)
    assert [one.seconds for one in queries.goals() if one.measure == "answer"] == [40]
    services.remove_goal(measure="answer", function="", by=arvid, now=NOW)
    services.remove_goal(measure="answer", function="", by=arvid, now=NOW)
    assert queries.goals() == STANDARD
    assert AuditEntry.objects.filter(verb="goal.removed").count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("measure", ("sova", "", 60, 90)), ("function", ("answer", "sova", 60, 90)),
        ("seconds", ("answer", "", 0, 90)), ("share", ("answer", "", 60, 101)),
    ],
)  # fmt: skip
def test_an_impossible_goal_is_refused(here: None, arvid: Any, field: str, values: tuple[Any, ...]) -> None:
    measure, function, seconds, share = values
    with pytest.raises(BadEntry) as refused:
        services.save_goal(
            measure=measure, function=function, seconds=seconds, share=share, by=arvid, now=NOW
        )
    assert refused.value.field == field
