"""Pure decisions about call-outs: what a leg's state means, what an answer says, what the row should show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alarms.callouts.models import ANSWERED, OPEN, State
from central.carriers.models import State as LegState

ANSWER_WITHIN = timedelta(minutes=5)
LATE_ANSWER = timedelta(hours=12)
"""For so long after the call-out an answer still finds its case."""

OF_LEG = {
    LegState.QUEUED: State.QUEUED,
    LegState.SENDING: State.QUEUED,
    LegState.SENT: State.SENT,
    LegState.DELIVERED: State.DELIVERED,
    LegState.UNDELIVERED: State.UNDELIVERED,
    LegState.FAILED: State.UNDELIVERED,
    LegState.UNCERTAIN: State.UNCERTAIN,
    LegState.CANCELLED: State.NO_ANSWER,
}

VERBS = {
    State.QUEUED: "sms_queued",
    State.SENT: "sms_sent",
    State.DELIVERED: "sms_delivered",
    State.UNDELIVERED: "sms_failed",
    State.UNCERTAIN: "sms_uncertain",
    State.ACCEPTED: "sms_answered",
    State.DECLINED: "sms_answered",
    State.NO_ANSWER: "deadline_missed",
}

_WORDS = {
    State.QUEUED: "{duty}: köat",
    State.SENT: "{duty}: skickat",
    State.DELIVERED: "{duty}: framme",
    State.ACCEPTED: "{duty} tar",
    State.DECLINED: "{duty} kan inte",
    State.UNDELIVERED: "{duty}: ej levererat",
    State.UNCERTAIN: "{duty}: osäkert",
    State.NO_ANSWER: "{duty}: inget svar",
}


class Asked(Protocol):
    """What the rules need of a call-out."""

    state: str
    duty: str
    duty_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What the board row shows of all call-outs of a case: the function, never the person."""

    word: str
    attention: frozenset[str]


def after_leg(state: str, leg_state: str) -> State | None:
    """The call-out's new state when its leg has this state; None when nothing changes. An answer is never lost."""
    if state not in OPEN and state != State.UNDELIVERED:
        return None
    new = OF_LEG.get(LegState(leg_state))
    return None if new is None or new == state else new


def answer(body: str) -> State | None:
    """`1` takes, `2` can not. Nothing else is guessed at: "2 min bort" is not a no."""
    return {"1": State.ACCEPTED, "2": State.DECLINED}.get(body.strip().strip(".!,'\"").strip())


def word(duty_name: str, state: str) -> str:
    """The row's last word: "Fastighetsjour tar"."""
    return _WORDS[State(state)].format(duty=duty_name)


def summary(callouts: Sequence[Asked]) -> Summary:
    """The newest call-out speaks. Uncertain stays marked until settled, undelivered until somebody else is asked."""
    if not callouts:
        return Summary("", frozenset())
    ordered = sorted(callouts, key=lambda one: one.created_at)
    attention = set()
    if any(one.state == State.UNCERTAIN for one in ordered):
        attention.add("uncertain")
    newest_of = {one.duty: one for one in ordered}
    taken = any(one.state == State.ACCEPTED for one in ordered)
    if not taken and any(one.state == State.UNDELIVERED for one in newest_of.values()):
        attention.add("undelivered")
    return Summary(word(ordered[-1].duty_name, ordered[-1].state), frozenset(attention))


def answered(state: str) -> bool:
    return state in ANSWERED
