"""A call's turns: each time the carrier asks what to say. A repeat of the same turn acts on nothing, and is
answered the same again.

The leg is not locked meanwhile: a listener takes its own matter's lock, and whoever holds that may want this leg.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import OperationalError

from central.carriers import letters, listeners
from central.carriers.listeners import Spoken
from central.carriers.models import Direction, Leg, Turn
from central.events.services import unit_of_work
from central.municipalities import directory

KEYS = frozenset("0123456789*#")


class AnothersCall(Exception):
    """The carrier asks about a call that is not the one we know this leg as."""


class NoWords(ValueError):
    """A listener gave nothing to say: that would be silence."""


def take(*, leg_id: UUID, sid: str, number: int, digit: str, now: datetime) -> Spoken:
    """What to say in turn `number` of the call `sid`; `digit` is the pressed key, "" for none.

    Raises AnothersCall, NoWords, Leg.DoesNotExist, and whatever the listener raises; then nothing has happened.
    """
    try:
        return _take(leg_id, sid, number, digit, now)
    except OperationalError:  # a deadlock in the listener's work: nothing has happened, so once more
        return _take(leg_id, sid, number, digit, now)


def _take(leg_id: UUID, sid: str, number: int, digit: str, now: datetime) -> Spoken:
    with unit_of_work():
        leg = Leg.objects.get(pk=leg_id)
        if leg.sid not in (None, sid):
            raise AnothersCall(str(leg_id))
        kind = Turn.Kind.KEY if digit else Turn.Kind.WORDS
        # Whoever comes second waits here for the first, and finds its answer.
        turn, fresh = Turn.objects.get_or_create(
            sid=sid, number=number, kind=kind, defaults={"leg": leg, "digit": digit, "at": now}
        )
        if not fresh:
            owner = directory.by_id(leg.municipality_id)
            return Spoken(letters.keeper().read(turn.id, owner).body, turn.listens)
        listener = listeners.of(leg)
        spoken = listener.key(leg, digit, now) if digit else listener.words(leg, now)
        if not spoken.text.strip():
            raise NoWords(leg.purpose)
        _keep(turn, leg, spoken, now)
        return spoken


def _keep(turn: Turn, leg: Leg, spoken: Spoken, now: datetime) -> None:
    owner = directory.by_id(leg.municipality_id)
    letter = letters.keeper().read(leg.id, owner)
    turn.listens = spoken.listen
    turn.save(update_fields=["listens"])
    letters.keeper().store(
        turn.id, owner, letter.number, spoken.text, letter.contact_name, Direction.OUT, now
    )
