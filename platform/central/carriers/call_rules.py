"""Pure decisions about calls: what a carrier's word means, what may follow what, and how long things take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from central.carriers.models import Result, State


@dataclass(frozen=True, slots=True)
class News:
    """What a carrier's word says about our call; `result` is set when it has ended."""

    state: State
    result: str = ""


MEANING = {
    "queued": News(State.SENT),
    "initiated": News(State.SENT),
    "ringing": News(State.SENT),
    "in-progress": News(State.DELIVERED),
    "completed": News(State.DELIVERED, Result.COMPLETED),
    "busy": News(State.UNDELIVERED, Result.BUSY),
    "no-answer": News(State.UNDELIVERED, Result.NO_ANSWER),
    "failed": News(State.UNDELIVERED, Result.FAILED),
    "canceled": News(State.UNDELIVERED, Result.CANCELED),
}
"""A carrier's call status → ours. Picked up is "delivered": whether by a person only a pressed key tells."""

RANK = {
    State.QUEUED: 0,
    State.SENDING: 1,
    State.UNCERTAIN: 2,
    State.SENT: 3,
    State.DELIVERED: 4,
}
ENDED = 5
"""The rank of every call that is over, however; nothing is further on."""

SHORTEST_RING, LONGEST_RING = 5, 600
"""Seconds. Twilio's Timeout takes 600 at most, and adds up to five of its own."""

SILENT = timedelta(seconds=90)
"""A call that rings or is talked in and of which nothing is heard for so long is asked about."""

LONGEST_HANDOVER = timedelta(seconds=60)
"""How long after we began to call the carrier a call of that request may have been made."""

END_LEASE = timedelta(seconds=15)
"""Longer than the adapter's time-outs: while one worker hangs up, no other does."""

END_BACKOFF_SECONDS = (1, 2, 5, 10, 20, 30)
END_TRIES = 20
END_WAITS = timedelta(seconds=2)
"""How often a wish looks again for a call that the carrier has not told its id of yet."""

END_KEPT = timedelta(hours=1)
"""After so long a wish about a call nobody ever found is given up: no telephone rings that long."""

SAYINGS = 3
"""How many times the words are said while nobody presses anything."""

LISTEN_SECONDS = 6
"""How long we wait for a key after each saying."""

MOST_TURNS = 20
"""A call in which keys are pressed for ever ends at last."""


def meaning(status: str) -> News | None:
    """What a carrier's word says about our call; None for words we don't know."""
    return MEANING.get(status)


def rank(state: str, *, ended: bool) -> int:
    """How far a call has come."""
    return ENDED if ended else RANK.get(State(state), ENDED)


def may_move(*, old: str, ended: bool, news: News) -> bool:
    """True when the news is further on. How a call ended is never changed, whatever comes after."""
    return rank(news.state, ended=bool(news.result)) > rank(old, ended=ended)


def ring_seconds(wanted: int) -> int:
    """The wanted time within what can be asked for."""
    return max(SHORTEST_RING, min(wanted, LONGEST_RING))


def next_end(*, tries: int, now: datetime) -> datetime | None:
    """When to try to hang up again; None when it has been tried enough."""
    if tries >= END_TRIES:
        return None
    return now + timedelta(seconds=END_BACKOFF_SECONDS[min(tries, len(END_BACKOFF_SECONDS)) - 1])
