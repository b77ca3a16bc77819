"""What must be settled before a case may close. Apps above register their own check; nobody is imported upward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from alarms.workqueue.errors import Remaining
from alarms.workqueue.models import WorkItem
from tenants.casefiles import queries as casefiles
from tenants.instructions import queries as instructions

#: ``check(item)`` runs in the item's municipality and says what remains.
Check = Callable[[WorkItem], list[Remaining]]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Add a check once; called by ``config`` when Django starts."""
    if check not in _checks:
        _checks.append(check)


def remaining(item: WorkItem, now: datetime) -> list[Remaining]:
    """Everything still to settle, in the order of the screen; call in the item's municipality.

    A step whose condition does not hold now is not asked for.
    """
    found = _required_steps(item.pk, now)
    for check in _checks:
        found += check(item)
    return found


def _required_steps(case_id: UUID, now: datetime) -> list[Remaining]:
    case = casefiles.case(case_id)
    if case.instruction_id is None:
        return []
    done = casefiles.step_records(case_id)
    return [
        Remaining("step", f"Steg {step.position} är inte klart: {step.text}", f"step-{step.position}")
        for step, applies in instructions.applying(instructions.steps(case.instruction_id), done, now)
        if step.required and applies == "yes" and step.position not in done
    ]
