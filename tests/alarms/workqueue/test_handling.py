"""Working a case: steps, notes, rest, priority, links, undo and closing, each with its refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alarms.workqueue import services, timing
from alarms.workqueue.errors import BadInput, NothingToUndo, NotNow, NotYours, Unresolved
from alarms.workqueue.models import State, WorkItem
from tests.support.cases import case, instruction, journal, letter, now


@pytest.fixture
def item(storkoping: Any, olga: Any) -> WorkItem:
    instruction(
        storkoping,
        "technical",
        [{"text": "Ring platsen"}, {"text": "Läget", "type": "ask", "choices": ("Lugnt", "Brand")},
         {"text": "Följ upp", "required": False}],
    )  # fmt: skip
    return services.claim(item_id=case(storkoping).pk, operator=olga, now=now())


def tick(item: WorkItem, operator: Any, position: int, outcome: str = "") -> WorkItem:
    return services.tick_step(
        item_id=item.pk, operator=operator, position=position, outcome=outcome, now=now()
    )


def close(item: WorkItem, operator: Any, outcome: str = "fixed_on_site") -> WorkItem:
    return services.close(item_id=item.pk, operator=operator, outcome=outcome, now=now())


def verbs(item: WorkItem) -> list[str]:
    return [entry.verb for entry in journal(item)]


def test_closing_is_refused_with_what_remains(item: WorkItem, olga: Any) -> None:
    with pytest.raises(Unresolved) as refused:
        close(item, olga)
    assert [one.anchor for one in refused.value.remaining] == ["step-1", "step-2"]
    tick(item, olga, 1)
    services.skip_step(item_id=item.pk, operator=olga, position=2, reason="not_needed", now=now())
    closed = close(item, olga)
    assert (closed.state, closed.outcome, letter(item).state) == (State.CLOSED, "fixed_on_site", "closed")
    assert verbs(item) == ["claimed", "step_done", "step_skipped", "closed"]


def test_closing_twice_with_the_same_outcome_is_closing_once(storkoping: Any, olga: Any) -> None:
    item = services.claim(item_id=case(storkoping, "camera").pk, operator=olga, now=now())
    assert close(item, olga).version == close(item, olga).version
    assert verbs(item).count("closed") == 1


def test_an_outcome_outside_the_list_is_refused(item: WorkItem, olga: Any) -> None:
    with pytest.raises(BadInput) as refused:
        close(item, olga, "klart")
    assert refused.value.field == "outcome"


def test_a_step_ticked_twice_is_ticked_once(item: WorkItem, olga: Any) -> None:
    tick(item, olga, 1)
    tick(item, olga, 1)
    assert verbs(item).count("step_done") == 1


def test_a_step_that_does_not_exist_or_an_answer_not_listed_is_refused(item: WorkItem, olga: Any) -> None:
    for position, outcome, field in ((9, "", "position"), (2, "Kanske", "outcome")):
        with pytest.raises(BadInput) as refused:
            tick(item, olga, position, outcome)
        assert refused.value.field == field
    with pytest.raises(BadInput):
        services.skip_step(item_id=item.pk, operator=olga, position=1, reason="orkar inte", now=now())


def test_only_the_holder_ticks_but_a_colleague_may_note(item: WorkItem, sven: Any) -> None:
    with pytest.raises(NotYours):
        tick(item, sven, 1)
    services.note(item_id=item.pk, operator=sven, text="Jag såg bilen", now=now())
    assert journal(item)[-1].by_initials == "SS"
    assert WorkItem.objects.get(pk=item.pk).touched_at == item.touched_at


def test_a_pinned_instruction_stays_when_a_new_version_is_published(
    item: WorkItem, storkoping: Any, olga: Any
) -> None:
    before = letter(item).instruction_id
    instruction(storkoping, "technical", [{"text": "Något helt annat"}])
    tick(item, olga, 1)
    assert letter(item).instruction_id == before
    assert "Ring platsen" in journal(item)[-1].text


def test_a_note_has_a_length(item: WorkItem, olga: Any) -> None:
    services.note(item_id=item.pk, operator=olga, text="x" * 4_000, now=now())
    for text in ("", "   ", "x" * 4_001):
        with pytest.raises(BadInput) as refused:
            services.note(item_id=item.pk, operator=olga, text=text, now=now())
        assert refused.value.field == "text"


def test_a_parked_case_wakes_as_its_owners(item: WorkItem, olga: Any) -> None:
    until = now(600)
    services.park(item_id=item.pk, operator=olga, until=until, now=now())
    assert timing.wake(until - timedelta(seconds=1)) == 0
    assert timing.wake(until) == 1
    assert timing.wake(until) == 0
    woken = WorkItem.objects.get(pk=item.pk)
    assert (woken.state, woken.claimed_by_id, woken.parked_until) == (State.HELD, olga.pk, None)
    assert verbs(item)[-1] == "woke"


def test_the_owner_wakes_a_parked_case_by_taking_it(item: WorkItem, olga: Any, sven: Any) -> None:
    services.park(item_id=item.pk, operator=olga, until=now(600), now=now())
    assert services.claim(item_id=item.pk, operator=olga, now=now()).state == State.HELD


def test_parking_has_limits(item: WorkItem, olga: Any) -> None:
    for until in (now(-1), now(7 * 86_400 + 60)):
        with pytest.raises(BadInput) as refused:
            services.park(item_id=item.pk, operator=olga, until=until, now=now())
        assert refused.value.field == "until"


def test_a_life_critical_case_cannot_be_parked(storkoping: Any, olga: Any) -> None:
    item = services.claim(item_id=case(storkoping, "fire").pk, operator=olga, now=now())
    with pytest.raises(NotNow, match="livsfara"):
        services.park(item_id=item.pk, operator=olga, until=now(600), now=now())


def test_priority_changes_with_a_reason_and_the_letter_follows(item: WorkItem, olga: Any) -> None:
    services.change_priority(item_id=item.pk, operator=olga, priority=1, reason="danger", now=now())
    assert letter(item).priority == 1
    assert journal(item)[-1].text == "Brådskande → Livsfara: Fara för liv"
    for priority, reason, field in ((5, "danger", "priority"), (2, "för att", "reason")):
        with pytest.raises(BadInput) as refused:
            services.change_priority(
                item_id=item.pk, operator=olga, priority=priority, reason=reason, now=now()
            )
        assert refused.value.field == field


def test_linking_stands_in_both_journals(item: WorkItem, lillby: Any, olga: Any) -> None:
    lead = case(lillby)
    services.link(item_id=item.pk, operator=olga, lead_id=lead.pk, now=now())
    assert journal(item)[-1].text == f"Hör ihop med {lead.reference}"
    assert journal(lead)[-1].text == f"{item.reference} hör ihop med detta"


def test_a_chain_of_links_ends_at_its_lead_and_no_case_leads_itself(
    item: WorkItem, storkoping: Any, olga: Any
) -> None:
    middle = services.claim(item_id=case(storkoping).pk, operator=olga, now=now())
    lead = case(storkoping)
    with pytest.raises(BadInput):
        services.link(item_id=item.pk, operator=olga, lead_id=item.pk, now=now())
    services.link(item_id=middle.pk, operator=olga, lead_id=lead.pk, now=now())
    assert services.link(item_id=item.pk, operator=olga, lead_id=middle.pk, now=now()).lead_id == lead.pk


def test_a_closed_case_reopens_as_mine(storkoping: Any, olga: Any, sven: Any) -> None:
    item = services.claim(item_id=case(storkoping, "camera").pk, operator=olga, now=now())
    with pytest.raises(NotNow):
        services.reopen(item_id=item.pk, operator=sven, now=now())
    close(item, olga)
    opened = services.reopen(item_id=item.pk, operator=sven, reason="Larmar igen", now=now())
    assert (opened.state, opened.claimed_by, opened.closed_at, opened.outcome) == (State.HELD, sven, None, "")
    assert letter(item).state == "held"


@pytest.mark.parametrize("act", ["claim", "park", "step"])
def test_ones_last_act_is_undone_within_ten_seconds(act: str, item: WorkItem, olga: Any, sven: Any) -> None:
    at = now()
    if act == "park":
        services.park(item_id=item.pk, operator=olga, until=now(600), now=at)
    if act == "step":
        services.tick_step(item_id=item.pk, operator=olga, position=1, now=at)
    services.undo(item_id=item.pk, operator=olga, now=at + timedelta(seconds=5))
    undone = WorkItem.objects.get(pk=item.pk)
    assert undone.state == (State.UNANSWERED if act == "claim" else State.HELD)
    assert verbs(item)[-1] == "undone"
    with pytest.raises((NothingToUndo, NotYours)):
        services.undo(item_id=item.pk, operator=olga, now=at + timedelta(seconds=6))


def test_nothing_is_undone_after_ten_seconds_or_by_somebody_else(
    item: WorkItem, olga: Any, sven: Any
) -> None:
    with pytest.raises(NothingToUndo):
        services.undo(item_id=item.pk, operator=olga, now=now(11))
    with pytest.raises(NotYours):
        services.undo(item_id=item.pk, operator=sven, now=now())


def test_a_note_is_not_undone(item: WorkItem, olga: Any) -> None:
    services.note(item_id=item.pk, operator=olga, text="Skrivet är skrivet", now=now())
    with pytest.raises(NothingToUndo):
        services.undo(item_id=item.pk, operator=olga, now=now())
