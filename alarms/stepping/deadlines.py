"""The rows of a case's deadlines as its steps stand, and what follows when one has passed.

Locks are taken in one order everywhere: leg, work item, deadline, run, decision.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from alarms.stepping import following
from alarms.stepping.models import State, StepDeadline
from alarms.workqueue.models import State as ItemState
from alarms.workqueue.models import WorkItem
from central.events.services import unit_of_work
from central.municipalities import directory
from central.municipalities.context import in_municipality
from tenants.casefiles import queries as casefiles
from tenants.instructions import conditions
from tenants.instructions import queries as instructions
from tenants.instructions.conditions import Condition, Holds
from tenants.instructions.models import InstructionStep

MOST = 200


def follow(item: WorkItem, now: datetime) -> None:
    """Bring the rows in line with the steps: taken, done, passed over, answered, taken back. In the item's lock.

    A step's time runs from when it applies. What has been acted on is not acted on again. The mark SEN leaves a held
    case with its last late step; the caller saves the item.
    """
    timed = _timed(item, now)
    if not timed and not StepDeadline.objects.filter(work_item=item).exists():
        return
    rows = {row.position: row for row in StepDeadline.objects.select_for_update().filter(work_item=item)}
    late = False
    for step, applies, done in timed:
        row = rows.get(step.position)
        starts = None if done else _starts(step, applies, now)
        _follow_one(item, step, row, starts, done, now)
        late = late or (row is not None and row.state == State.LATE and not done)
    if not late and item.state in (ItemState.HELD, ItemState.PARKED):
        item.attention = [one for one in item.attention if one != "late"]


def _follow_one(
    item: WorkItem,
    step: InstructionStep,
    row: StepDeadline | None,
    starts: datetime | None,
    done: bool,
    now: datetime,
) -> None:
    due = None if starts is None or step.minutes is None else starts + timedelta(minutes=step.minutes)
    if row is None:
        if due is not None:
            StepDeadline.objects.create(work_item=item, position=step.position, due_at=due)
    elif row.state == State.LATE:
        return
    elif due is None:
        _set(row, State.MET if done else State.GONE)
    elif row.state != State.WAITING:
        row.due_at = due
        _set(row, State.WAITING)


def _set(row: StepDeadline, state: State) -> None:
    if row.state != state:
        row.state = state
        row.save(update_fields=["state", "due_at"])


def _starts(step: InstructionStep, applies: Holds, now: datetime) -> datetime | None:
    """From when the step's time runs; None while it hangs on an answer, or does not apply."""
    if applies == "yes":
        return now
    condition = Condition.of(step.condition)
    if applies == "open" or condition.answers:
        return None
    return conditions.begins(condition, now)


def _timed(item: WorkItem, now: datetime) -> list[tuple[InstructionStep, Holds, bool]]:
    """The steps that have a time, whether each applies now, and whether it is done."""
    with in_municipality(directory.by_id(item.municipality_id)):
        pinned = casefiles.case(item.pk).instruction_id
        steps = instructions.steps(pinned) if pinned else []
        if not any(step.minutes for step in steps):
            return []
        done = casefiles.step_records(item.pk)
        found = instructions.applying(steps, done, now)
    return [(step, applies, step.position in done) for step, applies in found if step.minutes]


def due(now: datetime) -> QuerySet[StepDeadline]:
    """Those whose time is out."""
    return StepDeadline.objects.filter(state=State.WAITING, due_at__lte=now)


def advance(now: datetime, raised: Callable[[int], int]) -> int:
    """For the clock: what follows, once for each step that was not done in its time; how many were late.

    ``raised`` says which priority is one step up.
    """
    rows = due(now).order_by("due_at").values_list("pk", "work_item_id")[:MOST]
    return sum(_one(pk, item_id, now, raised) for pk, item_id in list(rows))


def _one(pk: int, item_id: UUID, now: datetime, raised: Callable[[int], int]) -> bool:
    with unit_of_work():
        item = WorkItem.objects.select_for_update(skip_locked=True).filter(pk=item_id).first()
        if item is None:
            return False  # somebody is at it; next second
        row = due(now).select_for_update().filter(pk=pk).first()
        if row is None:
            return False
        if item.state == ItemState.CLOSED:
            _set(row, State.GONE)
            return False
        found = {step.position: (step, applies, done) for step, applies, done in _timed(item, now)}
        if row.position not in found:
            _set(row, State.GONE)
            return False
        step, applies, done = found[row.position]
        if done or applies != "yes":
            _passed(row, step, applies, done, now)
            return False
        row.state, row.acted_at = State.LATE, now
        row.save(update_fields=["state", "acted_at"])
        following.late(item, step, now, raised)
        return True


def _passed(row: StepDeadline, step: InstructionStep, applies: Holds, done: bool, now: datetime) -> None:
    """It is done, or does not apply (just now): if it will by the clock, its time begins then."""
    starts = None if done else _starts(step, applies, now)
    if starts is None or step.minutes is None:
        _set(row, State.MET if done else State.GONE)
        return
    row.due_at = starts + timedelta(minutes=step.minutes)
    row.save(update_fields=["due_at"])


def of_case(item: WorkItem) -> dict[int, StepDeadline]:
    """Position → deadline, of those whose time runs or has run out."""
    rows = StepDeadline.objects.filter(work_item=item, state__in=[State.WAITING, State.LATE])
    return {row.position: row for row in rows}
