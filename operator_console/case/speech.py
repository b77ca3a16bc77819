"""The call with a home phone in words: what it was told, what is known, and what to do when nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alarms import voice
from alarms.voice import Speech, Stage
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.rows import ms
from central.accounts.models import User
from central.phone import display
from operator_console.case.object_register import telephone_of
from operator_console.times import clock

ASKS_TO_BE_CALLED = (Stage.UNKNOWN, Stage.OWN)


@dataclass(frozen=True, slots=True)
class SpeechLine:
    """``since`` counts up beside the words, ``refresh_at`` is when they change by themselves (ms since the epoch)."""

    words: str
    do: str
    uncertain: bool
    since: int | None
    refresh_at: int | None
    restored: str


def speech_of(*, item: WorkItem, user: User, now: datetime) -> SpeechLine | None:
    """None where no unit was asked to call. Call in the case's municipality."""
    speech = voice.state_of(item.pk, now)
    if speech is None:
        return None
    number = display(speech.call_back) if speech.call_back else ""
    if not number and speech.stage in ASKS_TO_BE_CALLED:
        number = telephone_of(item=item, user=user, now=now)
    return _line(speech, number, item.state == State.CLOSED)


def _line(speech: Speech, number: str, closed: bool) -> SpeechLine:
    counting = not closed and speech.stage in (Stage.CALLING, Stage.TALKING)
    return SpeechLine(
        words=_words(speech),
        do="" if closed else _do(speech, number),
        uncertain=speech.stage is Stage.UNKNOWN,
        since=ms(speech.since) if counting else None,
        refresh_at=None if closed else ms(speech.settles_at),
        restored=f"Apparaten återställd {clock(speech.restored_at)}" if speech.restored_at else "",
    )


def _words(speech: Speech) -> str:
    number = display(speech.number) if speech.number else "sitt eget nummer"
    return {
        Stage.CALLING: f"Apparaten ringer upp {number} · väntar sedan {clock(speech.since)}",
        Stage.OWN: "Apparaten ringer sin egen förinställda mottagare. Vi ser inte det samtalet.",
        Stage.UNKNOWN: f"Vi vet inte om samtalet till {number} kom fram ({clock(speech.told_at)}).",
        Stage.TALKING: f"Samtal pågår sedan {clock(speech.since)}",
        Stage.ENDED: f"Samtalet avslutat {clock(speech.since)}",
    }[speech.stage]


def _do(speech: Speech, number: str) -> str:
    """What to do meanwhile; nothing while a call is on its way or has been."""
    if speech.stage not in ASKS_TO_BE_CALLED:
        return ""
    if number:
        return f"Ring upp: {number}"
    return "Apparaten har inte sagt var den kan ringas. Ring den det gäller eller kalla ut."
