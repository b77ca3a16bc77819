"""Steps that are carried out at one press: a team called in, an SMS to whoever is on duty, a decision asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from alarms.callouts import beginning
from alarms.callouts.errors import NobodyOnDuty, UnknownDuty
from alarms.decisions import asking
from alarms.workqueue import changes
from alarms.workqueue.errors import BadInput, NotNow
from alarms.workqueue.models import WorkItem
from alarms.workqueue.step_watch import steps_changed
from central import phone
from central.accounts.models import User
from central.carriers import services as carriers
from central.carriers.listeners import Listener
from central.carriers.models import Leg
from central.events.services import unit_of_work
from central.municipalities import directory
from central.municipalities.context import MunicipalityRef, in_municipality
from tenants.casefiles import queries as casefile_queries
from tenants.casefiles import services as casefiles
from tenants.casefiles.models import StepState
from tenants.instructions import queries as instructions
from tenants.instructions.models import InstructionStep, StepType
from tenants.oncall import queries as oncall

PURPOSE = "step_sms"


def do_step(*, item_id: UUID, operator: User, position: int, now: datetime) -> None:
    """Do what the step of the case's own version says. Done already, nothing is done again.

    A team is asked at once until as many as the step says come; then the step is done by itself, as is an SMS step when
    its messages are queued. Raises NotYours, UnknownItem, BadInput, NotNow, UnknownDuty and NobodyOnDuty.
    """
    with changes.holding(item_id, operator) as item:
        owner = directory.by_id(item.municipality_id)
        with in_municipality(owner):
            step = _step(item, position)
            if step is None:
                return
        if step.type == StepType.TEAM:
            beginning.start(
                item_id=item_id, operator=operator, duty=step.duty, step_position=position,
                wanted=step.wanted or 1, at_once=True, now=now,
            )  # fmt: skip
        elif step.type == StepType.SMS:
            _send(item, step, owner, operator, now)
        elif step.type == StepType.DECIDE:
            asking.when_nobody(item, None, now)
        else:
            raise BadInput("position", "Det steget gör du själv. Tryck Steg klart när det är gjort.")


def _step(item: WorkItem, position: int) -> InstructionStep | None:
    """The step to do; None when it is done. In the municipality."""
    pinned = casefile_queries.case(item.pk).instruction_id
    steps = instructions.steps(pinned) if pinned else []
    found = next((step for step in steps if step.position == position), None)
    if found is None:
        raise BadInput("position", f"Instruktionen har inget steg {position}.")
    return None if position in casefile_queries.step_records(item.pk) else found


def _send(
    item: WorkItem, step: InstructionStep, owner: MunicipalityRef, operator: User, now: datetime
) -> None:
    """One SMS to each on duty who takes them; the step is done when they are queued."""
    with in_municipality(owner):
        try:
            duty = oncall.on_duty(step.duty, now)
        except oncall.UnknownDuty:
            raise UnknownDuty from None
        people = [one.contact for one in duty.people if one.contact.sms]
        if not duty.people:
            raise NobodyOnDuty(duty.duty.name)
        sent: list[str] = []
        for contact in people:
            try:
                carriers.send(
                    municipality=owner, subject_id=item.pk, purpose=PURPOSE, to=contact.phone, body=step.message,
                    contact_name=contact.name, now=now,
                )  # fmt: skip
                sent.append(contact.name)
            except phone.BadNumber:
                continue
        if not sent:
            raise NotNow(f"Ingen på {duty.duty.name} tar emot sms. Ring i stället, och tryck Steg klart.")
        outcome = f"Sms till {duty.duty.name}"
        casefiles.record_step(
            item.pk,
            position=step.position,
            state=StepState.DONE,
            outcome=outcome,
            by=changes.by(operator),
            now=now,
        )
    steps_changed(item, now)
    changes.save(
        item, verb="step_sent", now=now, actor=operator, data={"position": step.position}, part="step",
        text=f"Steg {step.position}: sms till {', '.join(sent)} ({duty.duty.name}): ”{step.message}”",
    )  # fmt: skip


class StepMessages(Listener):
    """Registered by the composition root: an SMS of a step that did not arrive is told in the case."""

    def leg_changed(self, leg: Leg, now: datetime) -> None:
        if leg.state not in ("undelivered", "failed", "uncertain") or leg.subject_id is None:
            return
        with unit_of_work():
            item = WorkItem.objects.select_for_update().filter(pk=leg.subject_id).first()
            if item is None:
                return
            verb, text = "sms_failed", "Ett sms enligt instruktionen kom inte fram. Ring jouren."
            if leg.state == "uncertain":
                verb, text = "sms_uncertain", "Vi vet inte om ett sms enligt instruktionen gick. Ring jouren."
            item.attention = [*(one for one in item.attention if one != "undelivered"), "undelivered"]
            changes.save(item, verb=verb, now=now, actor=None, text=text, touched=False, part="step")
