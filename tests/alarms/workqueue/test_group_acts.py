"""A leader parks a group or closes duplicates onto a lead: what she saw, never the urgent, never a colleague's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from alarms.workqueue import group_accounts, services, timing
from alarms.workqueue.errors import BadInput, KeyReused, NotNow, TooLateToUndo, UnknownItem
from alarms.workqueue.models import GroupAct, GroupMember, WorkItem
from alarms.workqueue.queries import audience, board
from central.accounts.capabilities import NotAllowed
from central.audit.models import AuditEntry
from central.priorities import DEADLINES
from tests.support.cases import applied, case, fresh, instruction, journal, letter, now


def group(municipality: Any, count: int = 5, **more: Any) -> list[WorkItem]:
    """Transmitter faults (priority 3) from one area, the oldest first."""
    settings = {"kind": "transmitter_fault", "area": "Osby", **more}
    return [case(municipality, received_at=now(n - 60), **settings) for n in range(count)]


def ids(items: list[WorkItem]) -> list[UUID]:
    return [item.pk for item in items]


def park(items: list[WorkItem], sven: Any, **more: Any) -> GroupAct:
    asked = {"item_ids": ids(items), "until": now(1800), "reason": "known", "now": now(), **more}
    return services.park_group(leader=sven, **asked)


def close(items: list[WorkItem], sven: Any, **more: Any) -> GroupAct:
    asked = {
        "item_ids": ids(items), "lead_id": items[0].pk, "count": len(items) - 1, "now": now(), **more,
    }  # fmt: skip
    return services.close_duplicates(leader=sven, **asked)


def states(items: list[WorkItem]) -> list[str]:
    return [WorkItem.objects.get(pk=item.pk).state for item in items]


def results(act: GroupAct) -> dict[str, str]:
    return dict(GroupMember.objects.filter(act=act).values_list("item__reference", "result"))


def test_a_parked_group_is_nobodys_and_wakes_in_the_queue_with_a_fresh_deadline(
    storkoping: Any, sven: Any
) -> None:
    items = group(storkoping)
    until = now(1800)
    park(items, sven, until=until)
    for item in items:
        kept = WorkItem.objects.get(pk=item.pk)
        assert (kept.state, kept.parked_until, kept.claimed_by_id) == ("parked", until, None)
        assert (letter(item).state, letter(item).handler_name) == ("parked", "")
        last = journal(item)[-1]
        assert (last.verb, last.by_name) == ("parked", "Sven Skiftledare")
        assert "Känd störning" in last.text
    assert services.held_count(sven) == 0, "she can end her shift"
    wakes = until + timedelta(seconds=1)
    assert timing.wake(wakes) == 5
    woken = WorkItem.objects.get(pk=items[0].pk)
    assert (woken.state, woken.due_at) == ("unanswered", wakes + DEADLINES[3])
    assert timing.raise_overdue(wakes, lambda priority: priority - 1) == 0


def test_a_resting_case_of_nobodys_may_be_taken(storkoping: Any, sven: Any, olga: Any) -> None:
    items = group(storkoping)
    park(items, sven)
    taken = services.claim(item_id=items[0].pk, operator=olga, now=now())
    assert (taken.state, taken.claimed_by, taken.parked_until) == ("held", olga, None)


def test_what_came_between_look_and_press_is_not_included(storkoping: Any, sven: Any) -> None:
    seen = group(storkoping)
    late = group(storkoping, 2)
    park(seen, sven)
    assert states(late) == ["unanswered", "unanswered"]
    close([*seen[:3]], sven)
    assert states(late) == ["unanswered", "unanswered"]


def test_the_urgent_and_what_colleagues_hold_are_left_alone_and_said(
    storkoping: Any, sven: Any, olga: Any
) -> None:
    items = group(storkoping, 7)
    WorkItem.objects.filter(pk=items[1].pk).update(priority=1)
    WorkItem.objects.filter(pk=items[2].pk).update(priority=2)
    services.claim(item_id=items[3].pk, operator=olga, now=now())
    services.claim(item_id=items[4].pk, operator=olga, now=now())
    services.park(item_id=items[4].pk, operator=olga, until=now(60), now=now())
    services.claim(item_id=items[5].pk, operator=olga, now=now())
    services.close(item_id=items[5].pk, operator=olga, outcome="test", now=now())
    before = {item.pk: WorkItem.objects.get(pk=item.pk).version for item in items}
    for act in (park(items, sven), close(items, sven)):
        found = results(act)
        assert [found.get(item.reference) for item in items[1:6]] == [
            "urgent", "urgent", "held", "held", "closed",
        ]  # fmt: skip
        assert found[items[6].reference] == "done"
    untouched = {item.pk: WorkItem.objects.get(pk=item.pk).version for item in items[1:6]}
    assert untouched == {pk: before[pk] for pk in untouched}
    told = group_accounts.as_data(act)
    assert {one["why"]: one["count"] for one in told["left"]} == {
        "Prioritet 1 eller 2": 2, "Hos en kollega": 2, "Redan avslutat": 1,
    }  # fmt: skip
    assert any("Olga Operatör" in name for one in told["left"] for name in one["named"])


def test_duplicates_are_closed_onto_the_lead_and_every_journal_says_so(storkoping: Any, sven: Any) -> None:
    items = group(storkoping)
    close(items, sven)
    lead, *others = items
    assert states(items) == ["unanswered", "closed", "closed", "closed", "closed"]
    for item in others:
        kept = WorkItem.objects.get(pk=item.pk)
        assert (kept.lead_id, kept.outcome, kept.claimed_at) == (lead.pk, "duplicate", None)
        assert letter(item).outcome == "duplicate"
        assert lead.reference in journal(item)[-1].text
    told = journal(lead)[-1]
    assert told.verb == "linked"
    assert all(item.reference in told.text for item in others)
    assert AuditEntry.objects.filter(verb="group.closed").count() == 1
    assert AuditEntry.objects.filter(verb="case.closed").count() == 4


def test_a_case_that_leads_others_or_has_something_open_is_not_closed(
    storkoping: Any, sven: Any, olga: Any
) -> None:
    instruction(storkoping, "transmitter_fault", [{"text": "Ring platsen"}])
    items = group(storkoping, 6)
    close(items[:3], sven)
    services.claim(item_id=items[4].pk, operator=sven, now=now())
    act = close([items[3], items[0], items[4], items[5]], sven)
    assert results(act) == {
        items[0].reference: "leads", items[4].reference: "open", items[5].reference: "done",
    }  # fmt: skip


def test_a_wrong_number_changes_nothing_and_names_both(storkoping: Any, sven: Any) -> None:
    items = group(storkoping)
    with pytest.raises(BadInput, match="Du skrev 5, men det är 4 ärenden") as refused:
        close(items, sven, count=5)
    assert refused.value.field == "count"
    assert states(items) == ["unanswered"] * 5
    assert GroupAct.objects.count() == 0


def test_other_bad_requests_change_nothing(storkoping: Any, lillby: Any, sven: Any, olga: Any) -> None:
    items, elsewhere = group(storkoping, 3), group(lillby, 1)
    with pytest.raises(BadInput, match="en sort i en kommun"):
        park([*items, *elsewhere], sven)
    with pytest.raises(BadInput, match="inte har varit"):
        park(items, sven, until=now(-1))
    with pytest.raises(BadInput, match="anledning"):
        park(items, sven, reason="whim")
    with pytest.raises(BadInput, match="mellan ett och"):
        park([], sven)
    with pytest.raises(UnknownItem):
        park(items, sven, item_ids=[*ids(items), uuid4()])
    services.claim(item_id=items[0].pk, operator=olga, now=now())
    services.close(item_id=items[0].pk, operator=olga, outcome="test", now=now())
    with pytest.raises(NotNow, match="Huvudärendet är avslutat"):
        close(items, sven)
    assert GroupAct.objects.count() == 0
    assert states(items) == ["closed", "unanswered", "unanswered"]


def test_only_a_shift_leader_acts_on_a_group(storkoping: Any, cast: Any) -> None:
    items = group(storkoping)
    act = park(items, cast.sven)
    for name in ("olga", "chef", "maja", "arvid", "lisa", "agda", "utan"):
        person = getattr(cast, name)
        with pytest.raises(NotAllowed):
            park(items, person)
        with pytest.raises(NotAllowed):
            close(items, person)
        with pytest.raises(NotAllowed):
            services.undo_group(act_id=act.pk, leader=person, now=now())
    with pytest.raises(UnknownItem):
        services.undo_group(act_id=uuid4(), leader=cast.sven, now=now())


def test_one_press_restores_each_that_nobody_has_touched(storkoping: Any, sven: Any, olga: Any) -> None:
    items = group(storkoping)
    services.claim(item_id=items[4].pk, operator=sven, now=now())
    before = {item.pk: WorkItem.objects.get(pk=item.pk) for item in items}
    act = close(items, sven)
    services.reopen(item_id=items[1].pk, operator=olga, now=now())
    for _ in range(2):
        services.undo_group(act_id=act.pk, leader=sven, now=now(599))
    assert states(items) == ["unanswered", "held", "unanswered", "unanswered", "held"]
    for item in (*items[2:4], items[4]):
        kept, was = WorkItem.objects.get(pk=item.pk), before[item.pk]
        for field in (
            "state", "claimed_by_id", "claimed_at", "due_at", "lead_id", "outcome", "attention", "closed_at",
        ):  # fmt: skip
            assert getattr(kept, field) == getattr(was, field), field
        assert [entry.verb for entry in journal(item)][-2:] == ["closed", "undone"]
        assert letter(item).closed_at is None
    told = group_accounts.as_data(GroupAct.objects.get(pk=act.pk))
    assert (told["restored"], told["touched"]["named"]) == (3, [items[1].reference])
    assert journal(items[0])[-1].text.startswith("3 ärenden hör inte längre ihop med detta")


def test_a_parking_is_undone_too_and_a_rest_begun_before_comes_back(
    storkoping: Any, sven: Any, olga: Any
) -> None:
    items = group(storkoping)
    first = park(items[:2], sven, until=now(600))
    rested = WorkItem.objects.get(pk=items[0].pk).parked_until
    second = park(items, sven)
    services.claim(item_id=items[4].pk, operator=olga, now=now())
    services.undo_group(act_id=second.pk, leader=sven, now=now())
    assert states(items) == ["parked", "parked", "unanswered", "unanswered", "held"]
    assert WorkItem.objects.get(pk=items[0].pk).parked_until == rested
    services.undo_group(act_id=first.pk, leader=sven, now=now())
    assert states(items)[:2] == ["parked", "parked"], "the second act touched them, and so did its undo"


def test_after_ten_minutes_it_is_too_late(storkoping: Any, sven: Any) -> None:
    items = group(storkoping)
    act = park(items, sven)
    with pytest.raises(TooLateToUndo, match="Tiden för att ångra gick ut"):
        services.undo_group(act_id=act.pk, leader=sven, now=now(601))
    assert states(items) == ["parked"] * 5


def test_asked_twice_under_one_key_it_is_done_once(storkoping: Any, sven: Any) -> None:
    items = group(storkoping)
    one = park(items, sven, key="k", until=now(1800))
    two = park(items, sven, key="k", until=now(1801))
    assert one.pk == two.pk
    assert [entry.verb for entry in journal(items[0])].count("parked") == 1
    with pytest.raises(KeyReused):
        park(items[:2], sven, key="k")


def test_an_act_that_was_cut_off_goes_on_where_it_was(
    storkoping: Any, sven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alarms.workqueue import group_chunks

    monkeypatch.setattr(group_chunks, "CHUNK", 2)
    items, real = group(storkoping), group_chunks._park
    done: list[Any] = []

    def cut(item: WorkItem, *rest: Any) -> None:
        done.append(item)
        if len(done) == 4:
            raise ConnectionError
        real(item, *rest)

    monkeypatch.setattr(group_chunks, "_park", cut)
    with pytest.raises(ConnectionError):
        park(items, sven, key="k")
    assert sorted(states(items)) == ["parked", "parked", "unanswered", "unanswered", "unanswered"]
    park(items, sven, key="k")
    assert states(items) == ["parked"] * 5
    assert all([entry.verb for entry in journal(item)].count("parked") == 1 for item in items)


def test_an_undo_stops_what_had_not_been_done(
    storkoping: Any, sven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alarms.workqueue import group_chunks, groups

    monkeypatch.setattr(group_chunks, "CHUNK", 2)
    items = group(storkoping)
    monkeypatch.setattr(groups, "carried_out", lambda act_id, *_: GroupAct.objects.get(pk=act_id))
    act = park(items, sven)
    group_chunks.chunk_done(act.pk, sven, now())
    services.undo_group(act_id=act.pk, leader=sven, now=now())
    while group_chunks.chunk_done(act.pk, sven, now()):
        pass
    assert states(items) == ["unanswered"] * 5
    assert sorted(results(act).values()) == ["cancelled", "cancelled", "cancelled", "done", "done"]


@pytest.mark.parametrize("act", ["park", "close", "undo a parking", "undo a closing"])
def test_the_old_board_and_the_events_are_the_fresh_board(
    act: str, storkoping: Any, sven: Any, olga: Any
) -> None:
    items = group(storkoping)
    done = None
    if act.startswith("undo"):
        done = (park if act == "undo a parking" else close)(items, sven)
    old = board(olga)
    if done is not None:
        services.undo_group(act_id=done.pk, leader=sven, now=now())
    else:
        (park if act == "park" else close)(items, sven)
    assert applied(old.rows, old.last_id, audience(olga)) == fresh(board(olga).rows)


def test_a_claim_at_the_same_moment_wins_or_loses_whole(
    committed: None, storkoping: Any, sven: Any, olga: Any
) -> None:
    from alarms.workqueue.errors import AlreadyClosed
    from tests.support.at_once import at_once

    for _ in range(6):
        items = group(storkoping, 4)

        def press(act: str, items: list[WorkItem] = items) -> str:
            if act == "close":
                return results(close(items, sven))[items[2].reference]
            try:
                services.claim(item_id=items[2].pk, operator=olga, now=now())
            except AlreadyClosed:
                return "lost"
            return "won"

        assert at_once(press, ["close", "claim"]) in (["done", "lost"], ["held", "won"])
        expected = {"held", "closed"}
        assert WorkItem.objects.get(pk=items[2].pk).state in expected
        assert states([items[1], items[3]]) == ["closed", "closed"]


def test_three_hundred_are_closed_and_restored_each_once_and_nobody_waits_long(
    committed: None, storkoping: Any, sven: Any
) -> None:
    from time import monotonic

    from alarms.workqueue import group_chunks
    from alarms.workqueue.opening import NewCase, open_cases
    from central.events.services import unit_of_work

    with unit_of_work():
        made = open_cases(
            [
                NewCase(
                    municipality_id=storkoping.pk, kind="transmitter_fault", function="technical", priority=3,
                    area="Osby", received_at=now(-300 + n),
                )
                for n in range(300)
            ]
        )  # fmt: skip
    longest, real = 0.0, group_chunks.chunk_done

    def timed(*arguments: Any) -> bool:
        nonlocal longest
        began = monotonic()
        more = real(*arguments)
        longest = max(longest, monotonic() - began)
        return more

    group_chunks.chunk_done = timed
    try:
        act = services.close_duplicates(
            item_ids=made, lead_id=made[0], count=299, leader=sven, now=now(), key="one"
        )
    finally:
        group_chunks.chunk_done = real
    assert longest < 3, "a chunk, not the whole, is locked at a time"
    told = group_accounts.as_data(act)
    assert (told["done"], told["left"]) == (299, [])
    assert WorkItem.objects.filter(state="closed", version=2).count() == 299
    services.undo_group(act_id=act.pk, leader=sven, now=now())
    assert WorkItem.objects.filter(state="unanswered").count() == 300
    assert WorkItem.objects.exclude(pk=made[0]).filter(version=3).count() == 299
