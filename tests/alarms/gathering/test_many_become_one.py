"""Many faults of one kind in a municipality are one case with many objects; what is about lives never is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from alarms.intake.models import Signal
from alarms.workqueue import gathering_rules
from alarms.workqueue.models import GatheringRule, WorkItem
from alarms.workqueue.queries import audience, board
from central.events.queries import last_id
from central.kinds import KINDS
from tests.support.cases import applied, fresh, journal, letter, now
from tests.support.gathering import gathered, gathering, objects, said, standing, transmitters
from tests.support.incoming import take


def alone() -> list[WorkItem]:
    return list(WorkItem.objects.filter(gathers=0).order_by("received_at"))


def test_the_fifth_and_all_after_it_are_one_case(storkoping: Any, rules: None) -> None:
    everyone = transmitters(storkoping, 9)
    for one in everyone[:4]:
        take([said(one)])
    assert not WorkItem.objects.filter(gathers__gt=0)
    for one in everyone[4:]:
        take([said(one)])
    item = gathering()
    assert (item.gathers, item.headline, item.priority, item.state) == (
        5,
        "Driftlarm · Storköping",
        2,
        "unanswered",
    )
    assert letter(item).story == "Fler än 4 objekt inom 10 minuter har samlats i ett ärende."
    assert {one.transmitter_id for one in objects(item)} == {one.pk for one in everyone[4:]}
    assert Signal.objects.filter(item_id=item.pk).count() == 5
    assert {one.lead_id for one in alone()} == {item.pk}
    assert {one.state for one in alone()} == {"unanswered"}, "nothing is closed by the machine"
    assert journal(item)[0].text.startswith("Ärenden som kom strax före och står kvar: ")


def test_a_batch_that_is_enough_by_itself_opens_one_case(storkoping: Any, rules: None) -> None:
    take([said(one) for one in transmitters(storkoping, 40)])
    assert (gathering().gathers, alone()) == (40, [])
    assert not Signal.objects.filter(item_id=None)


def test_each_batch_is_one_event_and_one_line(storkoping: Any, rules: None, olga: Any) -> None:
    everyone = transmitters(storkoping, 30)
    take([said(one) for one in everyone[:10]])
    before, number = board(olga).rows, last_id()
    take([said(one) for one in everyone[10:]])
    item = gathering()
    assert journal(item)[-1].text == "20 objekt till, 30 tillsammans"
    assert item.version == 2
    assert applied(before, number, audience(olga)) == fresh(board(olga).rows)
    assert fresh(board(olga).rows)[str(item.pk)]["objects"] == 30


def test_the_same_object_again_is_counted_with_it(storkoping: Any, rules: None) -> None:
    everyone = transmitters(storkoping, 6)
    take([said(one) for one in everyone])
    take([said(everyone[0]), said(everyone[0])])
    item = gathering()
    assert (item.gathers, item.version) == (6, 1), "it adds nothing to what is wrong"
    assert objects(item)[0].count == 3


def test_one_that_chatters_is_not_many(storkoping: Any, rules: None) -> None:
    one = standing(storkoping)
    for _ in range(8):
        take([said(one)])
    assert len(alone()) == 8


def test_life_is_never_gathered(storkoping: Any, rules: None) -> None:
    everyone = transmitters(storkoping, 20)
    take([said(one) for one in everyone])
    take(
        [said(one, kind="fire", priority=1) for one in everyone[:7]]
        + [said(one, priority=1) for one in everyone[7:]]
    )
    assert gathering().gathers == 20
    assert [one.priority for one in alone()] == [1] * 20
    assert {one.lead_id for one in alone()} == {None}


@pytest.mark.parametrize("kind", [kind.code for kind in KINDS.values() if kind.priority == 1])
def test_no_rule_can_be_made_for_what_is_about_lives(kind: str, db: None) -> None:
    assert gathering_rules.rule_for(1, kind, 2) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        GatheringRule.objects.create(kind=kind)


def test_a_more_urgent_one_raises_the_case_and_its_deadline(storkoping: Any, rules: None) -> None:
    everyone = transmitters(storkoping, 12)
    take([said(one, priority=3) for one in everyone[:10]])
    before = gathering().due_at
    take([said(one, priority=2) for one in everyone[10:]])
    item = gathering()
    assert item.priority == 2
    assert item.due_at < before
    assert "prioriteten höjd till 2 Brådskande" in journal(item)[-1].text
    assert letter(item).priority == 2


def test_municipality_kind_function_and_exercise_are_each_their_own(
    storkoping: Any, lillby: Any, rules: None
) -> None:
    here, there = transmitters(storkoping, 5), transmitters(lillby, 5, first=2001)
    for one in here[3:]:
        one.function = "home_care"
        one.save()
    take([said(one) for one in here] + [said(one) for one in there])
    assert gathering().municipality_id == lillby.pk
    assert {one.function for one in alone()} == {"property", "home_care"}


def test_after_the_window_it_begins_anew_and_the_window_slides(storkoping: Any, rules: None) -> None:
    everyone = transmitters(storkoping, 9)
    take([said(one) for one in everyone[:5]], now())
    take([said(everyone[5])], now(9 * 60))
    take([said(everyone[6])], now(18 * 60))
    assert gathering().gathers == 7
    take([said(everyone[7])], now(29 * 60))
    assert gathering().gathers == 7
    assert len(alone()) == 1


def test_a_municipality_has_its_own_rule(storkoping: Any, lillby: Any) -> None:
    with gathered("technical", threshold=3):
        GatheringRule.objects.create(kind="technical", municipality=storkoping, active=False)
        gathering_rules.forget()
        take([said(one) for one in transmitters(storkoping, 6)])
        assert len(alone()) == 6
        take([said(one) for one in transmitters(lillby, 3, first=2001)])
        assert gathering().gathers == 3


def test_what_somebody_has_touched_is_left_as_it_is(storkoping: Any, rules: None, olga: Any) -> None:
    from alarms.workqueue.services import claim, release

    everyone = transmitters(storkoping, 8)
    for one in everyone[:4]:
        take([said(one)])
    held, released, *_ = alone()
    claim(item_id=held.pk, operator=olga, now=now())
    claim(item_id=released.pk, operator=olga, now=now())
    release(item_id=released.pk, operator=olga, now=now())
    take([said(one) for one in everyone[4:]])
    assert [one.lead_id for one in alone()] == [None, None, gathering().pk, gathering().pk]


def test_the_next_is_the_case_that_gathers_and_never_those_that_follow_it(
    storkoping: Any, lillby: Any, rules: None, olga: Any
) -> None:
    from alarms.workqueue.errors import NothingWaiting
    from alarms.workqueue.services import claim_next

    for one in transmitters(storkoping, 6):
        take([said(one)])
    take([said(standing(lillby, "3001"))], now(30))
    dealt = [claim_next(operator=olga, now=now(60)) for _ in range(2)]
    assert dealt[0].gathers == 2
    assert dealt[1].municipality_id == lillby.pk
    with pytest.raises(NothingWaiting):
        claim_next(operator=olga, now=now(60))
