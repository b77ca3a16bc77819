"""An escalation as the case shows it: how it goes, who is asked next and when. Call in the municipality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from alarms.callouts.models import Callout, Run, RunState, State
from alarms.callouts.plan import Ask, Plan, after, asks
from alarms.callouts.purposes import CALLOUT
from alarms.workqueue.rows import ms
from operator_console.times import clock
from tenants.contents.models import RunPlan

WORDS = {
    RunState.RUNNING: "Frågar i tur och ordning",
    RunState.TAKEN: "Taget",
    RunState.EXHAUSTED: "INGEN TAR",
    RunState.CALLED_OFF: "Avbruten",
}


@dataclass(frozen=True, slots=True)
class RunLine:
    """``due`` in ms since the epoch: when ``next`` happens. ``at``: which ask that is, for the act that hastens it."""

    id: UUID
    duty_name: str
    step_position: int | None
    word: str
    ended: str
    going: bool
    may_call_off: bool
    at: int
    due: int | None
    next: str
    hasten: str
    waiting: list[str]
    wanted: int
    coming: int

    @property
    def team(self) -> bool:
        return self.wanted > 1


def runs_of(case_id: UUID, callouts: Sequence[Callout]) -> dict[UUID | None, RunLine]:
    """Every escalation of a case, by its id."""
    runs = list(Run.objects.filter(work_item_id=case_id))
    plans = RunPlan.objects.in_bulk([run.pk for run in runs])
    own = {run.pk: [one for one in callouts if one.run_id == run.pk] for run in runs}
    return {run.pk: _line(run, Plan.of(plans[run.pk].plan), own[run.pk]) for run in runs if run.pk in plans}


def _line(run: Run, plan: Plan, callouts: Sequence[Callout]) -> RunLine:
    going = run.state == RunState.RUNNING
    table = asks(plan) if going else []
    said = {one.contact_id for one in callouts if one.state in (State.ACCEPTED, State.DECLINED)}
    coming = sum(one.state == State.ACCEPTED for one in callouts)
    return RunLine(
        id=run.pk,
        duty_name=run.duty_name,
        step_position=run.step_position,
        word=WORDS[RunState(run.state)],
        ended=clock(run.ended_at),
        going=going,
        may_call_off=run.purpose == CALLOUT and run.state in (RunState.RUNNING, RunState.TAKEN),
        at=run.at,
        due=ms(run.due_at),
        next=_next(run, plan, table, said) if going else "",
        hasten=_hastened(plan, table, run.at, said) if going else "",
        waiting=_waiting(plan, callouts) if going else [],
        wanted=run.wanted,
        coming=coming,
    )


def _next(run: Run, plan: Plan, table: Sequence[Ask], said: set[int]) -> str:
    """What falls due next, in words; who has answered is passed by."""
    for nth in range(run.at, len(table)):
        person = plan.people[table[nth].person]
        if person.contact_id not in said:
            return f"{'rings' if table[nth].way == 'voice' else 'frågas'} {person.name}"
    return "är alla frågade" + (", och beslutsfunktionen tar vid" if run.purpose == CALLOUT else "")


def _hastened(plan: Plan, table: Sequence[Ask], at: int, said: set[int]) -> str:
    """Whom hastening would ask; empty where nobody is left."""
    start = after(table, at, table[at - 1].person) if at else 0
    people = (plan.people[one.person] for one in table[start:])
    return next((one.name for one in people if one.contact_id not in said), "")


def _waiting(plan: Plan, callouts: Sequence[Callout]) -> list[str]:
    """Those of the plan who have not been asked yet, in order."""
    asked = {one.contact_id for one in callouts}
    return [one.name for one in plan.people if one.contact_id not in asked]
