"""What follows when a step was not done in its time: the holder is reminded, and what the municipality chose is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from alarms.callouts.beginning import begin
from alarms.callouts.models import Run, RunState
from alarms.callouts.purposes import CALLOUT
from alarms.workqueue import changes, notices
from alarms.workqueue.models import Notice, WorkItem
from central.municipalities import directory
from central.municipalities.context import in_municipality
from central.priorities import NAMES
from tenants.instructions.models import InstructionStep, Late
from tenants.oncall import queries as oncall


def late(item: WorkItem, step: InstructionStep, now: datetime, raised: Callable[[int], int]) -> None:
    """Do it, in the item's lock. The row is marked SEN and the journal tells, whatever follows.

    With nobody who holds the case, a reminder goes to the shift leader.
    """
    said = f"Steg {step.position} är inte gjort inom {step.minutes} min: {step.text}"
    if "late" not in item.attention:
        item.attention = [*item.attention, "late"]
    if step.on_late == Late.CALL_OUT:
        _save(item, f"{said} {_call_out(item, step, now)}", now)
        return
    tells = step.on_late == Late.LEADER or item.claimed_by_id is None
    if step.on_late == Late.RAISE:
        before, item.priority = item.priority, raised(item.priority)
        higher = item.priority != before
        said += (
            f" Prioriteten höjs till {NAMES[item.priority].lower()}." if higher else " Skiftledaren får veta."
        )
        tells = tells or not higher  # at the top there is nothing to raise
    elif tells:
        said += " Skiftledaren får veta."
    _save(item, said, now)
    if tells:
        notices.notify(Notice.Kind.OVERDUE, item=item, now=now)


def _save(item: WorkItem, text: str, now: datetime) -> None:
    changes.save(item, verb="step_late", now=now, actor=None, text=text, touched=False, part="step")


def _call_out(item: WorkItem, step: InstructionStep, now: datetime) -> str:
    """Begin to ask the duty, unless it is being asked or has taken the case already; what is said of it.

    Nobody on duty is an escalation that has ended, and an alarm, as always.
    """
    rows = Run.objects.select_for_update().filter(work_item=item, purpose=CALLOUT, duty=step.late_duty)
    going = rows.filter(state__in=[RunState.RUNNING, RunState.TAKEN]).first()
    if going is not None:
        taken = going.state == RunState.TAKEN
        return (
            f"{going.duty_name} har redan tagit ärendet."
            if taken
            else f"{going.duty_name} är redan tillfrågad."
        )
    with in_municipality(directory.by_id(item.municipality_id)):
        try:
            duty = oncall.on_duty(step.late_duty, now)
        except oncall.UnknownDuty:
            notices.notify(Notice.Kind.OVERDUE, item=item, now=now)
            return "Jouren som skulle kallas ut finns inte längre. Skiftledaren får veta."
    begin(item=item, duty=duty, people=duty.people, step_position=None, now=now)
    return f"{duty.duty.name} kallas ut."
