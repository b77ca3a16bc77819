"""Working a case that one holds: steps, notes, parking, priority, links, outcome."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from alarms.workqueue import changes, closing
from alarms.workqueue.claiming import STOCKHOLM, already_closed, to_queue
from alarms.workqueue.errors import BadInput, NothingToUndo, NotNow, Unresolved
from alarms.workqueue.gathering import hold_for_closing, let_go
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.step_watch import steps_changed
from central import priorities
from central.accounts.capabilities import CASE_ACT
from central.accounts.models import User
from central.events.services import unit_of_work
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id
from tenants.casefiles import queries as casefile_queries
from tenants.casefiles import services as casefiles
from tenants.casefiles.models import Followup, JournalEntry, StepRecord, StepState
from tenants.casefiles.words import OUTCOMES
from tenants.instructions import queries as instructions

SKIP_REASONS: dict[str, str] = {
    "not_needed": "Behövs inte",
    "done_elsewhere": "Redan gjort av någon annan",
    "not_possible": "Går inte att göra nu",
}
PRIORITY_REASONS: dict[str, str] = {
    "danger": "Fara för liv",
    "worse": "Har blivit värre",
    "milder": "Mindre allvarligt än larmat",
    "wrong": "Fel prioritet från början",
}
NOTE_MAX = 4_000
UNDO = timedelta(seconds=10)
PARK_MAX = timedelta(days=7)


def note(*, item_id: UUID, operator: User, text: str, now: datetime) -> WorkItem:
    """Write in the journal. Anyone who may act on the case may note, holder or not."""
    text = text.strip()
    if not text:
        raise BadInput("text", "Skriv något först.")
    if len(text) > NOTE_MAX:
        raise BadInput("text", f"Noteringen är {len(text)} tecken. Högst {NOTE_MAX} går in; dela den i två.")
    with unit_of_work():
        item = changes.locked(item_id)
        changes.check(operator, CASE_ACT, item)
        with in_municipality(by_id(item.municipality_id)):
            casefiles.save_draft(item.pk, operator.pk, "", now)
        mine = item.claimed_by_id == operator.pk
        return changes.save(item, verb="noted", now=now, actor=operator, text=text, touched=mine)


def tick_step(*, item_id: UUID, operator: User, position: int, outcome: str = "", now: datetime) -> WorkItem:
    """A step is done. Twice is once."""
    return _settle(item_id, operator, position, StepState.DONE, outcome, now)


def skip_step(*, item_id: UUID, operator: User, position: int, reason: str, now: datetime) -> WorkItem:
    """A step is skipped, with a reason."""
    if reason not in SKIP_REASONS:
        raise BadInput("reason", "Välj en anledning i listan.")
    return _settle(item_id, operator, position, StepState.SKIPPED, SKIP_REASONS[reason], now)


def _settle(
    item_id: UUID, operator: User, position: int, state: str, outcome: str, now: datetime
) -> WorkItem:
    with changes.holding(item_id, operator) as item, in_municipality(by_id(item.municipality_id)):
        case = casefile_queries.case(item.pk)
        step = (
            next((one for one in instructions.steps(case.instruction_id) if one.position == position), None)
            if case.instruction_id
            else None
        )
        if step is None:
            raise BadInput("position", f"Instruktionen har inget steg {position}.")
        if step.choices and state == StepState.DONE and outcome and outcome not in step.choices:
            raise BadInput("outcome", "Välj ett av svaren.")
        _, fresh = casefiles.record_step(
            item.pk, position=position, state=state, outcome=outcome, by=changes.by(operator), now=now
        )
        if not fresh:
            return item
        steps_changed(item, now)
        verb = "step_done" if state == StepState.DONE else "step_skipped"
        text = f"Steg {position}: {step.text}" + (f" · {outcome}" if outcome else "")
        return changes.save(
            item, verb=verb, now=now, actor=operator, text=text, data={"position": position}, part="step"
        )


def park(*, item_id: UUID, operator: User, until: datetime, now: datetime) -> WorkItem:
    """Let a case rest until a time; it wakes as mine, with sound."""
    check_wake_up(until, now)
    with changes.holding(item_id, operator) as item:
        if item.priority == priorities.LIFE_CRITICAL:
            raise NotNow("Ett ärende med livsfara kan inte parkeras. Sänk prioriteten först, med anledning.")
        item.state = State.PARKED
        item.parked_until = until
        clock = f"{until.astimezone(STOCKHOLM):%H:%M}"
        return changes.save(item, verb="parked", now=now, actor=operator, text=f"Vilar till {clock}")


def check_wake_up(until: datetime, now: datetime) -> None:
    """Raise BadInput unless a case may rest until then."""
    if until <= now:
        raise BadInput("until", "Välj en tid som inte har varit.")
    if until > now + PARK_MAX:
        raise BadInput("until", "Ett ärende kan vila högst sju dygn. Lämna det till kommunen i stället.")


def change_priority(*, item_id: UUID, operator: User, priority: int, reason: str, now: datetime) -> WorkItem:
    """Raise or lower, with a reason."""
    if priority not in priorities.NAMES:
        raise BadInput("priority", "Prioriteten är 1, 2, 3 eller 4.")
    if reason not in PRIORITY_REASONS:
        raise BadInput("reason", "Välj en anledning i listan.")
    with changes.holding(item_id, operator) as item:
        before = item.priority
        if before == priority:
            return item
        item.priority = priority
        text = f"{priorities.NAMES[before]} → {priorities.NAMES[priority]}: {PRIORITY_REASONS[reason]}"
        return changes.save(item, verb="priority_changed", now=now, actor=operator, text=text)


def link(*, item_id: UUID, operator: User, lead_id: UUID, now: datetime) -> WorkItem:
    """This case belongs with another; both journals say so. A lead has no lead of its own."""
    with unit_of_work():
        for one in sorted((item_id, lead_id)):  # in one order: two who link crosswise must not deadlock
            changes.locked(one)
        with changes.holding(item_id, operator) as item:
            return _linked(item, lead_id, operator, now)


def _linked(item: WorkItem, lead_id: UUID, operator: User, now: datetime) -> WorkItem:
    lead = changes.locked(lead_id)
    changes.check(operator, CASE_ACT, lead)
    if lead.lead_id is not None:
        lead = changes.locked(lead.lead_id)
    if lead.pk == item.pk:
        raise BadInput("lead_id", "Ett ärende kan inte höra ihop med sig självt.")
    if item.lead_id == lead.pk:
        return item
    if item.followers.exists():
        raise NotNow("Andra ärenden hör redan ihop med det här. Koppla det andra hit i stället.")
    item.lead = lead
    changes.save(
        lead,
        verb="linked",
        now=now,
        actor=operator,
        text=f"{item.reference} hör ihop med detta",
        touched=False,
    )
    return changes.save(item, verb="linked", now=now, actor=operator, text=f"Hör ihop med {lead.reference}")


def close(*, item_id: UUID, operator: User, outcome: str, now: datetime) -> WorkItem:
    """Close with an outcome; refused with what remains while anything required is unsettled."""
    if outcome not in OUTCOMES:
        raise BadInput("outcome", "Välj ett utfall i listan.")
    with unit_of_work():
        item = changes.locked(item_id)
        if item.state == State.CLOSED:
            changes.check(operator, CASE_ACT, item)
            if item.claimed_by_id == operator.pk and item.outcome == outcome:
                return item
            raise already_closed(item)
    with unit_of_work():
        gathering = hold_for_closing([item_id]) if item.gathers else []
        with changes.holding(item_id, operator) as item:
            closed = _closed(item, operator, outcome, now)
        let_go(gathering, item_id)
        return closed


def _closed(item: WorkItem, operator: User, outcome: str, now: datetime) -> WorkItem:
    with in_municipality(by_id(item.municipality_id)):
        left = closing.remaining(item, now)
    if left:
        raise Unresolved(left)
    item.state = State.CLOSED
    item.closed_at = now
    item.outcome = outcome
    item.parked_until = None
    item.offered_to = item.offered_by = None
    item.attention = []
    return changes.save(item, verb="closed", now=now, actor=operator, text=OUTCOMES[outcome])


def reopen(*, item_id: UUID, operator: User, reason: str = "", now: datetime) -> WorkItem:
    """Open a closed case again, as mine."""
    with unit_of_work():
        item = changes.locked(item_id)
        changes.check(operator, CASE_ACT, item)
        if item.state != State.CLOSED:
            raise NotNow("Ärendet är inte avslutat.")
        item.state = State.HELD
        item.claimed_by = operator
        item.closed_at = None
        item.outcome = ""
        steps_changed(item, now)
        with in_municipality(by_id(item.municipality_id)):
            casefiles.mirror(item.pk, now=now, followup=Followup.OPEN)
        return changes.save(item, verb="reopened", now=now, actor=operator, text=reason.strip()[:400])


def undo(*, item_id: UUID, operator: User, now: datetime) -> WorkItem:
    """Take back one's own last claim, parking or step, within ten seconds."""
    with changes.holding(item_id, operator) as item, in_municipality(by_id(item.municipality_id)):
        last = JournalEntry.objects.filter(case_id=item.pk).order_by("-at", "-id").first()
        if last is None or last.by_id != operator.pk or now - last.at > UNDO:
            raise NothingToUndo
        if last.verb == "claimed":
            return to_queue(item, verb="undone", now=now, actor=operator)
        if last.verb == "parked":
            item.state, item.parked_until = State.HELD, None
            return changes.save(item, verb="undone", now=now, actor=operator, text="Parkeringen ångrad")
        if last.verb in ("step_done", "step_skipped"):
            position = int(last.data["position"])
            if not StepRecord.objects.filter(case_id=item.pk, position=position).exists():
                raise NothingToUndo
            casefiles.forget_step(item.pk, position=position)
            steps_changed(item, now)
            return changes.save(
                item, verb="undone", now=now, actor=operator, text=f"Steg {position} ångrat", part="step"
            )
        raise NothingToUndo
