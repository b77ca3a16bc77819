"""What came before the gathering began follows the case that gathers, and stands on its own again without it."""

from __future__ import annotations

from typing import Any

from alarms.escalation.auditing import watch_room
from alarms.escalation.rules import raised
from alarms.workqueue import timing
from alarms.workqueue.gathering_settings import alarm_rate
from alarms.workqueue.models import Notice, WorkItem
from alarms.workqueue.services import claim, claim_next, close
from config.ops import gauges
from tests.support.cases import now
from tests.support.gathering import gathering, said, transmitters
from tests.support.incoming import take

HOUR = 3600


def gathered_cases(municipality: Any) -> tuple[WorkItem, list[WorkItem]]:
    """The case that gathers, and the four that came before it."""
    for one in transmitters(municipality, 6):
        take([said(one)])
    return gathering(), list(WorkItem.objects.filter(gathers=0))


def late() -> set[Any]:
    timing.raise_overdue(now(HOUR), raised)
    return set(WorkItem.objects.filter(attention__contains=["late"]).values_list("pk", flat=True))


def test_only_the_case_that_gathers_is_late(storkoping: Any, rules: None) -> None:
    lead, _ = gathered_cases(storkoping)
    assert late() == {lead.pk}


def test_late_before_the_gathering_is_late_no_more(storkoping: Any, rules: None) -> None:
    first, *others = transmitters(storkoping, 6)
    take([said(first)])
    single = WorkItem.objects.get()
    WorkItem.objects.filter(pk=single.pk).update(attention=["late"], raise_at=now(HOUR))
    for one in others:
        take([said(one)])
    single.refresh_from_db()
    assert (single.lead_id, single.attention) == (gathering().pk, [])


def test_none_is_late_while_somebody_holds_the_case_that_gathers(
    storkoping: Any, rules: None, olga: Any
) -> None:
    lead, _ = gathered_cases(storkoping)
    claim(item_id=lead.pk, operator=olga, now=now())
    assert late() == set()


def test_taken_out_of_it_a_case_stands_on_its_own(storkoping: Any, rules: None, olga: Any) -> None:
    lead, [one, *_] = gathered_cases(storkoping)
    WorkItem.objects.filter(pk=one.pk).update(lead=None)
    assert late() == {lead.pk, one.pk}
    assert {claim_next(operator=olga, now=now(HOUR)).pk for _ in range(2)} == {lead.pk, one.pk}


def test_those_that_are_left_when_it_is_closed_stand_on_their_own(
    storkoping: Any, rules: None, olga: Any
) -> None:
    lead, others = gathered_cases(storkoping)
    claim(item_id=lead.pk, operator=olga, now=now())
    close(item_id=lead.pk, operator=olga, outcome="no_action", now=now())
    assert late() == {one.pk for one in others}
    assert claim_next(operator=olga, now=now(HOUR)).pk in {one.pk for one in others}


def test_what_is_about_lives_is_never_hidden_by_it(storkoping: Any, rules: None, olga: Any) -> None:
    lead, [one, *_] = gathered_cases(storkoping)
    WorkItem.objects.filter(pk=one.pk).update(priority=1)
    assert late() == {lead.pk, one.pk}
    assert claim_next(operator=olga, now=now(HOUR)).pk == one.pk


def test_they_are_counted_once(storkoping: Any, rules: None, sven: Any) -> None:
    gathered_cases(storkoping)
    assert alarm_rate(sven, now())[0] == 1


def test_the_silent_room_is_about_who_waits_for_an_answer(storkoping: Any, rules: None, olga: Any) -> None:
    lead, [one, *_] = gathered_cases(storkoping)
    WorkItem.objects.update(priority=2)
    claim(item_id=lead.pk, operator=olga, now=now())
    watch_room(now())
    assert not Notice.objects.filter(kind=Notice.Kind.SILENT_ROOM).exists()
    WorkItem.objects.filter(pk=one.pk).update(lead=None)
    watch_room(now())
    assert Notice.objects.filter(kind=Notice.Kind.SILENT_ROOM).exists()


def test_the_metric_counts_who_waits_for_an_answer(storkoping: Any, rules: None, olga: Any) -> None:
    lead, others = gathered_cases(storkoping)
    assert gauges()["tc_unanswered"] == 1
    claim(item_id=lead.pk, operator=olga, now=now())
    assert gauges()["tc_unanswered"] == 0
    WorkItem.objects.filter(pk=lead.pk).update(gathers=0)
    assert gauges()["tc_unanswered"] == len(others)
