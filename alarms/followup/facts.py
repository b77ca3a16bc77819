"""What happened to a case, as the shared tables tell it: signals, escalations, call-outs, messages, decisions, deadlines.

Call in the case's municipality: names stand there. What isn't known is told as not known. A message's text is left out:
it may hold a one-time address.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from alarms.callouts.models import ANSWERED, Callout, Run, RunState, State
from alarms.decisions.models import Decision
from alarms.decisions.models import State as DecisionState
from alarms.followup.message_facts import of_messages
from alarms.intake.models import Signal
from alarms.stepping.models import State as DeadlineState
from alarms.stepping.models import StepDeadline
from alarms.workqueue.models import Notice
from tenants.contents.models import CalloutLetter
from tenants.decided.models import DecisionLetter
from tenants.followup.ports import Fact, Facts

MOST = 400
"""Of each sort: a case that gathers a power cut has thousands of signals."""
ASKED = ("sms_queued", "call_queued")
PROGRESS = (("on_way_at", "är på väg"), ("on_site_at", "är på plats"), ("done_at", "är klar"))
ENDED = {
    RunState.TAKEN: ("tillräckligt många har tagit uppdraget", ("sms_answered",)),
    RunState.EXHAUSTED: (
        "alla i planen är tillfrågade och ingen tar uppdraget",
        ("nobody_came", "sms_failed"),
    ),
    RunState.CALLED_OFF: ("avbruten", ("called_off",)),
}
SAID = {
    State.ACCEPTED: "tar uppdraget",
    State.DECLINED: "kan inte komma",
    State.NOT_NEEDED: "behövs inte",
    State.NO_ANSWER: "svarar inte",
}


def facts_of(case_id: UUID) -> Facts:
    """Everything the shared tables know, in no order."""
    rows = Signal.objects.filter(item_id=case_id)
    left_out = max(0, rows.count() - MOST)
    signals = list(rows.order_by("received_at")[:MOST])
    callouts = list(Callout.objects.filter(work_item_id=case_id).select_related("run"))
    names = _names(callouts)
    found = chain(
        chain.from_iterable(map(_of_signal, signals)),
        chain.from_iterable(map(_of_run, Run.objects.filter(work_item_id=case_id))),
        chain.from_iterable(_of_callout(one, names[one.pk]) for one in callouts),
        of_messages(case_id, names, {one.pk for one in callouts if one.state in ANSWERED}),
        _of_decisions(case_id),
        _of_deadlines(case_id),
        _of_notices(case_id),
    )
    return Facts(tuple(found), left_out)


def _names(callouts: list[Callout]) -> dict[UUID, str]:
    letters = CalloutLetter.objects.in_bulk([one.pk for one in callouts])
    return {
        one.pk: letters[one.pk].contact_name if one.pk in letters else f"någon på {one.duty_name}"
        for one in callouts
    }


def _of_signal(signal: Signal) -> Iterator[Fact]:
    apart = abs((signal.received_at - signal.occurred_at).total_seconds())
    side = "före" if signal.occurred_at < signal.received_at else "efter"
    own = f". Sändaren säger att det hände {round(apart)} s {side}"
    told = f"Signal: {signal.get_meaning_display().lower()}{own if apart >= 1 else ''}"
    verbs = (
        "received",
        "repeated",
        "restored",
        "heard_again",
        "trouble_began",
        "reported",
        "gathered",
        "objects_back",
    )
    yield Fact(signal.received_at, "signal", told, verbs)


def _of_run(run: Run) -> Iterator[Fact]:
    asked = "Beslut frågas" if run.purpose != "callout" else "Utlarmning börjar"
    wanted = f", {run.wanted} behövs" if run.wanted > 1 else ""
    people = f"{run.people} i planen" if run.people else "ingen i tjänst"
    told = f"{asked}: {run.duty_name}, {people}{wanted}"
    called = run.purpose == "callout"
    begun = (*ASKED, "nobody_came", "decision_asked")
    yield Fact(run.started_at, "callout", told, begun, mark="called_out" if called else "")
    if run.ended_at is not None and run.state in ENDED:
        words, verbs = ENDED[RunState(run.state)]
        mark = "taken" if called and run.state == RunState.TAKEN else ""
        yield Fact(run.ended_at, "callout", f"{run.duty_name}: {words}", (*verbs, "decided"), mark=mark)


def _of_callout(callout: Callout, name: str) -> Iterator[Fact]:
    who = f"{name} ({callout.duty_name})"
    yield Fact(callout.created_at, "callout", f"{who} tillfrågas", (*ASKED, "decision_asked"))
    if callout.rung_at is not None and callout.rung_at != callout.created_at:
        yield Fact(callout.rung_at, "callout", f"{who} rings upp", ASKED)
    if callout.answered_at is not None:
        said = SAID.get(State(callout.state), callout.get_state_display().lower())
        yield Fact(callout.answered_at, "callout", f"{who} {said}", ("sms_answered", "called_off", "decided"))
    if callout.missed_at is not None:
        verbs = ("sms_answered", "sms_failed", "call_failed", "call_queued", "sms_queued", "nobody_came")
        yield Fact(callout.missed_at, "callout", f"{who} har inte svarat i tid", verbs)
    for field, words in PROGRESS:
        if (at := getattr(callout, field)) is not None:
            yield Fact(at, "callout", f"{who} {words}", ("sms_answered",), mark=field.removesuffix("_at"))
    if callout.state == State.UNCERTAIN:
        yield Fact(callout.asked_at, "callout", f"Okänt om frågan till {who} kom fram", unknown=True)
    elif callout.state in (State.SENT, State.DELIVERED, State.QUEUED):
        yield Fact(callout.asked_at, "callout", f"{who}: inget svar är känt", unknown=True)


def _of_decisions(case_id: UUID) -> Iterator[Fact]:
    rows = list(Decision.objects.filter(work_item_id=case_id))
    letters = DecisionLetter.objects.in_bulk([one.pk for one in rows])
    for one in rows:
        yield Fact(one.asked_at, "decision", "Beslut efterfrågas", ("decision_asked", *ASKED, "nobody_came"))
        if one.decided_at is not None and one.choice:
            yield Fact(one.decided_at, "decision", _decided(one, letters.get(one.pk)), ("decided",))
        elif one.state == DecisionState.ASKED:
            yield Fact(one.asked_at, "decision", "Beslut är ännu inte känt", unknown=True)
        if one.received_at is not None:
            yield Fact(one.received_at, "decision", "Verksamheten har kvitterat", ("received_by_team",))
        if one.came_back_at is not None:
            yield Fact(one.came_back_at, "decision", "Ingen kvitterade: åter hos centralen", ("came_back",))


def _decided(decision: Decision, letter: DecisionLetter | None) -> str:
    told = f"Beslut: {decision.get_choice_display().lower()}"
    if decision.state == DecisionState.DEFAULTED:
        return f"{told}, enligt kommunens regel"
    if letter is None:
        return told
    by = f" av {letter.decided_by_name}" if letter.decided_by_name else ""
    more = [one for one in (letter.with_what, letter.reason) if one]
    return f"{told}{by}" + (f". {'. '.join(more)}" if more else "")


def _of_deadlines(case_id: UUID) -> Iterator[Fact]:
    for one in StepDeadline.objects.filter(work_item_id=case_id):
        if one.state == DeadlineState.LATE and one.acted_at is not None:
            yield Fact(one.acted_at, "step", f"Steg {one.position} var inte gjort i tid", ("step_late",))


def _of_notices(case_id: UUID) -> Iterator[Fact]:
    for one in Notice.objects.filter(item_id=case_id):
        yield Fact(one.created_at, "notice", f"Skiftledaren får veta: {one.get_kind_display()}")
        if one.seen_at is not None:
            yield Fact(one.seen_at, "notice", f"Skiftledaren har sett: {one.get_kind_display()}")
