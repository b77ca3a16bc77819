"""The steps of a case's instruction as the pane shows them: done, current, coming, or not for now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from alarms.decisions.models import Decision
from alarms.decisions.models import State as DecisionState
from alarms.decisions.wording import word as decision_word
from alarms.stepping import deadlines
from alarms.stepping.models import State as DeadlineState
from alarms.stepping.models import StepDeadline
from alarms.workqueue.models import WorkItem
from alarms.workqueue.rows import ms
from operator_console.case.ladder import CalloutLine
from operator_console.duty.roster import OnDuty
from operator_console.times import clock
from tenants.casefiles.models import StepRecord
from tenants.instructions import conditions
from tenants.instructions import queries as instructions
from tenants.instructions.conditions import Condition
from tenants.instructions.models import ActionInstruction, InstructionStep, StepType
from tenants.instructions.rules import Step, numbers

VERB_OF_TYPE = {
    "call_out": "KALLA UT", "safe_point": "TRYGGHETSPUNKT", "ask": "FRÅGA", "inform": "MEDDELA", "team": "KALLA IN",
    "sms": "SKICKA SMS", "notify": "UNDERRÄTTA", "decide": "BEGÄR BESLUT", "wait": "VÄNTA",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the pinned instruction; ``state`` is done | skipped | current | coming | off (its condition is false).

    ``due`` in ms since the epoch while its time runs; ``when`` its condition in words; ``then`` what follows if late.
    """

    position: int
    type: str
    shout: str
    text: str
    required: bool
    state: str
    at: str = ""
    by: str = ""
    outcome: str = ""
    choices: list[str] = field(default_factory=list)
    duty: str = ""
    duty_name: str = ""
    first: OnDuty | None = None
    second: OnDuty | None = None
    callouts: list[CalloutLine] = field(default_factory=list)
    wanted: int = 1
    message: str = ""
    when: str = ""
    due: int | None = None
    due_clock: str = ""
    late: bool = False
    then: str = ""
    decision: str = ""

    @property
    def asked(self) -> bool:
        """Whether somebody has been called out for this step and the answer may still come or has come."""
        return any(one.open or one.state == "accepted" for one in self.callouts)


def steps_of(
    pinned: ActionInstruction,
    item: WorkItem,
    done: dict[int, StepRecord],
    callouts: list[CalloutLine],
    roster: dict[str, Any],
    may_act: bool,
    now: datetime,
) -> list[StepLine]:
    """Every step as it stands; call in the municipality."""
    lines: list[StepLine] = []
    current_found = not may_act
    steps = instructions.steps(pinned.pk)
    due, positions = deadlines.of_case(item), numbers(steps)
    duties = {code: one.name for code, one in roster.items()}
    decision = _decision(item) if any(_may_be_decided(step, roster) for step in steps) else ""
    for step, applies in instructions.applying(steps, done, now):
        record = done.get(step.position)
        if record is not None:
            state = str(record.state)
        elif applies == "no":
            state = "off"
        elif applies == "yes" and not current_found:
            state, current_found = "current", True
        else:
            state = "coming"
        shown = _step(step, state, record, callouts, roster)
        when = conditions.words(Condition.of(step.condition), positions)
        deadline = due.get(step.position) if record is None else None
        asked_for = decision if _may_be_decided(step, roster) else ""
        lines.append(replace(shown, when=when, decision=asked_for, **_timed(step, deadline, duties)))
    return lines


def _may_be_decided(step: InstructionStep, roster: dict[str, Any]) -> bool:
    """The step asks for a decision, or calls out a duty that has nobody: then one is made."""
    if step.type == StepType.CALL_OUT:
        return step.duty not in roster or not roster[step.duty].people
    return bool(step.type == StepType.DECIDE)


def _decision(item: WorkItem) -> str:
    """How the newest decision about the case stands, "" when none has been asked for."""
    newest = Decision.objects.filter(work_item=item).exclude(state=DecisionState.WITHDRAWN).first()
    return decision_word(newest) if newest else ""


def _timed(step: InstructionStep, deadline: StepDeadline | None, duties: dict[str, str]) -> dict[str, Any]:
    """When it must be done and what follows: law 4."""
    if deadline is None:
        return {}
    return {
        "due": ms(deadline.due_at),
        "due_clock": clock(deadline.due_at)[:5],
        "late": deadline.state == DeadlineState.LATE,
        "then": Step.of(step).late_words(duties),
    }


def _step(
    step: InstructionStep,
    state: str,
    record: StepRecord | None,
    callouts: list[CalloutLine],
    roster: dict[str, Any],
) -> StepLine:
    duty = roster.get(step.duty)
    people = duty.people if duty else []
    return StepLine(
        position=step.position,
        type=step.type,
        shout=_shout(step),
        text=step.text,
        required=step.required,
        state=state,
        at=clock(record.at) if record else "",
        by=record.by_initials if record else "",
        outcome=record.outcome if record else "",
        choices=list(step.choices),
        duty=step.duty,
        duty_name=duty.name if duty else step.duty,
        first=people[0] if people else None,
        second=people[1] if len(people) > 1 else None,
        callouts=[one for one in callouts if one.step_position == step.position],
        wanted=step.wanted or 1,
        message=step.message,
    )


def _shout(step: InstructionStep) -> str:
    """The step's verb in capitals, unless its text begins with it already."""
    verb = VERB_OF_TYPE.get(step.type, "")
    return "" if verb and step.text.upper().startswith(verb) else verb
