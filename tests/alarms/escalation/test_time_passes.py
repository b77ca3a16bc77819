"""What the clock does to cases, and what the auditor says when the clock does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from alarms.escalation import auditing, chores
from alarms.escalation.rules import ABSENT_AFTER, raised
from alarms.workqueue import services as queue
from alarms.workqueue import timing
from alarms.workqueue.errors import AlreadyClaimed
from alarms.workqueue.models import Notice, Presence, State, WorkItem
from alarms.workqueue.reconciliation import reconcile
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile, JournalEntry
from tests.support.cases import case

CHORES = {chore.name: chore for chore in chores.CHORES}


def opened(municipality: Any, now: datetime, priority: int = 2) -> WorkItem:
    return case(municipality, priority=priority, received_at=now)


def held(municipality: Any, now: datetime, operator: Any, priority: int = 2) -> WorkItem:
    return queue.claim(item_id=opened(municipality, now, priority).pk, operator=operator, now=now)


def test_a_missed_deadline_raises_one_step_but_never_into_danger_to_life() -> None:
    assert [raised(priority) for priority in (1, 2, 3, 4)] == [1, 2, 2, 3]


def test_an_unanswered_case_is_raised_once_per_deadline_and_the_leader_is_told(storkoping: Any) -> None:
    now = timezone.now()
    item = opened(storkoping, now - timedelta(minutes=16), priority=3)
    for _ in range(3):
        for name in ("wake", "deadlines"):
            CHORES[name].work(now)
    item.refresh_from_db()
    assert (item.priority, item.attention) == (2, ["late"])
    assert item.due_at < now, "the deadline that passed must stay passed"
    assert Notice.objects.filter(kind="deadline", item=item).count() == 1


def test_the_longest_waiting_stays_first_and_is_told_of_once(storkoping: Any, olga: Any) -> None:
    """An hour without an answer: one line in the journal, the true lateness, and the oldest is the next."""
    now = timezone.now()
    oldest = opened(storkoping, now - timedelta(minutes=61), priority=1)
    opened(storkoping, now - timedelta(minutes=5), priority=1)
    for seconds in range(0, 3600, 20):
        CHORES["deadlines"].work(now - timedelta(seconds=3600 - seconds))
    late = WorkItem.objects.get(pk=oldest.pk)
    assert (late.due_at, late.attention, late.version) == (oldest.due_at, ["late"], 2)
    with in_municipality(storkoping):
        assert JournalEntry.objects.filter(case_id=oldest.pk, verb="deadline_missed").count() == 1
    assert queue.claim_next(operator=olga, now=now).pk == oldest.pk


def test_the_leader_is_told_again_when_nobody_answers_what_she_has_seen(storkoping: Any) -> None:
    now = timezone.now()
    item = opened(storkoping, now - timedelta(minutes=2), priority=1)
    CHORES["deadlines"].work(now)
    Notice.objects.filter(item=item).update(seen_at=now)
    CHORES["deadlines"].work(now + timedelta(minutes=4))
    assert Notice.objects.filter(item=item).count() == 1
    CHORES["deadlines"].work(now + timedelta(minutes=6))
    assert Notice.objects.filter(item=item).count() == 2


def test_a_case_given_back_late_is_late_at_once(storkoping: Any, olga: Any) -> None:
    now = timezone.now()
    item = opened(storkoping, now - timedelta(minutes=2), priority=1)
    CHORES["deadlines"].work(now)
    queue.claim(item_id=item.pk, operator=olga, now=now)
    queue.release(item_id=item.pk, operator=olga, now=now)
    CHORES["deadlines"].work(now)
    assert WorkItem.objects.get(pk=item.pk).attention == ["late"]


def test_a_parked_case_wakes_as_its_owners(storkoping: Any, olga: Any) -> None:
    now = timezone.now()
    item = held(storkoping, now, olga)
    queue.park(item_id=item.pk, operator=olga, until=now + timedelta(minutes=10), now=now)
    CHORES["wake"].work(now + timedelta(minutes=9))
    assert WorkItem.objects.get(pk=item.pk).state == State.PARKED
    CHORES["wake"].work(now + timedelta(minutes=10))
    woken = WorkItem.objects.get(pk=item.pk)
    assert (woken.state, woken.claimed_by) == (State.HELD, olga)


def test_a_silent_owner_loses_a_life_critical_case_and_the_leader_is_told(storkoping: Any, olga: Any) -> None:
    now = timezone.now()
    item = held(storkoping, now, olga, priority=1)
    chores.untouched(now + timedelta(seconds=61))
    assert WorkItem.objects.get(pk=item.pk).attention == ["untouched"]
    chores.untouched(now + timedelta(seconds=121))
    back = WorkItem.objects.get(pk=item.pk)
    assert (back.state, back.claimed_by) == (State.UNANSWERED, None)
    assert Notice.objects.filter(kind="untouched", item=item, seen_at=None).exists()


def test_a_note_counts_as_touching(storkoping: Any, olga: Any) -> None:
    now = timezone.now()
    item = held(storkoping, now, olga, priority=1)
    chores.untouched(now + timedelta(seconds=61))
    queue.note(item_id=item.pk, operator=olga, text="Ringer", now=now + timedelta(seconds=90))
    chores.untouched(now + timedelta(seconds=140))
    kept = WorkItem.objects.get(pk=item.pk)
    assert (kept.state, kept.attention) == (State.HELD, [])


def test_an_urgent_case_of_an_owner_without_contact_may_be_taken_over(
    storkoping: Any, olga: Any, sven: Any
) -> None:
    now = timezone.now()
    item = held(storkoping, now, olga)
    later = now + timedelta(seconds=61)
    with pytest.raises(AlreadyClaimed):
        queue.claim(item_id=item.pk, operator=sven, now=later)
    timing.offer_of_absent(later, ABSENT_AFTER)
    taken = queue.claim(item_id=item.pk, operator=sven, now=later)
    assert (taken.claimed_by, taken.attention) == (sven, [])


def test_contact_again_ends_the_offer(storkoping: Any, olga: Any) -> None:
    now = timezone.now()
    item = held(storkoping, now, olga)
    later = now + timedelta(seconds=61)
    timing.offer_of_absent(later, ABSENT_AFTER)
    Presence.objects.create(user=olga, seen_at=later)
    timing.offer_of_absent(later, ABSENT_AFTER)
    assert WorkItem.objects.get(pk=item.pk).attention == []


@pytest.mark.parametrize(
    ("priority", "seconds", "state", "attention", "told"),
    [
        (1, 59, State.HELD, [], False),
        (1, 60, State.HELD, ["untouched"], False),
        (1, 120, State.UNANSWERED, [], True),
        (2, 599, State.HELD, [], False),
        (2, 600, State.HELD, ["untouched"], False),
        (2, 899, State.HELD, ["untouched"], False),
        (2, 900, State.HELD, ["untouched"], True),
        (4, 36_000, State.HELD, [], False),
    ],
)
def test_what_silence_leads_to(
    storkoping: Any, olga: Any, priority: int, seconds: int, state: str, attention: list[str], told: bool
) -> None:
    now = timezone.now()
    item = held(storkoping, now, olga, priority=priority)
    chores.untouched(now + timedelta(seconds=seconds))
    after = WorkItem.objects.get(pk=item.pk)
    assert (after.state, after.attention) == (state, attention)
    assert Notice.objects.filter(kind="untouched", item=item).exists() is told


def test_the_auditor_says_that_the_clock_is_silent_and_takes_it_back(db: None) -> None:
    from alarms.escalation.loop import beat

    now = timezone.now()
    auditing.watch_clock(now)
    assert Notice.objects.filter(kind="clock", seen_at=None).count() == 1
    auditing.watch_clock(now)
    assert Notice.objects.filter(kind="clock").count() == 1
    beat("clock", now)
    auditing.watch_clock(now)
    assert not Notice.objects.filter(kind="clock", seen_at=None).exists()


def test_the_auditor_sees_what_stands_past_its_time(storkoping: Any) -> None:
    now = timezone.now()
    opened(storkoping, now - timedelta(minutes=5))
    auditing.watch_due(now)
    assert Notice.objects.filter(kind="overdue", seen_at=None).exists()


def test_an_envelope_without_its_letter_is_found_and_mended(storkoping: Any) -> None:
    now = timezone.now()
    item = opened(storkoping, now - timedelta(minutes=1))
    with in_municipality(storkoping):
        CaseFile.objects.filter(pk=item.pk).delete()
    assert reconcile(now).without_letter == 1
    with in_municipality(storkoping):
        assert CaseFile.objects.get(pk=item.pk).reference == item.reference
    assert reconcile(now).total == 0


def test_a_letter_that_says_something_else_is_mended(storkoping: Any) -> None:
    now = timezone.now()
    item = opened(storkoping, now - timedelta(minutes=1))
    with in_municipality(storkoping):
        CaseFile.objects.filter(pk=item.pk).update(state="closed")
    assert reconcile(now).different == 1
    with in_municipality(storkoping):
        assert CaseFile.objects.get(pk=item.pk).state == "unanswered"
