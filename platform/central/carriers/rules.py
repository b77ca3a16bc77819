"""Pure decisions about legs: what a carrier's word means, what may follow what, when to try again."""

from __future__ import annotations

from datetime import datetime, timedelta

from central.carriers.models import FINAL, State

RANK = {
    State.QUEUED: 0,
    State.SENDING: 1,
    State.UNCERTAIN: 2,
    State.SENT: 3,
    State.DELIVERED: 4,
    State.UNDELIVERED: 4,
    State.FAILED: 4,
    State.CANCELLED: 4,
    State.RECEIVED: 4,
}

MEANING = {
    "accepted": State.SENT,
    "scheduled": State.SENT,
    "queued": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "partially_delivered": State.DELIVERED,
    "undelivered": State.UNDELIVERED,
    "failed": State.FAILED,
    "canceled": State.CANCELLED,
}
"""A carrier's status → ours. Its "queued" is its own queue: for us the message has left."""

BATCH = 20
LEASE = timedelta(seconds=30)
"""Longer than the adapter's time-outs together, so that a living worker never loses its lease."""

VALIDITY = timedelta(hours=1)
BACKOFF_SECONDS = (2, 5, 15, 30, 60)
LONGEST_RETRY_AFTER = timedelta(minutes=5)

LOOKUP_SECONDS = (5, 15, 45, 120, 600)
LOOKED_ENOUGH = 3
"""After so many look-ups without a trace people are told that it probably never left."""

LOOKUP_HOURLY_FOR = timedelta(hours=24)
NEVER = timedelta(days=3650)
CLOCK_SKEW = timedelta(minutes=2)
"""How far the carrier's clock may lag behind ours when we look for what we sent."""

SILENT = timedelta(minutes=15)


def meaning(status: str) -> State | None:
    """What a carrier's status word says about our leg; None for words we don't know."""
    return MEANING.get(status)


def may_move(old: str, new: str) -> bool:
    """True when the news is further on. A final state is never left, whatever comes after."""
    return old not in FINAL and RANK[State(new)] > RANK[State(old)]


def retry_at(
    *, attempts: int, retry_after: float | None, now: datetime, expires_at: datetime
) -> datetime | None:
    """When to try again after a passing refusal; None when that would be no use any more.

    A carrier's Retry-After (seconds) is honoured up to five minutes.
    """
    if attempts > len(BACKOFF_SECONDS):
        return None
    wait = timedelta(seconds=BACKOFF_SECONDS[attempts - 1])
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), LONGEST_RETRY_AFTER))
    return now + wait if now + wait < expires_at else None


def next_lookup(*, lookups: int, created_at: datetime, now: datetime) -> datetime:
    """When to ask the carrier again about a message of unknown fate: soon, then hourly for a day, then no more."""
    if lookups < len(LOOKUP_SECONDS):
        return now + timedelta(seconds=LOOKUP_SECONDS[lookups])
    return now + (timedelta(hours=1) if now - created_at < LOOKUP_HOURLY_FOR else NEVER)
