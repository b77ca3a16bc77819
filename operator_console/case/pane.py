"""The case pane as data: what the template shows, read in the case's municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.rows import ms
from alarms.workqueue.services import OUTCOMES
from central import functions, phone, priorities
from central.accounts.capabilities import INTAKE_MANAGE, rights_of
from central.accounts.models import User
from central.municipalities.context import MunicipalityRef
from operator_console.case.happened import happened
from operator_console.case.ladder import CalloutLine, ladders_of
from operator_console.case.running import RunLine
from operator_console.case.speech import SpeechLine, speech_of
from operator_console.case.steps import StepLine, steps_of
from operator_console.case.words import line
from operator_console.duty.roster import on_duty
from operator_console.times import clock, minute
from tenants.casefiles import queries as casefiles
from tenants.casefiles.models import CaseFile
from tenants.casefiles.words import reception
from tenants.instructions import queries as instructions
from tenants.instructions.models import ActionInstruction
from tenants.instructions.pinning import site_id_of
from tenants.safepoints import queries as safepoints
from tenants.safepoints.queries import LivePoint

JOURNAL_SHOWN = 200
UNKNOWN = "unknown_transmitter"


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line; times to the second."""

    at: str
    by: str
    text: str
    verb: str


@dataclass(frozen=True, slots=True)
class Pane:
    """Everything the fragment shows."""

    item: WorkItem
    owner: MunicipalityRef
    case: CaseFile
    hold: str
    may_act: bool
    may_take: bool
    instruction: ActionInstruction | None
    steps: list[StepLine]
    callouts: list[CalloutLine]
    lone_runs: list[RunLine]
    journal: list[JournalLine]
    points: list[LivePoint]
    draft: str
    call_back: str
    speech: SpeechLine | None
    since: int | None
    function_name: str
    priority_name: str
    outcome_name: str
    holder_name: str
    parked_until: str
    closed_at: str
    received_at: str
    happened: str
    may_register: bool

    @property
    def current(self) -> StepLine | None:
        return next((step for step in self.steps if step.state == "current"), None)

    @property
    def where(self) -> str:
        """What the register says of the place, where the alarm itself said nothing."""
        return " · ".join(one for one in (self.item.site, self.item.area) if one)

    @property
    def other_callouts(self) -> list[CalloutLine]:
        """Call-outs that do not stand under the current step."""
        under = self.current.callouts if self.current else []
        return [one for one in self.callouts if one not in under]

    @property
    def settled(self) -> int:
        return sum(step.state in ("done", "skipped") for step in self.steps)

    @property
    def shown_steps(self) -> list[StepLine]:
        """The steps but for those that do not apply."""
        return [step for step in self.steps if step.state != "off"]

    @property
    def off_steps(self) -> list[StepLine]:
        """Those that do not apply now, which are only named."""
        return [step for step in self.steps if step.state == "off"]

    @property
    def meta(self) -> dict[str, Any]:
        """What the scripts need beside the markup."""
        return {
            "id": str(self.item.pk),
            "hold": self.hold,
            "draft": self.draft,
            "may_note": True,
        }


def pane(*, item: WorkItem, owner: MunicipalityRef, user: User, now: datetime) -> Pane:
    """Read a case; call in its municipality."""
    case = casefiles.case(item.pk)
    hold = holding(item, user)
    may_act = hold in ("mine", "parked-mine")
    callouts, lone_runs = ladders_of(item.pk)
    pinned = _instruction(case, item, hold, now)
    roster = {one.code: one for one in on_duty(now)}
    done = casefiles.step_records(item.pk)
    return Pane(
        item=item,
        owner=owner,
        case=case,
        hold="parked" if hold == "parked-mine" else hold,
        may_act=may_act,
        may_take=hold in ("unanswered", "offered") or (hold == "parked" and item.claimed_by_id is None),
        instruction=pinned,
        steps=steps_of(pinned, item, done, callouts, roster, may_act, now) if pinned else [],
        callouts=callouts,
        lone_runs=lone_runs,
        journal=_journal(item, case),
        points=safepoints.live(item.pk),
        draft=casefiles.draft(item.pk, user.pk),
        call_back=phone.display(case.call_back) if case.call_back else "",
        speech=speech_of(item=item, user=user, now=now),
        since=ms(item.claimed_at if hold in ("mine", "other") else item.received_at),
        function_name=functions.NAMES[item.function],
        priority_name=priorities.NAMES[item.priority],
        outcome_name=OUTCOMES.get(item.outcome, ""),
        holder_name=item.claimed_by.name if item.claimed_by else "",
        parked_until=minute(item.parked_until),
        closed_at=minute(item.closed_at),
        received_at=clock(item.received_at),
        happened=happened(item, now),
        may_register=item.kind == UNKNOWN
        and hold != "closed"
        and rights_of(user).can(INTAKE_MANAGE, item.municipality_id),
    )


def holding(item: WorkItem, user: User) -> str:
    """unanswered | offered | mine | other | parked-mine | parked | closed, from this person's chair."""
    if item.state == State.CLOSED:
        return "closed"
    if item.offered_to_id == user.pk:
        return "offered"
    if item.state == State.PARKED:
        return "parked-mine" if item.claimed_by_id == user.pk else "parked"
    if item.state == State.UNANSWERED:
        return "unanswered"
    return "mine" if item.claimed_by_id == user.pk else "other"


def _instruction(case: CaseFile, item: WorkItem, hold: str, now: datetime) -> ActionInstruction | None:
    if case.instruction_id is not None:
        return ActionInstruction.objects.filter(pk=case.instruction_id).first()
    # Read before anybody took it: the version that would be pinned now.
    if hold != "unanswered":
        return None
    return instructions.current(item.kind, at=now, site_id=site_id_of(item.transmitter_id))


def _journal(item: WorkItem, case: CaseFile) -> list[JournalLine]:
    """Newest first; the alarm itself is where it begins, whoever has acted since."""
    rows = casefiles.journal(item.pk)[:JOURNAL_SHOWN]
    lines = [JournalLine(clock(row.at), row.by_initials, line(row.verb, row.text), row.verb) for row in rows]
    # An unknown account's later alarms have lines of their own.
    repeats = item.repeats if item.transmitter_id is not None else 1
    began = line("received", reception(case, repeats))
    return [*lines, JournalLine(clock(item.received_at), "", began, "received")]
