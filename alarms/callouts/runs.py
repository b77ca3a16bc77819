"""Escalations taken on by the clock and the workers, each step exactly once.

A step is one transaction: the run's row is locked, what is due is done as rows (messages leave after COMMIT), and the
run points at its next step. A process that dies in it has done nothing of it; the row is due still, and another takes it.
Locks are taken in one order everywhere: leg, work item, run, call-out.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from alarms.callouts import asking, wording
from alarms.callouts.book import Book
from alarms.callouts.models import Callout, Run, RunState, State
from alarms.callouts.plan import Ask, Person, Plan, answer_due, asks
from alarms.workqueue.models import State as ItemState
from alarms.workqueue.models import WorkItem
from central import phone
from central.accounts.models import User
from central.events.services import unit_of_work
from central.municipalities import directory
from central.municipalities.context import MunicipalityRef, in_municipality
from tenants.contents.models import RunPlan

WINDOW, BATCH = 200, 50
"""How many due runs are looked among, so that several workers find different ones; and how many one transaction takes."""


def advance(now: datetime, seconds: float = 60.0) -> int:
    """Take every due run one step on, for `seconds` at most; how many.

    Any number of clocks and workers may do it at the same time.
    """
    done, until = 0, time.monotonic() + seconds
    while taken := _advance_some(now):
        done += taken
        if time.monotonic() > until:
            break
    return done


def waiting(now: datetime) -> bool:
    """Whether a run is due."""
    return Run.objects.filter(state=RunState.RUNNING, due_at__lte=now).exists()


def _advance_some(now: datetime) -> int:
    """Those of one municipality, the first of them in which another worker is not busy with all that is due."""
    due = Run.objects.filter(state=RunState.RUNNING, due_at__lte=now).order_by("due_at")
    items_of: dict[int, dict[UUID, UUID]] = {}
    for run, item, owner_id in due.values_list("pk", "work_item_id", "municipality_id")[:WINDOW]:
        items_of.setdefault(owner_id, {})[run] = item
    owners = list(items_of)
    random.shuffle(owners)
    return next((taken for one in owners if (taken := _advance_in(one, items_of[one], due, now))), 0)


def _advance_in(owner_id: int, items_of: dict[UUID, UUID], due: QuerySet[Run], now: datetime) -> int:
    with unit_of_work():
        free = WorkItem.objects.select_for_update(skip_locked=True).filter(pk__in=set(items_of.values()))
        items = {item.pk: item for item in free.order_by("pk")[:BATCH]}
        runs = list(
            due.filter(pk__in=items_of, work_item__in=items).order_by("pk").select_for_update(of=("self",))
        )
        if runs:
            owner = directory.by_id(owner_id)
            with in_municipality(owner):
                take_on(plans_of(runs), items, owner, now)
    return len(runs)


def plans_of(runs: Sequence[Run]) -> dict[Run, Plan]:
    kept = RunPlan.objects.in_bulk([run.pk for run in runs])
    return {run: Plan.of(kept[run.pk].plan) for run in runs}


def take_on(
    plans: dict[Run, Plan],
    items: dict[UUID, WorkItem],
    owner: MunicipalityRef,
    now: datetime,
    operator: User | None = None,
) -> None:
    """Do what is due in each, until the next has to be waited for. Inside the locks, in the municipality."""
    people = [person for plan in plans.values() for person in plan.people]
    book = Book.of(owner, list(plans), people, now, operator)
    for run, plan in plans.items():
        _go(run, items[run.work_item_id], plan, book)
    book.write(list(plans))


def _go(run: Run, item: WorkItem, plan: Plan, book: Book) -> None:
    table = asks(plan)
    while run.state == RunState.RUNNING and run.due_at is not None and run.due_at <= book.now:
        if item.state == ItemState.CLOSED:
            end(run, RunState.CALLED_OFF, book.now)
        elif run.at >= len(table):
            end(run, RunState.EXHAUSTED, book.now)
            book.say(item, "nobody_came", wording.nobody_came(run.duty_name, run.people))
            book.nobody(item, run)
        else:
            this, run.at = table[run.at], run.at + 1
            if _ask(run, item, plan, table, this, book):
                run.due_at = book.now + timedelta(seconds=this.wait)


def _ask(run: Run, item: WorkItem, plan: Plan, table: list[Ask], this: Ask, book: Book) -> bool:
    """False when this person is not to be asked (now)."""
    person, instead_of = _now_holding(run, plan, plan.people[this.person], book)
    before = book.asked(run, person.contact_id)
    if before is not None and before.state in (State.ACCEPTED, State.DECLINED):
        return False
    if book.asked_elsewhere(run, person.contact_id):
        return False  # one question at a time about one case
    if person.contact_id not in book.contacts and not instead_of:
        return False  # removed since the plan was made
    due = timedelta(seconds=answer_due(table, run.at - 1))
    try:
        asking.ask(book, item, run, person, this.way, due)
    except phone.BadNumber:
        return False
    verb = "call_queued" if this.way == "voice" else "sms_queued"
    shown = phone.display(person.number)
    book.say(item, verb, wording.asked_line(run.duty_name, person.name, shown, this.way, instead_of))
    return True


def _now_holding(run: Run, plan: Plan, person: Person, book: Book) -> tuple[Person, str]:
    """Read again right before asking: who has the rank now, on their number of now; and whom they came instead of."""
    duty = book.on_duty(run.duty)
    there = {one.contact.pk: one for one in duty.people} if duty else {}
    planned = {one.contact_id for one in plan.people}
    holder = there.get(person.contact_id)
    instead_of = ""
    if holder is None:
        strangers = (one for one in there.values() if one.contact.pk not in planned)
        holder = next((one for one in strangers if one.rank == person.rank), None)
        instead_of = person.name if holder else ""
    if holder is None:
        return person, ""
    contact = holder.contact
    return Person(contact.pk, contact.name, contact.phone, person.rank, contact.sms), instead_of


def end(run: Run, state: RunState, now: datetime) -> None:
    """No more is asked. The caller saves."""
    run.state, run.due_at, run.ended_at = state, None, now


def resume(run: Run, item: WorkItem, now: datetime) -> None:
    """Go on at once: somebody said no, or could not be reached. Inside the locks."""
    owner = directory.by_id(run.municipality_id)
    run.state, run.due_at, run.ended_at = RunState.RUNNING, now, None
    with in_municipality(owner):
        take_on(plans_of([run]), {item.pk: item}, owner, now)


def is_being_asked(run: Run, callout: Callout) -> bool:
    """Whether this is who the run waits for just now."""
    if run.state != RunState.RUNNING or run.at == 0:
        return False
    with in_municipality(directory.by_id(run.municipality_id)):
        plan = plans_of([run])[run]
    person = plan.people[asks(plan)[run.at - 1].person]
    return plan.at_once is False and person.rank == callout.rank
