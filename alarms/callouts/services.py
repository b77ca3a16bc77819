"""Calling out whoever is on duty, hearing the answer, and saying so on the row and in the journal.

Locks are taken in one order everywhere: leg, work item, call-out.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from alarms.callouts import rules, wording
from alarms.callouts.errors import NobodyOnDuty, NoSms, UnknownCallout, UnknownDuty
from alarms.callouts.models import ANSWERED, OPEN, Callout, State
from alarms.workqueue import changes
from alarms.workqueue.errors import BadInput
from alarms.workqueue.models import State as ItemState
from alarms.workqueue.models import WorkItem
from alarms.workqueue.services import set_word
from central import phone
from central.accounts.models import User
from central.carriers import services as carriers
from central.carriers.letters import keeper
from central.carriers.models import Leg
from central.events.services import unit_of_work
from central.municipalities import directory
from central.municipalities.context import MunicipalityRef, in_municipality
from tenants.casefiles import queries as casefile_queries
from tenants.casefiles import services as casefiles
from tenants.casefiles.models import StepState
from tenants.oncall import queries as oncall
from tenants.oncall.models import Contact

PURPOSE = "callout"


def call_out_on_duty(
    *,
    item_id: UUID,
    operator: User,
    duty: str,
    step_position: int | None = None,
    contact_rank: int = 1,
    now: datetime,
) -> Callout:
    """Ask by SMS the contact on duty (the first of `contact_rank` or after) to take a case one holds.

    Pressed twice while the contact is being asked, the same call-out is returned and nothing more is sent.
    Raises NotYours, UnknownItem, UnknownDuty, NobodyOnDuty, NoSms.
    """
    with changes.holding(item_id, operator) as item:
        owner = directory.by_id(item.municipality_id)
        duty_name, contact, rank = _contact(owner, duty, contact_rank, now)
        waiting = Callout.objects.filter(work_item=item, contact_id=contact.pk, state__in=OPEN).first()
        if waiting is not None:
            return waiting
        leg = _send(item, owner, contact, now)
        callout = Callout.objects.create(
            work_item=item,
            municipality_id=owner.id,
            duty=duty,
            duty_name=duty_name,
            contact_id=contact.pk,
            leg=leg,
            rank=rank,
            step_position=step_position,
            asked_by=operator,
            created_at=now,
            answer_due_at=now + rules.ANSWER_WITHIN,
        )
        _mark(item)
        changes.save(
            item,
            verb="sms_queued",
            now=now,
            actor=operator,
            text=f"{duty_name}: {contact.name}, sms till {phone.display(contact.phone)}.",
            data={"callout": str(callout.pk)},
            part="callout",
        )
    return callout


def _contact(owner: MunicipalityRef, duty: str, contact_rank: int, now: datetime) -> tuple[str, Contact, int]:
    with in_municipality(owner):
        try:
            found = oncall.on_duty(duty, now)
        except oncall.UnknownDuty:
            raise UnknownDuty from None
    for person in found.people:
        if person.rank >= contact_rank:
            if not person.contact.sms:
                raise NoSms(person.contact.name)
            return found.duty.name, person.contact, person.rank
    raise NobodyOnDuty(found.duty.name)


def _send(item: WorkItem, owner: MunicipalityRef, contact: Contact, now: datetime) -> Leg:
    try:
        return carriers.send(
            municipality=owner,
            subject_id=item.pk,
            purpose=PURPOSE,
            to=contact.phone,
            body=wording.sms(
                asks=owner.hotline_name or directory.centre().name, item=item, municipality_name=owner.name
            ),
            contact_name=contact.name,
            now=now,
        )
    except phone.BadNumber:
        raise NoSms(contact.name) from None


def leg_changed(leg: Leg, now: datetime) -> None:
    """The SMS of a call-out has a new state (inside the carrier's unit of work)."""
    found = Callout.objects.filter(leg_id=leg.pk).first()
    if found is None:
        return
    item = changes.locked(found.work_item_id)
    callout = Callout.objects.select_for_update().get(pk=found.pk)
    callout.sent_at = callout.sent_at or leg.sent_at
    callout.delivered_at = callout.delivered_at or leg.delivered_at
    callout.error_code = leg.error_code
    new = rules.after_leg(callout.state, leg.state)
    looked_in_vain = callout.state == State.UNCERTAIN and new is None and leg.state == "uncertain"
    if new is not None:
        callout.state = new
    callout.save()
    contact = _name(callout)
    if looked_in_vain:
        _say(item, State.UNCERTAIN, wording.not_found(contact), now)
    elif new is not None:
        _say(item, new, wording.state_line(new, contact, leg.error_code), now)


def still_wanted(leg: Leg) -> bool:
    """False once the case is closed or the contact need not be asked any more."""
    callout = Callout.objects.filter(leg_id=leg.pk).select_related("work_item").first()
    return callout is not None and callout.state in OPEN and callout.work_item.state != ItemState.CLOSED


def hear(*, callout_id: UUID, body: str, now: datetime) -> None:
    """A contact's SMS about this call-out: 1 takes, 2 can not, anything else is only written down.

    The last 1 or 2 counts, so who took a case may still say that they can't.
    """
    with unit_of_work():
        item = changes.locked(Callout.objects.values_list("work_item_id", flat=True).get(pk=callout_id))
        callout = Callout.objects.select_for_update().select_related("leg").get(pk=callout_id)
        others = Callout.objects.filter(leg__number_hash=callout.leg.number_hash, state__in=OPEN)
        several = others.exclude(pk=callout.pk).exists() and callout.state in OPEN
        closed = item.state == ItemState.CLOSED
        meant = None if closed else rules.answer(body)
        if meant is not None:
            callout.state, callout.answered_at = meant, now
            callout.save(update_fields=["state", "answered_at"])
            _settle_step(callout, now)
        text = wording.answer_line(_name(callout), body, meant, several=several, closed=closed)
        _say(item, State.ACCEPTED, text, now)


def settle(*, item_id: UUID, operator: User, callout_id: UUID, answer: str, now: datetime) -> Callout:
    """What the operator heard by telephone instead: accepted, declined or no_answer. Ends also an uncertain one.

    Raises BadInput, NotYours, UnknownItem, UnknownCallout.
    """
    if answer not in (*ANSWERED, State.NO_ANSWER):
        raise BadInput("answer", "Välj om kontakten tar ärendet, inte kan eller inte svarade.")
    state = State(answer)
    with changes.holding(item_id, operator) as item:
        callout = Callout.objects.select_for_update().filter(pk=callout_id, work_item=item).first()
        if callout is None:
            raise UnknownCallout
        callout.state = state
        callout.answered_at = now if state in ANSWERED else callout.answered_at
        callout.missed_at = now if state == State.NO_ANSWER else callout.missed_at
        callout.save(update_fields=["state", "answered_at", "missed_at"])
        _settle_step(callout, now)
        _mark(item)
        text = wording.settled_line(_name(callout), state)
        changes.save(item, verb="sms_answered", now=now, actor=operator, text=text, part="callout")
    return callout


def mark_no_answer(*, callout_id: UUID, now: datetime) -> bool:
    """For the clock: the time to answer is out. False when it was answered or marked meanwhile."""
    with unit_of_work():
        item_id = Callout.objects.values_list("work_item_id", flat=True).get(pk=callout_id)
        item = changes.locked(item_id)
        callout = Callout.objects.select_for_update().get(pk=callout_id)
        waits = callout.state in (State.QUEUED, State.SENT, State.DELIVERED)
        if not waits or callout.answer_due_at > now:
            return False
        callout.state, callout.missed_at = State.NO_ANSWER, now
        callout.save(update_fields=["state", "missed_at"])
        minutes = round((callout.answer_due_at - callout.created_at).total_seconds() / 60)
        _say(item, State.NO_ANSWER, wording.no_answer(_name(callout), minutes), now)
    return True


def _settle_step(callout: Callout, now: datetime) -> None:
    """Somebody takes it: the step that called out is done. Changed their mind: it stands open again."""
    if callout.step_position is None:
        return
    outcome = f"{callout.duty_name} tar"
    with in_municipality(directory.by_id(callout.municipality_id)):
        done = casefile_queries.step_records(callout.work_item_id).get(callout.step_position)
        if callout.state == State.ACCEPTED:
            casefiles.record_step(
                callout.work_item_id,
                position=callout.step_position,
                state=StepState.DONE,
                outcome=outcome,
                by=casefiles.NOBODY,
                now=now,
            )
        elif done is not None and done.by_id is None and done.outcome == outcome:
            casefiles.forget_step(callout.work_item_id, position=callout.step_position)


def _say(item: WorkItem, state: State, text: str, now: datetime) -> None:
    """Word and attention on the row, a line in the journal, and the events."""
    shown = rules.summary(list(Callout.objects.filter(work_item=item)))
    set_word(
        item_id=item.pk,
        word=shown.word,
        attention_add=sorted(shown.attention),
        attention_remove=sorted({"uncertain", "undelivered"} - shown.attention),
        verb=rules.VERBS[state],
        text=text,
        now=now,
    )


def _mark(item: WorkItem) -> None:
    """The same on an item that the caller saves."""
    shown = rules.summary(list(Callout.objects.filter(work_item=item)))
    item.word = shown.word[:80]
    kept = [one for one in item.attention if one not in ("uncertain", "undelivered")]
    item.attention = kept + sorted(shown.attention)


def _name(callout: Callout) -> str:
    """The contact's name from the letter; only for the journal, which stands with the municipality."""
    return keeper().read(callout.leg_id, directory.by_id(callout.municipality_id)).contact_name
