"""Whose a case is: taken, let go, offered, accepted or declined; a refusal tells by whom."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from alarms.workqueue import services
from alarms.workqueue.errors import (
    AlreadyClaimed,
    AlreadyClosed,
    BadInput,
    NothingWaiting,
    NotNow,
    NotOffered,
    NotYours,
    UnknownItem,
)
from alarms.workqueue.models import State, WorkItem
from tests.support.cases import case, journal, letter, now


def claim(item: WorkItem, operator: Any) -> WorkItem:
    return services.claim(item_id=item.pk, operator=operator, now=now())


def verbs(item: WorkItem) -> list[str]:
    return [entry.verb for entry in journal(item)]


def test_a_claimed_case_is_held_and_its_letter_says_by_whom(storkoping: Any, olga: Any) -> None:
    item = claim(case(storkoping), olga)
    assert (item.state, item.claimed_by) == (State.HELD, olga)
    assert (letter(item).state, letter(item).handler_name) == ("held", "Olga Operatör")
    assert verbs(item) == ["claimed"]


def test_the_second_claim_loses_and_is_told_by_whom(storkoping: Any, olga: Any, sven: Any) -> None:
    item = claim(case(storkoping), olga)
    with pytest.raises(AlreadyClaimed) as refused:
        claim(item, sven)
    assert (refused.value.by_name, refused.value.by_initials) == ("Olga Operatör", "OO")
    assert refused.value.message == "Olga Operatör hann före. Tryck T för nästa."
    assert verbs(item) == ["claimed"]


def test_claiming_ones_own_case_again_changes_nothing(storkoping: Any, olga: Any) -> None:
    first = claim(case(storkoping), olga)
    again = claim(first, olga)
    assert (again.version, again.claimed_at) == (first.version, first.claimed_at)
    assert verbs(first) == ["claimed"]


def test_an_unknown_case_does_not_exist(olga: Any) -> None:
    with pytest.raises(UnknownItem):
        services.claim(item_id=uuid4(), operator=olga, now=now())


def test_a_closed_case_is_refused_with_who_closed_it(storkoping: Any, olga: Any, sven: Any) -> None:
    item = claim(case(storkoping), olga)
    services.close(item_id=item.pk, operator=olga, outcome="no_action", now=now())
    for attempt in (
        lambda: claim(item, sven),
        lambda: services.close(item_id=item.pk, operator=sven, outcome="no_action", now=now()),
        lambda: services.close(item_id=item.pk, operator=olga, outcome="test", now=now()),
    ):
        with pytest.raises(AlreadyClosed, match=r"Olga Operatör avslutade ärendet \d\d:\d\d"):
            attempt()


def test_next_is_the_most_urgent_then_the_one_due_first(storkoping: Any, lillby: Any, olga: Any) -> None:
    case(storkoping, "fault_report")
    older = case(storkoping, "technical", received_at=now(-60))
    newer = case(lillby, "technical")
    fire = case(lillby, "fire")
    exercise = case(storkoping, "fire", received_at=now(-600), exercise=True)
    order = [services.claim_next(operator=olga, now=now()).pk for _ in range(3)]
    assert order == [fire.pk, older.pk, newer.pk]
    assert WorkItem.objects.get(pk=exercise.pk).state == State.UNANSWERED


def test_next_with_an_empty_queue_says_so(olga: Any) -> None:
    with pytest.raises(NothingWaiting, match="Inga obesvarade larm"):
        services.claim_next(operator=olga, now=now())


def test_next_never_gives_what_the_operator_may_not_see(storkoping: Any, olga: Any, sven: Any) -> None:
    item = case(storkoping, "social")
    with pytest.raises(NothingWaiting):
        services.claim_next(operator=olga, now=now())
    assert services.claim_next(operator=sven, now=now()).pk == item.pk


def test_a_released_case_stands_unanswered_again(storkoping: Any, olga: Any, sven: Any) -> None:
    item = claim(case(storkoping), olga)
    services.release(item_id=item.pk, operator=olga, now=now())
    assert letter(item).handler_name == ""
    assert claim(item, sven).claimed_by == sven


def test_only_the_holder_releases(storkoping: Any, olga: Any, sven: Any) -> None:
    item = claim(case(storkoping), olga)
    with pytest.raises(NotYours, match="Olga Operatör har ärendet"):
        services.release(item_id=item.pk, operator=sven, now=now())
    with pytest.raises(NotYours, match="Ingen har tagit ärendet än"):
        services.release(item_id=case(storkoping).pk, operator=sven, now=now())


def hand_over(item: WorkItem, giver: Any, taker: Any, reason: str = "load") -> WorkItem:
    return services.hand_over(item_id=item.pk, operator=giver, to_id=taker.pk, reason=reason, now=now())


def test_an_offered_case_is_mine_until_it_is_accepted(storkoping: Any, olga: Any, sven: Any) -> None:
    item = hand_over(claim(case(storkoping), olga), olga, sven)
    assert (item.claimed_by, item.offered_to, item.offered_by) == (olga, sven, olga)
    taken = services.accept_offer(item_id=item.pk, operator=sven, now=now())
    assert (taken.claimed_by, taken.offered_to, taken.offer_reason) == (sven, None, "")
    assert verbs(item) == ["claimed", "handed_over", "offer_accepted"]
    assert journal(item)[1].text == "Erbjuds Sven Skiftledare: Jag har för mycket"
    assert letter(item).handler_name == "Sven Skiftledare"


def test_accepting_twice_is_accepting_once(storkoping: Any, olga: Any, sven: Any) -> None:
    item = hand_over(claim(case(storkoping), olga), olga, sven)
    services.accept_offer(item_id=item.pk, operator=sven, now=now())
    services.accept_offer(item_id=item.pk, operator=sven, now=now())
    assert verbs(item).count("offer_accepted") == 1


def test_a_declined_offer_leaves_the_case_where_it_was(storkoping: Any, olga: Any, sven: Any) -> None:
    item = hand_over(claim(case(storkoping), olga), olga, sven)
    kept = services.decline_offer(item_id=item.pk, operator=sven, now=now())
    assert (kept.claimed_by, kept.offered_to) == (olga, None)
    with pytest.raises(NotOffered):
        services.accept_offer(item_id=item.pk, operator=sven, now=now())


def test_a_case_that_was_released_meanwhile_is_no_longer_offered(
    storkoping: Any, olga: Any, sven: Any
) -> None:
    item = hand_over(claim(case(storkoping), olga), olga, sven)
    services.release(item_id=item.pk, operator=olga, now=now())
    for answer in (services.accept_offer, services.decline_offer):
        with pytest.raises(NotOffered):
            answer(item_id=item.pk, operator=sven, now=now())


def test_a_colleague_without_the_right_cannot_be_offered(
    storkoping: Any, cast: Any, sven: Any, olga: Any
) -> None:
    item = claim(case(storkoping, "social"), sven)
    for colleague in (olga, cast.maja, cast.arvid, cast.agda, cast.utan, cast.chef, sven):
        with pytest.raises(BadInput) as refused:
            hand_over(item, sven, colleague)
        assert refused.value.field == "to_id"


def test_a_hand_over_needs_a_reason_from_the_list(storkoping: Any, olga: Any, sven: Any) -> None:
    item = claim(case(storkoping), olga)
    with pytest.raises(BadInput) as refused:
        hand_over(item, olga, sven, "därför")
    assert refused.value.field == "reason"


def test_the_leader_offers_a_held_case_but_not_one_nobody_has(storkoping: Any, olga: Any, sven: Any) -> None:
    waiting = case(storkoping)
    with pytest.raises(NotNow):
        services.offer(item_id=waiting.pk, to_id=olga.pk, leader=sven, now=now())
    item = claim(case(storkoping), sven)
    services.offer(item_id=item.pk, to_id=olga.pk, leader=sven, now=now())
    assert services.accept_offer(item_id=item.pk, operator=olga, now=now()).claimed_by == olga
    with pytest.raises(UnknownItem):
        services.offer(item_id=item.pk, to_id=sven.pk, leader=olga, now=now())


def test_held_count_counts_parked_cases_too(storkoping: Any, olga: Any) -> None:
    claim(case(storkoping), olga)
    parked = claim(case(storkoping), olga)
    services.park(item_id=parked.pk, operator=olga, until=now(600), now=now())
    assert services.held_count(olga) == 2


def test_what_was_said_of_a_holder_goes_with_the_holder(storkoping: Any, olga: Any) -> None:
    from alarms.escalation.rules import ABSENT_AFTER
    from alarms.workqueue import timing

    item = claim(case(storkoping, "fire"), olga)
    timing.offer_of_absent(now(90), ABSENT_AFTER)
    timing.prompt_untouched(timing.held(1, now(1)), now(90))
    assert set(WorkItem.objects.get(pk=item.pk).attention) == {"absent", "untouched"}
    timing.return_untouched(timing.held(1, now(1)), now(130))
    returned = WorkItem.objects.get(pk=item.pk)
    assert (returned.state, returned.attention) == (State.UNANSWERED, [])
