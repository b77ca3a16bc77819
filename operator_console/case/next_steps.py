"""What each of my cases waits for, for its line among Mina: the next step, and the clock that runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from alarms.workqueue.errors import UnknownItem
from alarms.workqueue.models import State, WorkItem
from central.accounts.models import User
from operator_console.access import opened_case
from operator_console.case.ladder import CalloutLine, callouts_of
from tenants.casefiles import queries as casefiles
from tenants.instructions import queries as instructions
from tenants.instructions.models import InstructionStep

MOST = 12
CALL_OUT = "call_out"


def of_mine(*, user: User, wanted: Iterable[UUID], now: datetime) -> dict[str, dict[str, Any]]:
    """``{case id: {"text", "until"}}`` for those of the wanted that this person holds; at most twelve."""
    mine = WorkItem.objects.filter(pk__in=list(wanted)[:MOST], claimed_by=user, state=State.HELD)
    found: dict[str, dict[str, Any]] = {}
    for item_id in mine.values_list("pk", flat=True):
        try:
            with opened_case(user=user, item_id=item_id, now=now) as (item, _):
                found[str(item.pk)] = of_case(item.pk, now)
        except UnknownItem:
            continue  # it was handed over a moment ago
    return found


def of_case(case_id: UUID, now: datetime) -> dict[str, Any]:
    """One case; call in its municipality. ``until`` is the first awaited answer in ms, None when none is."""
    pinned = casefiles.case(case_id).instruction_id
    steps = instructions.steps(pinned) if pinned else []
    done = casefiles.step_records(case_id)
    applying = instructions.applying(steps, done, now)
    left = [step for step, applies in applying if applies == "yes" and step.position not in done]
    return told(left, bool(steps), callouts_of(case_id))


def told(remaining: list[InstructionStep], instructed: bool, callouts: list[CalloutLine]) -> dict[str, Any]:
    """Pure. A case without an instruction has no next step of its own: ``""``."""
    until = min((one.due for one in callouts if one.due is not None), default=None)
    if remaining:
        step = remaining[0]
        verb = "kalla ut " if step.type == CALL_OUT and not step.text.lower().startswith("kalla") else ""
        text = f"Steg {step.position}: {verb}{step.text if verb else step.text[:1].lower() + step.text[1:]}"
    else:
        text = "Alla steg klara" if instructed else ""
    return {"text": text, "until": until}
