"""What time does to cases; called by the clock. Each takes due rows one by one, in their own transactions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from alarms.workqueue import changes, notices
from alarms.workqueue.claiming import to_queue
from alarms.workqueue.following import follows
from alarms.workqueue.models import Notice, Presence, State, WorkItem
from central.events.services import unit_of_work
from central.priorities import DEADLINES

BATCH = 100


def _each(due: QuerySet[WorkItem], work: Callable[[WorkItem], bool]) -> int:
    """Lock each due item in turn, look again inside the lock, and do the work; how many were done."""
    done = 0
    for item_id in due.values_list("pk", flat=True)[:BATCH]:
        with unit_of_work():
            item = _still(due, item_id)
            if item is not None and work(item):
                done += 1
    return done


def _still(due: QuerySet[WorkItem], item_id: UUID) -> WorkItem | None:
    return due.select_for_update(skip_locked=True).filter(pk=item_id).first()


def parked_due(now: datetime) -> QuerySet[WorkItem]:
    """Parked cases whose time has come."""
    return WorkItem.objects.filter(state=State.PARKED, parked_until__lte=now).order_by("parked_until")


def wake(now: datetime) -> int:
    """Wake parked cases: they return as their owner's; those of nobody to the queue, with a fresh deadline."""

    def work(item: WorkItem) -> bool:
        if item.claimed_by_id is None:
            item.due_at = now + DEADLINES[item.priority]
            to_queue(item, verb="woke", now=now, actor=None)
            return True
        item.state = State.HELD
        item.parked_until = None
        changes.save(item, verb="woke", now=now, actor=None)
        return True

    return _each(parked_due(now), work)


def unanswered_due(now: datetime) -> QuerySet[WorkItem]:
    """Unanswered cases past their deadline that the clock shall deal with (again); not what another case gathers."""
    passed = Q(raise_at__lte=now) | Q(raise_at=None, due_at__lte=now)
    return WorkItem.objects.filter(passed, ~follows(), state=State.UNANSWERED).order_by("due_at")


def raise_overdue(now: datetime, raised: Callable[[int], int]) -> int:
    """Nobody has taken it in time: one step up, and the shift leader is told.

    The deadline that passed stays passed, so the longest waiting stands first and its lateness is true. When the time of
    the new priority has passed too, there is another step; at the top only the leader is told again.
    """

    def work(item: WorkItem) -> bool:
        before, item.priority = item.priority, raised(item.priority)
        goes_on = raised(item.priority) != item.priority
        item.raise_at = now + (DEADLINES[item.priority] if goes_on else notices.AGAIN_AFTER)
        if item.priority != before or "late" not in item.attention:
            item.raised_at = now
            item.attention = [*(one for one in item.attention if one != "late"), "late"]
            changes.save(item, verb="deadline_missed", now=now, actor=None, touched=False)
        else:
            item.save(update_fields=["raise_at"])
        notices.notify(Notice.Kind.DEADLINE, item=item, now=now)
        return True

    return _each(unanswered_due(now), work)


def held(priority: int, touched_before: datetime) -> QuerySet[WorkItem]:
    """Held cases of a priority that their owner has not touched since."""
    return WorkItem.objects.filter(
        state=State.HELD, priority=priority, touched_at__lte=touched_before
    ).order_by("touched_at")


def prompt_untouched(due: QuerySet[WorkItem], now: datetime) -> int:
    """Ask the owner: the chip "Utan åtgärd", once until the case is touched."""

    def work(item: WorkItem) -> bool:
        if "untouched" in item.attention:
            return False
        item.attention = [*item.attention, "untouched"]
        changes.save(item, verb="untouched", now=now, actor=None, touched=False)
        return True

    return _each(due.exclude(attention__contains=["untouched"]), work)


def tell_leader_of_untouched(due: QuerySet[WorkItem], now: datetime) -> int:
    """The owner has not answered the prompt: the shift leader is told, once per silence, seen or not."""
    told = Notice.objects.filter(
        kind=Notice.Kind.UNTOUCHED, item=OuterRef("pk"), created_at__gt=OuterRef("touched_at")
    )
    done = 0
    for item in due.filter(~Exists(told))[:BATCH]:
        done += notices.notify(Notice.Kind.UNTOUCHED, item=item, now=now) is not None
    return done


def offer_of_absent(now: datetime, silent: timedelta) -> int:
    """Urgent cases of owners without a connected console are offered to everyone, not dropped; contact ends it."""
    present = Presence.objects.filter(seen_at__gt=now - silent).values("user_id")
    urgent = WorkItem.objects.filter(state=State.HELD, priority__lte=2)
    gone = urgent.exclude(claimed_by__in=present).filter(touched_at__lte=now - silent)
    back = urgent.filter(claimed_by__in=present, attention__contains=["absent"])

    def mark(item: WorkItem) -> bool:
        item.attention = [*item.attention, "absent"]
        changes.save(item, verb="owner_absent", now=now, actor=None, touched=False)
        return True

    def unmark(item: WorkItem) -> bool:
        item.attention = [one for one in item.attention if one != "absent"]
        changes.save(item, verb="owner_back", now=now, actor=None, touched=False)
        return True

    return _each(gone.exclude(attention__contains=["absent"]), mark) + _each(back, unmark)


def return_untouched(due: QuerySet[WorkItem], now: datetime) -> int:
    """A life-critical case whose holder is silent goes back to the queue, with a fresh deadline."""

    def work(item: WorkItem) -> bool:
        item.due_at = now + DEADLINES[item.priority]
        to_queue(item, verb="returned_untouched", now=now, actor=None)
        notices.notify(Notice.Kind.UNTOUCHED, item=item, now=now)
        return True

    return _each(due, work)
