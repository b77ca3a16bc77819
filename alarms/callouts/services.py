"""Call-outs as operators and carriers meet them: asking whoever is on duty, what becomes of the messages, settling.

Locks are taken in one order everywhere: leg, work item, run, call-out.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from alarms.callouts import answering, asking, beginning, purposes, rules, runs, showing, steering, wording
from alarms.callouts.models import ANSWERED, OPEN, Callout, Run, RunState, State
from alarms.workqueue import changes
from alarms.workqueue.errors import BadInput
from alarms.workqueue.models import State as ItemState
from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from central.carriers.models import Channel, Leg


def call_out_on_duty(
    *,
    item_id: UUID,
    operator: User,
    duty: str,
    step_position: int | None = None,
    contact_rank: int = 1,
    answer_within: int | None = None,
    now: datetime,
) -> Callout | None:
    """Ask those on duty to take a case that one holds, the first of `contact_rank` or after at once, then the next.

    Pressed twice, the same run goes on and nothing more is sent. Returns the newest call-out of the duty, None when
    nobody is on duty: then the case says so, and the shift leader is told. Raises NotYours, UnknownItem, UnknownDuty,
    and NobodyOnDuty where others of the duty stand before that rank.
    """
    run = beginning.start(
        item_id=item_id,
        operator=operator,
        duty=duty,
        step_position=step_position,
        from_rank=contact_rank,
        answer_within=answer_within,
        now=now,
    )
    return Callout.objects.filter(run=run).order_by("-created_at", "-rank").first()


def leg_changed(leg: Leg, now: datetime) -> None:
    """A message of a call-out has a new state (inside the carrier's unit of work)."""
    if leg.subject_id is None or not Callout.objects.filter(pk=leg.subject_id).exists():
        return
    with answering.locked(leg.subject_id) as (item, run, callout):
        if leg.channel == Channel.VOICE:
            _call_changed(leg, item, run, callout, now)
        else:
            _sms_changed(leg, item, run, callout, now)


def _sms_changed(leg: Leg, item: WorkItem, run: Run | None, callout: Callout, now: datetime) -> None:
    callout.sent_at = callout.sent_at or leg.sent_at
    callout.delivered_at = callout.delivered_at or leg.delivered_at
    callout.error_code = leg.error_code
    new = rules.after_leg(callout.state, leg.state)
    looked_in_vain = callout.state == State.UNCERTAIN and new is None and leg.state == "uncertain"
    if new is not None:
        callout.state = new
    callout.save()
    contact = asking.name_of(callout)
    if looked_in_vain:
        showing.show(item, run, [(rules.VERBS[State.UNCERTAIN], wording.not_found(contact))], None, now)
    elif new is not None:
        line = wording.state_line(new, contact, leg.error_code)
        showing.show(item, run, [(rules.VERBS[new], line)], None, now)
    if new == State.UNDELIVERED and run is not None and runs.is_being_asked(run, callout):
        runs.resume(run, item, now)


def _call_changed(leg: Leg, item: WorkItem, run: Run | None, callout: Callout, now: datetime) -> None:
    word = wording.call_line(leg.state, asking.name_of(callout), leg.error_code)
    if word:
        showing.show(item, run, [("call_failed" if leg.final else "call_answered", word)], None, now)
    if callout.state == State.QUEUED and callout.sent_at is None and leg.state in ("sent", "delivered"):
        callout.state, callout.sent_at = State.SENT, now
        callout.save(update_fields=["state", "sent_at"])
    if leg.state in ("undelivered", "failed") and run is not None and runs.is_being_asked(run, callout):
        runs.resume(run, item, now)


def still_wanted(leg: Leg) -> bool:
    """False once the case is closed or the contact need not be asked any more."""
    rows = Callout.objects.select_related("work_item", "run")
    callout = rows.filter(pk=leg.subject_id).first() if leg.subject_id else None
    if callout is None or callout.state not in OPEN or callout.work_item.state == ItemState.CLOSED:
        return False
    return callout.run is None or callout.run.state in (RunState.RUNNING, RunState.EXHAUSTED)


def may_take(callout_id: UUID) -> bool:
    """Whether an answer would still count: to one who is asked, or who was and is late; not once others have it."""
    callout = Callout.objects.filter(pk=callout_id).select_related("work_item", "run").first()
    if callout is None or callout.work_item.state == ItemState.CLOSED:
        return False
    taken = callout.run is not None and callout.run.state == RunState.TAKEN
    return callout.state == State.ACCEPTED or not (taken or callout.state == State.NOT_NEEDED)


def pressed(callout_id: UUID, digit: str, now: datetime) -> str:
    """A person pressed 1 or 2 in our call; what to say to them."""
    state = answering.press(callout_id=callout_id, digit=digit, now=now)
    run = Callout.objects.select_related("run").get(pk=callout_id).run
    if state is None or run is None:
        return wording.TAKEN_SPOKEN
    return purposes.of(run).thanks(digit, state)


def settle(*, item_id: UUID, operator: User, callout_id: UUID, answer: str, now: datetime) -> Callout:
    """What the operator heard by telephone instead: accepted, declined or no_answer. Ends also an uncertain one.

    Raises BadInput, NotYours, UnknownItem, UnknownCallout.
    """
    if answer not in (*ANSWERED, State.NO_ANSWER):
        raise BadInput("answer", "Välj om kontakten tar ärendet, inte kan eller inte svarade.")
    state = State(answer)
    with changes.holding(item_id, operator) as item:
        callout = steering.callout_of(item, callout_id)
        answering.settled(
            item, callout, state, operator, wording.settled_line(asking.name_of(callout), state), now
        )
    return callout


def mark_no_answer(*, callout_id: UUID, now: datetime) -> bool:
    """For the clock: the time to answer is out. False when it was answered or marked meanwhile."""
    with answering.locked(callout_id) as (item, run, callout):
        waits = callout.state in (State.QUEUED, State.SENT, State.DELIVERED)
        if not waits or callout.answer_due_at > now:
            return False
        callout.state, callout.missed_at = State.NO_ANSWER, now
        callout.save(update_fields=["state", "missed_at"])
        minutes = round((callout.answer_due_at - callout.created_at).total_seconds() / 60)
        line = wording.no_answer(asking.name_of(callout), minutes)
        showing.show(item, run, [(rules.VERBS[State.NO_ANSWER], line)], None, now)
    return True


hear, hasten, call_off, report = answering.hear, steering.hasten, steering.call_off, steering.report
__all__ = [
    "call_off", "call_out_on_duty", "hasten", "hear", "leg_changed", "mark_no_answer", "report", "settle", "still_wanted",
]  # fmt: skip
