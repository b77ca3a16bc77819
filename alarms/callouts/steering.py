"""What an operator does with an escalation: the next one now, enough of it, and what somebody said by telephone.

Locks are taken in the order of everywhere: work item, run, call-out.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from alarms.callouts import answering, asking, runs, safety, showing, wording
from alarms.callouts.errors import NobodyLeft, NotComing, UnknownCallout, UnknownRun
from alarms.callouts.models import Callout, Run, RunState, State
from alarms.callouts.plan import after, asks
from alarms.callouts.purposes import CALLOUT
from alarms.callouts.rules import PROGRESS, Said
from alarms.workqueue import changes
from alarms.workqueue.errors import BadInput
from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from central.municipalities import directory
from central.municipalities.context import in_municipality

REASONS: dict[str, str] = {
    "not_needed": "Behövs inte längre",
    "false_alarm": "Falskt larm",
    "wrong_duty": "Fel jour",
    "others_came": "Andra är redan på plats",
}
LONGEST = 600
"""Minutes until arrival that somebody may say."""


def hasten(*, item_id: UUID, operator: User, run_id: UUID, at: int, now: datetime) -> Run:
    """Ask the next person at once instead of waiting. Who was asked may still answer.

    `at` is the ask that the operator saw as the next: if another has been reached meanwhile, nothing is done, so a double
    press asks one person. Raises NotYours, UnknownItem, UnknownRun, and NobodyLeft when everybody has been asked.
    """
    with changes.holding(item_id, operator) as item:
        run = _run(run_id, item)
        if run.state != RunState.RUNNING or run.at != at:
            return run
        owner = directory.by_id(item.municipality_id)
        with in_municipality(owner):
            plan = runs.plans_of([run])[run]
            table = asks(plan)
            following = after(table, run.at, table[run.at - 1].person) if run.at else 0
            if following >= len(table):
                raise NobodyLeft(run.duty_name)
            run.at, run.due_at = following, now
            runs.take_on({run: plan}, {item.pk: item}, owner, now, operator)
    return run


def call_off(*, item_id: UUID, operator: User, run_id: UUID, reason: str, now: datetime) -> Run:
    """Nobody more is asked, what rings is hung up, and who was asked or is coming is told that they need not.

    Raises BadInput, NotYours, UnknownItem, UnknownRun. A run that has ended without anybody coming stays as it is.
    """
    if reason not in REASONS:
        raise BadInput("reason", "Välj varför utlarmningen avbryts.")
    with changes.holding(item_id, operator) as item:
        run = _run(run_id, item)
        if run.purpose != CALLOUT or run.state not in (RunState.RUNNING, RunState.TAKEN):
            return run  # a decision is not called off: it is made, or its rule counts
        rows = Callout.objects.select_for_update().filter(run=run, state=State.ACCEPTED, done_at=None)
        coming = list(rows.order_by("pk"))
        runs.end(run, RunState.CALLED_OFF, now)
        run.save()
        answering.call_off_others(item, run, now)
        for one in coming:
            one.state, one.answered_at = State.NOT_NEEDED, now
            safety.restart(one, run, now)
            one.save()
            answering.settle_step(item, run, one, now)
        answering.tell_not_needed(coming, item, run, now)
        line = wording.called_off_line(run.duty_name, REASONS[reason])
        showing.show(item, run, [("called_off", line)], operator, now)
    return run


def report(
    *, item_id: UUID, operator: User, callout_id: UUID, what: str, minutes: int | None = None, now: datetime
) -> Callout:
    """What somebody who is coming has said by telephone: on_way (`minutes` left), on_site, done, or ok: all is well.

    Raises BadInput, NotYours, UnknownItem, UnknownCallout, and NotComing for somebody who has not taken the case.
    """
    if what not in (*PROGRESS.values(), "ok"):
        raise BadInput("what", "Välj på väg, på plats, klar eller allt är väl.")
    if minutes is not None and not 0 <= minutes <= LONGEST:
        raise BadInput("minutes", f"Skriv minuter, högst {LONGEST}.")
    with changes.holding(item_id, operator) as item:
        callout = callout_of(item, callout_id)
        if callout.state != State.ACCEPTED:
            raise NotComing(asking.name_of(callout))
        line = wording.reported_line(asking.name_of(callout), what, minutes)
        said = Said(progress="" if what == "ok" else what, minutes=minutes)
        answering.reported(item, callout, said, operator, line, now)
    return callout


def _run(run_id: UUID, item: WorkItem) -> Run:
    run = Run.objects.select_for_update().filter(pk=run_id, work_item=item).first()
    if run is None:
        raise UnknownRun
    return run


def callout_of(item: WorkItem, callout_id: UUID) -> Callout:
    """That call-out of a locked case, locked after its run. Raises UnknownCallout."""
    run_id = Callout.objects.filter(pk=callout_id).values_list("run_id", flat=True).first()
    if run_id is not None:
        Run.objects.select_for_update().get(pk=run_id)
    callout = Callout.objects.select_for_update().filter(pk=callout_id, work_item=item).first()
    if callout is None:
        raise UnknownCallout
    return callout
