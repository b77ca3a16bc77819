"""Yes and no to a proposal: the linked case, what it holds, who may, and that it happens once."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.db import connection

from alarms.activation import searching, services
from alarms.activation.models import Proposal, State
from alarms.workqueue.errors import BadInput, NotNow, NotYours, Unresolved
from alarms.workqueue.models import WorkItem
from alarms.workqueue.services import claim, close
from tests.support.cases import case, instruction, journal, letter, now
from tests.support.crossing import TEXT, rule
from tests.support.objects import resident

NIL = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def proposal(storkoping: Any, arvid: Any, olga: Any) -> Proposal:
    """Home care, proposed for Olga's fire at Märta's address."""
    resident(storkoping)
    rule(storkoping, arvid)
    return proposal_for(storkoping, olga)


def proposal_for(storkoping: Any, olga: Any, **more: Any) -> Proposal:
    item = case(
        storkoping, "fire", place="Exempelgatan 12 A", call_back="+46701740611", access="Bakvägen", **more
    )
    claim(item_id=item.pk, operator=olga, now=now())
    searching.advance(now(1))
    return Proposal.objects.get(parent=item)


def start(proposal: Proposal, olga: Any) -> WorkItem:
    child = services.start(item_id=proposal.parent_id, operator=olga, proposal_id=proposal.pk, now=now())
    return WorkItem.objects.get(pk=child)


@pytest.mark.django_db
def test_the_linked_case_waits_in_its_own_functions_queue(
    proposal: Proposal, olga: Any, storkoping: Any
) -> None:
    instruction(storkoping, "home_care_visit", [{"text": "Ring nattpatrullen"}])
    child = start(proposal, olga)
    assert (child.kind, child.function, child.priority, child.state) == (
        "home_care_visit",
        "home_care",
        1,
        "unanswered",
    )
    assert (child.parent_id, child.lead_id, child.claimed_by_id) == (proposal.parent_id, None, None)
    told = letter(child)
    assert (told.place, told.access, told.call_back) == ("Exempelgatan 12 A", "Bakvägen", "+46701740611")
    assert told.story.startswith(TEXT)
    assert "Larmtext: Något har hänt" in told.story
    assert "Märta" not in told.story + told.place + told.person
    claim(item_id=child.pk, operator=olga, now=now())
    assert letter(child).instruction_id is not None
    assert letter(proposal.parent).instruction_id is None  # fire has none here: each has its own
    (begun, _) = journal(child)
    assert (begun.verb, begun.by_initials) == ("activated", "OO")
    assert begun.text.startswith(f"Brandlarm i Storköping, ärende {proposal.parent.reference}, ")
    assert {one.verb: one.text for one in journal(proposal.parent)}[
        "crossed"
    ] == f"Hemtjänst, ärende {child.reference}"
    proposal.refresh_from_db()
    assert (proposal.state, proposal.child_id, proposal.answered_by_id) == (State.STARTED, child.pk, olga.pk)
    proposal.parent.refresh_from_db()
    assert proposal.parent.attention == []


@pytest.mark.django_db
def test_twice_is_once(proposal: Proposal, olga: Any) -> None:
    assert start(proposal, olga).pk == start(proposal, olga).pk
    assert WorkItem.objects.filter(parent_id=proposal.parent_id).count() == 1
    assert [one.verb for one in journal(proposal.parent)].count("crossed") == 1


@pytest.mark.django_db
def test_an_exercise_starts_an_exercise(storkoping: Any, arvid: Any, olga: Any) -> None:
    resident(storkoping)
    rule(storkoping, arvid)
    child = start(proposal_for(storkoping, olga, exercise=True), olga)
    assert child.exercise
    assert letter(child).exercise


@pytest.mark.django_db
def test_what_was_started_proposes_nothing_more(storkoping: Any, arvid: Any, olga: Any) -> None:
    resident(storkoping)
    rule(storkoping, arvid)
    rule(storkoping, arvid, kinds=["home_care_visit"], opens="social", looks="always")
    start(proposal_for(storkoping, olga), olga)
    assert searching.advance(now(2)) == 0


@pytest.mark.django_db
def test_no_needs_a_reason_and_is_kept(proposal: Proposal, olga: Any) -> None:
    who = {"item_id": proposal.parent_id, "operator": olga, "proposal_id": proposal.pk, "now": now()}
    with pytest.raises(BadInput) as wrong:
        services.decline(**who, reason="")
    assert wrong.value.field == "reason"
    services.decline(**who, reason="already_there")
    services.decline(**who, reason="already_there")
    proposal.refresh_from_db()
    assert proposal.state == State.DECLINED
    said = [(one.verb, one.text) for one in journal(proposal.parent)]
    assert said.count(("not_crossed", "Hemtjänst (redan på plats eller på väg)")) == 1
    with pytest.raises(NotNow):
        services.start(**who)
    proposal.parent.refresh_from_db()
    assert proposal.parent.attention == []


@pytest.mark.django_db
def test_what_is_started_is_not_declined(proposal: Proposal, olga: Any) -> None:
    start(proposal, olga)
    with pytest.raises(NotNow):
        services.decline(
            item_id=proposal.parent_id, operator=olga, proposal_id=proposal.pk, reason="not_needed", now=now()
        )


@pytest.mark.django_db
def test_only_who_holds_the_case_and_only_its_own_proposals(
    proposal: Proposal, olga: Any, sven: Any, storkoping: Any
) -> None:
    with pytest.raises(NotYours):
        start(proposal, sven)
    other = case(storkoping, "fire", place="Ringvägen 1")
    claim(item_id=other.pk, operator=olga, now=now())
    for identity in (proposal.pk, NIL):
        with pytest.raises(BadInput) as wrong:
            services.start(item_id=other.pk, operator=olga, proposal_id=identity, now=now())
        assert wrong.value.field == "proposal"


@pytest.mark.django_db
def test_the_case_is_not_closed_before_somebody_has_answered(proposal: Proposal, olga: Any) -> None:
    who = {"item_id": proposal.parent_id, "operator": olga, "now": now()}
    with pytest.raises(Unresolved) as left:
        close(**who, outcome="false_alarm")
    assert [(one.code, one.text) for one in left.value.remaining] == [
        ("proposal", "Förslaget att koppla in Hemtjänst är inte besvarat")
    ]
    services.decline(**who, proposal_id=proposal.pk, reason="not_needed")
    assert close(**who, outcome="false_alarm").state == "closed"


def test_two_presses_at_once_start_one_case(committed: None, proposal: Proposal, olga: Any) -> None:
    def press() -> None:
        try:
            start(proposal, olga)
        finally:
            connection.close()

    pressing = [Thread(target=press) for _ in range(8)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert WorkItem.objects.filter(parent_id=proposal.parent_id).count() == 1


def test_two_clocks_look_up_each_case_once(committed: None, storkoping: Any, arvid: Any) -> None:
    resident(storkoping)
    rule(storkoping, arvid)
    items = [case(storkoping, "fire", place="Exempelgatan 12") for _ in range(20)]
    done: list[int] = []

    def tick() -> None:
        try:
            done.append(searching.advance(now(1)))
        finally:
            connection.close()

    clocks = [Thread(target=tick) for _ in range(4)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()
    assert sum(done) == len(items)
    assert sorted(Proposal.objects.values_list("parent_id", flat=True)) == sorted(one.pk for one in items)
    assert {len(journal(one)) for one in items} == {1}
