"""Two-way speech with a home phone: what it was told to do, and what is known of the call since.

A SCAIP controller is answered with the number that it shall call (``cre`` 62, ``tnu``), or that it shall call the
receiver it was set up with (``cre`` 61). The protocol tells nothing of the call itself; only a telephony that hears it
can, and registers here (:func:`register`). Until then what is not known is said to be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from alarms.intake.models import Meaning, Signal
from central.phone import BadNumber, normalise
from tenants.contents.models import SignalContent

PATIENCE = timedelta(seconds=60)
"""A unit that was told to call has dialled by then, or we say that we don't know."""

CALLS, SPEECH = "calls", "speech"
"""What a receiver keeps in the letter of an alarm that asks for speech: the number that the unit was told to call (""
for its own), and where the unit says that it can be called."""


class Stage(StrEnum):
    """How far the call has come. TALKING and ENDED only when somebody has heard it."""

    CALLING = "calling"
    OWN = "own"
    UNKNOWN = "unknown"
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Call:
    """What a telephony knows of a case's call: CALLING (it waits in a queue), TALKING or ENDED, and since when."""

    stage: Stage
    since: datetime


@dataclass(frozen=True, slots=True)
class Speech:
    """``number``: E.164 that the unit was told to call, "" for its own receiver. ``call_back``: E.164 where the unit
    can be called, "" when it has not said. ``settles_at``: when CALLING turns into UNKNOWN by itself.
    """

    stage: Stage
    number: str
    told_at: datetime
    since: datetime
    call_back: str
    restored_at: datetime | None = None
    settles_at: datetime | None = None


type Calls = Callable[[UUID], Call | None]

_calls: list[Calls] = []


def register(calls: Calls) -> None:
    """Let ``calls(case id)`` tell what is known of a case's call, None for nothing."""
    _calls.append(calls)


def state_of(item_id: UUID, now: datetime) -> Speech | None:
    """The case's speech; None where no unit was asked to call. Call in the case's municipality. At most two questions."""
    signals = list(Signal.objects.filter(item_id=item_id, source__protocol="scaip").order_by("-received_at"))
    alarms = [one for one in signals if one.meaning == Meaning.ALARM]
    said = (
        {one.pk: one for one in SignalContent.objects.filter(pk__in=[one.pk for one in alarms])}
        if alarms
        else {}
    )
    for alarm in alarms:
        data = _data(said.get(alarm.pk))
        if CALLS in data:
            return _speech(item_id, alarm, data, signals, now)
    return None


def _speech(
    item_id: UUID, alarm: Signal, data: dict[str, Any], signals: list[Signal], now: datetime
) -> Speech:
    call = next(filter(None, (ask(item_id) for ask in _calls)), None)
    number = str(data[CALLS])
    settles_at = alarm.received_at + PATIENCE
    if call is not None:
        stage, since = call.stage, call.since
    elif not number:
        stage, since = Stage.OWN, alarm.received_at
    else:
        stage = Stage.CALLING if now < settles_at else Stage.UNKNOWN
        since = alarm.received_at
    after = [one.received_at for one in signals if one.meaning == Meaning.RESTORE]
    return Speech(
        stage=stage,
        number=number,
        told_at=alarm.received_at,
        since=since,
        call_back=telephone(str(data.get(SPEECH, ""))),
        restored_at=max((at for at in after if at > alarm.received_at), default=None),
        settles_at=settles_at if call is None and stage is Stage.CALLING else None,
    )


def _data(content: SignalContent | None) -> dict[str, Any]:
    data = content.body.get("data") if content and isinstance(content.body, dict) else None
    return data if isinstance(data, dict) else {}


def telephone(address: str) -> str:
    """E.164 of a caller id that is a number or a SIP address with one: ``sip:46701740621@x`` → ``+46701740621``.

    "" for what nobody can dial.
    """
    found = re.fullmatch(r"(?:sips?:|tel:)?([+]?[0-9][0-9\-. ]*)(?:[@;].*)?", address.strip(), re.IGNORECASE)
    if found is None:
        return ""
    number = found[1]
    try:
        return normalise(number if number.startswith(("+", "0")) else f"+{number}")
    except BadNumber:
        return ""
