"""Beginning an escalation, by an operator or by a rule: the plan is frozen, and the first is asked at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from alarms.callouts.errors import NobodyOnDuty, UnknownDuty
from alarms.callouts.models import Run, RunState
from alarms.callouts.plan import ANSWER_WITHIN, ROUNDS, Person, Plan, asks
from alarms.callouts.purposes import CALLOUT
from alarms.callouts.runs import plans_of, take_on
from alarms.workqueue import changes
from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from central.municipalities import directory
from central.municipalities.context import MunicipalityRef, in_municipality
from tenants.casefiles.models import CaseFile
from tenants.contents.models import RunPlan
from tenants.instructions.models import InstructionStep
from tenants.oncall import queries as oncall


def start(
    *,
    item_id: UUID,
    operator: User,
    duty: str,
    step_position: int | None = None,
    from_rank: int = 1,
    wanted: int = 1,
    at_once: bool = False,
    answer_within: int | None = None,
    now: datetime,
) -> Run:
    """Ask the duty's people until `wanted` of them take the case that one holds.

    Each has `answer_within` seconds; unless it is given, as long as the step of the case's own version says.

    With a run of the duty going on, that one is returned; `from_rank` above 1 makes it go on at once with the first of
    that rank or after. Nobody on duty is a run that has ended, and an alarm. Raises NotYours, UnknownItem, UnknownDuty,
    and NobodyOnDuty where others of the duty stand before `from_rank`.
    """
    with changes.holding(item_id, operator) as item:
        owner = directory.by_id(item.municipality_id)
        rows = Run.objects.select_for_update().filter(work_item=item, purpose=CALLOUT, duty=duty)
        going = rows.filter(state=RunState.RUNNING).first()
        if going is not None:
            if from_rank > 1:
                _jump(going, item, owner, from_rank, operator, now)
            return going
        with in_municipality(owner):
            try:
                found = oncall.on_duty(duty, now)
            except oncall.UnknownDuty:
                raise UnknownDuty from None
            seconds = answer_within or _of_the_step(item.pk, step_position) or ANSWER_WITHIN
        people = [one for one in found.people if one.rank >= from_rank]
        if found.people and not people:
            raise NobodyOnDuty(found.duty.name)
        return begin(
            item=item, duty=found, people=people, step_position=step_position, wanted=wanted, at_once=at_once,
            answer_within=seconds, operator=operator, now=now,
        )  # fmt: skip


def _of_the_step(case_id: UUID, position: int | None) -> int | None:
    """How long the step of the case's pinned version gives, in the municipality's schema."""
    steps = InstructionStep.objects.filter(
        instruction__in=CaseFile.objects.filter(pk=case_id).values("instruction_id"), position=position
    )
    return steps.values_list("answer_within", flat=True).first() if position is not None else None


def begin(
    *,
    item: WorkItem,
    duty: oncall.DutyNow,
    people: Sequence[oncall.OnDuty],
    purpose: str = CALLOUT,
    step_position: int | None = None,
    wanted: int = 1,
    at_once: bool = False,
    answer_within: int = ANSWER_WITHIN,
    rounds: int = ROUNDS,
    operator: User | None = None,
    now: datetime,
) -> Run:
    """Make the plan of these people of the duty, and ask the first; in the lock of the item."""
    owner = directory.by_id(item.municipality_id)
    plan = Plan(
        tuple(
            Person(one.contact.pk, one.contact.name, one.contact.phone, one.rank, one.contact.sms)
            for one in people
        ),
        answer_within=answer_within,
        rounds=rounds,
        at_once=at_once,
    )
    run = Run.objects.create(
        work_item=item, municipality_id=owner.id, purpose=purpose, duty=duty.duty.code, duty_name=duty.duty.name,
        step_position=step_position, wanted=wanted, people=len(plan.people), asks=len(asks(plan)), due_at=now,
        started_by=operator, started_at=now,
    )  # fmt: skip
    with in_municipality(owner):
        RunPlan.objects.create(id=run.pk, plan=plan.as_data(), made_at=now)
        take_on({run: plan}, {item.pk: item}, owner, now, operator)
    return run


def _jump(run: Run, item: WorkItem, owner: MunicipalityRef, rank: int, operator: User, now: datetime) -> None:
    """Go on at once with the first of this rank or after."""
    with in_municipality(owner):
        plan = plans_of([run])[run]
        table = asks(plan)
        later = [nth for nth, one in enumerate(table) if plan.people[one.person].rank >= rank]
        if not later:
            raise NobodyOnDuty(run.duty_name)
        run.at = next((nth for nth in later if nth >= run.at), later[0])
        run.due_at = now
        take_on({run: plan}, {item.pk: item}, owner, now, operator)
