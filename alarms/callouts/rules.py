"""Pure decisions about call-outs: what a leg's state means, what an answer says, what the row should show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alarms.callouts.models import ANSWERED, OPEN, RunState, State
from central.carriers.models import State as LegState

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
    State.NOT_NEEDED: "sms_answered",
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
    State.NOT_NEEDED: "{duty}: behövs inte",
}
_PROGRESS = (("done_at", "{duty} klar"), ("on_site_at", "{duty} på plats"), ("on_way_at", "{duty} på väg"))


class Asked(Protocol):
    """What the rules need of a call-out."""

    state: str
    duty: str
    duty_name: str
    asked_at: datetime
    on_way_at: datetime | None
    on_site_at: datetime | None
    done_at: datetime | None


class Running(Protocol):
    """What the rules need of an escalation."""

    state: str
    duty: str
    duty_name: str
    wanted: int


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


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer means: a state, or how far somebody who has taken it has come; `minutes` until arrival."""

    state: State | None = None
    progress: str = ""
    minutes: int | None = None


_SAID = re.compile(r"([12456])(?:[ ,]+(\d{1,3})(?: ?min(?:uter)?)?)?", re.ASCII)
PROGRESS = {"4": "on_way", "5": "on_site", "6": "done"}
"""What comes after 1: på väg, på plats, klar."""


def said(body: str) -> Said:
    """`1` takes (`1 20`: there in twenty minutes), `2` can not, `4` på väg, `5` på plats, `6` klar.

    Nothing else is guessed at: "2 min bort" is not a no.
    """
    found = _SAID.fullmatch(body.strip().strip(".!,'\"").strip())
    if found is None:
        return Said()
    digit, minutes = found[1], int(found[2]) if found[2] else None
    if digit == "2":
        return Said() if minutes is not None else Said(State.DECLINED)
    if digit == "1":
        return Said(State.ACCEPTED, minutes=minutes)
    return Said(progress=PROGRESS[digit], minutes=minutes if digit == "4" else None)


def answer(body: str) -> State | None:
    """The state an answer means; None for anything else."""
    return said(body).state


def word(duty_name: str, state: str) -> str:
    """The row's last word: "Fastighetsjour tar"."""
    return _WORDS[State(state)].format(duty=duty_name)


def progress(one: Asked) -> str:
    """How far somebody who took it has come: "Fastighetsjour på plats"."""
    for name, words in _PROGRESS:
        if getattr(one, name) is not None:
            return words.format(duty=one.duty_name)
    return word(one.duty_name, one.state)


def summary(callouts: Sequence[Asked], runs: Sequence[Running] = ()) -> Summary:
    """Who took it speaks, else the newest call-out. Uncertain stays marked until settled, undelivered until somebody else
    is asked, and nobody until somebody takes it.
    """
    ordered = sorted(callouts, key=lambda one: one.asked_at)
    attention = set()
    taken_duties = {one.duty for one in ordered if one.state == State.ACCEPTED}
    lost = [one for one in runs if one.state == RunState.EXHAUSTED and one.duty not in taken_duties]
    asked_again = {one.duty for one in runs if one.state in (RunState.RUNNING, RunState.TAKEN)}
    lost = [one for one in lost if one.duty not in asked_again]
    if lost:
        attention.add("nobody")
    if not ordered:
        return Summary(f"{lost[-1].duty_name}: ingen i tjänst" if lost else "", frozenset(attention))
    if any(one.state == State.UNCERTAIN for one in ordered):
        attention.add("uncertain")
    newest_of = {one.duty: one for one in ordered}
    taken = any(one.state == State.ACCEPTED for one in ordered)
    if not taken and any(one.state == State.UNDELIVERED for one in newest_of.values()):
        attention.add("undelivered")
    if lost:
        return Summary(f"{lost[-1].duty_name}: ingen tar", frozenset(attention))
    team = max((one for one in runs if one.wanted > 1), key=lambda one: one.wanted, default=None)
    if team is not None:
        coming = sum(one.state == State.ACCEPTED for one in ordered if one.duty == team.duty)
        return Summary(f"{team.duty_name}: {coming} av {team.wanted} kommer", frozenset(attention))
    takers = [one for one in ordered if one.state == State.ACCEPTED]
    newest = ordered[-1]
    speaks = newest if newest.state in OPEN and newest.duty not in taken_duties else (takers or ordered)[-1]
    return Summary(progress(speaks), frozenset(attention))


def answered(state: str) -> bool:
    return state in ANSWERED
