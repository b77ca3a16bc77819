"""A case that grows while somebody has it says so, until she does something in it; closed, a new window begins."""

from __future__ import annotations

from typing import Any

from alarms.workqueue.models import WorkItem
from alarms.workqueue.rows import row
from alarms.workqueue.services import claim, close, close_duplicates, note, reopen
from tests.support.cases import now
from tests.support.gathering import gathering, said, transmitters
from tests.support.incoming import take


def test_it_says_how_many_since(storkoping: Any, rules: None, olga: Any) -> None:
    everyone = transmitters(storkoping, 20)
    take([said(one) for one in everyone[:5]])
    claim(item_id=gathering().pk, operator=olga, now=now())
    assert row(gathering())["grown"] == 0
    take([said(one) for one in everyone[5:12]])
    take([said(one) for one in everyone[12:15]])
    item = gathering()
    assert (item.attention, row(item)["grown"], row(item)["objects"]) == (["grown"], 10, 15)
    note(item_id=item.pk, operator=olga, text="Elavbrott bekräftat", now=now())
    item = gathering()
    assert (item.attention, row(item)["grown"]) == ([], 0)


def test_closed_it_takes_no_more_and_opened_again_it_stands_beside(
    storkoping: Any, rules: None, olga: Any
) -> None:
    everyone = transmitters(storkoping, 20)
    take([said(one) for one in everyone[:6]])
    first = gathering()
    claim(item_id=first.pk, operator=olga, now=now())
    close(item_id=first.pk, operator=olga, outcome="no_action", now=now())
    take([said(everyone[6])])
    assert WorkItem.objects.filter(gathers=0).count() == 1, "one is a case of its own"
    take([said(one) for one in everyone[7:12]])
    second = WorkItem.objects.get(gathers__gt=0, state="unanswered")
    assert (second.pk != first.pk, second.gathers) == (True, 5)
    reopen(item_id=first.pk, operator=olga, now=now())
    take([said(one) for one in everyone[12:14]])
    assert {one.pk: one.gathers for one in WorkItem.objects.filter(gathers__gt=0)} == {
        first.pk: 6,
        second.pk: 7,
    }


def test_closed_as_a_duplicate_it_takes_no_more(storkoping: Any, rules: None, sven: Any) -> None:
    everyone = transmitters(storkoping, 20)
    take([said(one, priority=3) for one in everyone[:6]], now(-900))
    first = gathering()
    take([said(one, priority=3) for one in everyone[6:12]])
    second = WorkItem.objects.exclude(pk=first.pk).get()
    close_duplicates(item_ids=[first.pk, second.pk], lead_id=first.pk, count=1, leader=sven, now=now())
    take([said(one, priority=3) for one in everyone[12:14]])
    assert WorkItem.objects.filter(gathers=0).count() == 2
