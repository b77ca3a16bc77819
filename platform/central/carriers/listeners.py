"""Who is told when a leg changes, an SMS comes in or a call wants words: one listener per purpose.

Each is called in the transaction that notes what it was told. `leg_changed` and `still_wanted` come with the leg
locked, `words` and `key` without: so a listener may lock its own matter in each of them, and while it holds that it may
ring and hang up, but lock no leg (`services.cancel` does).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from central.carriers import letters
from central.carriers.models import Leg
from central.municipalities import directory


@dataclass(frozen=True, slots=True)
class Route:
    """Whose an incoming message is: the municipality that keeps its letter, and the matter it is about."""

    municipality_id: int
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said next in a call. `listen`: then wait for a key (and say it again); else say it and hang up."""

    text: str
    listen: bool


class Listener:
    """What an app above may want to hear about its own legs. Each method may be left as it is."""

    def leg_changed(self, leg: Leg, now: datetime) -> None:
        """The leg has a new state, or an uncertain one was looked up without a trace."""

    def still_wanted(self, leg: Leg, now: datetime) -> bool:
        """Asked inside the leg's lock, right before the carrier is called; False cancels the leg."""
        return True

    def text(self, leg: Leg, body: str) -> str:
        """The SMS as it is sent: what may not be kept in its letter, such as a secret, is filled in here."""
        return body

    def route(self, number_hash: str, now: datetime) -> Route | None:
        """The matter in which this number is expected to answer, None when it is none of ours."""
        return None

    def inbound(self, leg: Leg, number: str, body: str, now: datetime) -> None:
        """An SMS that `route` said is ours."""

    def words(self, leg: Leg, now: datetime) -> Spoken:
        """What to say to whoever picked up, asked right before each saying. It may be a voicemail that hears it.

        If this or `key` raises, nothing has happened and the call says whose it was and asks to be called back.
        """
        letter = letters.keeper().read(leg.id, directory.by_id(leg.municipality_id))
        return Spoken(letter.body, listen=True)

    def key(self, leg: Leg, digit: str, now: datetime) -> Spoken:
        """A person pressed one of 0-9 * #, told once however often the carrier repeats it. The leg is not locked."""
        return self.words(leg, now)


SILENT = Listener()
UNMATCHED = "unmatched"
_listeners: dict[str, Listener] = {}
_last: set[str] = set()


def register(purpose: str, listener: Listener) -> None:
    """Legs sent with this purpose are this listener's; the first that routes an incoming SMS gets it."""
    _listeners[purpose] = listener


def register_last(purpose: str, listener: Listener) -> None:
    """As :func:`register`, but asked only when no other listener expects the number."""
    register(purpose, listener)
    _last.add(purpose)


def of(leg: Leg) -> Listener:
    return _listeners.get(leg.purpose, SILENT)


def route(number_hash: str, now: datetime) -> tuple[str, Route] | None:
    """The purpose and route of an incoming SMS; None when nobody waits for this number."""
    for purpose, listener in sorted(_listeners.items(), key=lambda one: one[0] in _last):
        if found := listener.route(number_hash, now):
            return purpose, found
    return None
