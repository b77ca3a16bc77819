"""Handing over what is due. Any number of workers may drain at the same time; the rows are the queue.

claim (SKIP LOCKED, commit) → re-read inside the lock, note that the carrier is being called, commit → call the
carrier outside any transaction → record the answer, commit. A crash before the call gives the leg back; a crash
after it makes the leg uncertain, and the carrier is asked what happened.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from central.carriers import (
    attempts,
    callbacks,
    current,
    endings,
    handover,
    leases,
    listeners,
    lookup,
    rules,
    states,
)
from central.carriers.models import Attempt, Leg, State
from central.carriers.port import CarrierError, Receipt, UnknownOutcome
from central.events.services import unit_of_work

log = structlog.get_logger(__name__)
MOST = 1_000

type Clock = Callable[[], datetime]
type Outcome = Receipt | CarrierError | UnknownOutcome


@dataclass(slots=True)
class Drained:
    """How much one round did."""

    sent: int = 0
    refused: int = 0
    unknown: int = 0
    released: int = 0
    looked_up: int = 0
    reconciled: int = 0
    heard: int = 0
    ended: int = 0

    def __bool__(self) -> bool:
        done = (self.sent, self.refused, self.unknown, self.released, self.looked_up, self.heard, self.ended)
        return any(done)


@dataclass(frozen=True, slots=True)
class Claimed:
    leg_id: UUID
    number: int


def drain(now: datetime) -> Drained:
    """Do everything that is due, until nothing is left or a thousand messages have gone."""
    began = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    done = Drained()
    done.heard = callbacks.apply_waiting(now)
    done.released = leases.release(now)
    leases.expire(now)
    for number in range(MOST):
        if number % rules.BATCH == 0:  # a telephone must not ring on because many messages wait
            done.ended += endings.carry_out(clock)
        # One at a time: a carrier that hangs on one message holds up no other, the other workers have them.
        taken = claim(clock(), limit=1)
        if not taken:
            break
        _count(done, deliver(taken[0], clock))
    done.looked_up = lookup.resolve(clock)
    done.reconciled = lookup.reconcile(clock)
    return done


def claim(now: datetime, limit: int = rules.BATCH) -> list[Claimed]:
    """Take up to `limit` due legs for this worker, each with a lease and an attempt row; committed on return."""
    with transaction.atomic():
        taken = list(Leg.objects.due(now).worth_sending(now).select_for_update(skip_locked=True)[:limit])
        for leg in taken:
            leg.state, leg.attempts, leg.next_attempt_at = State.SENDING, leg.attempts + 1, None
            leg.lease_until = now + rules.LEASE
        Leg.objects.bulk_update(taken, ["state", "attempts", "next_attempt_at", "lease_until"])
        Attempt.objects.bulk_create(Attempt(leg=leg, number=leg.attempts, claimed_at=now) for leg in taken)
    return [Claimed(leg.id, leg.attempts) for leg in taken]


def deliver(claimed: Claimed, clock: Clock) -> Outcome | None:
    """Hand one claimed leg over and record the answer; None when it was no longer to be sent."""
    parcel = _open(claimed, clock())
    if parcel is None:
        return None
    outcome = _call(parcel)
    _record(claimed, outcome, clock())
    return outcome


def _open(claimed: Claimed, now: datetime) -> handover.Parcel | None:
    """Re-read the leg inside its lock and note that the carrier is being called; None lets it be."""
    with unit_of_work():
        leg = Leg.objects.select_for_update().get(pk=claimed.leg_id)
        if leg.state != State.SENDING or leg.attempts != claimed.number:
            return None  # cancelled, or another worker has it since our lease ran out
        if endings.wished(leg) or not listeners.of(leg).still_wanted(leg, now):
            attempts.end(leg.id, claimed.number, "released", now)
            states.move(leg, State.CANCELLED, now=now, error_code="not_wanted")
            return None
        parcel = handover.of(leg, now)
        leg.lease_until = now + rules.LEASE
        leg.save(update_fields=["lease_until"])
        Attempt.objects.filter(leg_id=leg.id, number=claimed.number).update(called_at=now)
        return parcel


def _call(parcel: handover.Parcel) -> Outcome:
    """The carrier's answer as a value. Anything unforeseen counts as unknown: it may have left."""
    try:
        return parcel.hand_to(current.carrier())
    except (CarrierError, UnknownOutcome) as told:
        return told
    except Exception as strange:
        log.exception("carrier.unforeseen", error=type(strange).__name__)
        return UnknownOutcome("internal")


def _record(claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    """Write the answer down. A callback or another worker may have been faster: then only what is new counts."""
    with unit_of_work():
        leg = Leg.objects.select_for_update().get(pk=claimed.leg_id)
        mine = leg.state == State.SENDING and leg.attempts == claimed.number
        match outcome:
            case Receipt():
                attempts.end(claimed.leg_id, claimed.number, "sent", now)
                states.hear(leg, outcome, now=now)
            case UnknownOutcome():
                attempts.end(claimed.leg_id, claimed.number, "unknown", now, outcome.code)
                if mine:
                    states.doubt(leg, code=outcome.code, now=now)
            case CarrierError():
                attempts.end(claimed.leg_id, claimed.number, "refused", now, outcome.code)
                if mine:
                    _refused(leg, outcome, now)


def _refused(leg: Leg, refusal: CarrierError, now: datetime) -> None:
    again = None
    if not refusal.permanent and leg.expires_at is not None:
        again = rules.retry_at(
            attempts=leg.attempts, retry_after=refusal.retry_after, now=now, expires_at=leg.expires_at
        )
    if again is None:
        states.move(leg, State.FAILED, now=now, error_code=refusal.code)
    else:
        states.move(leg, State.QUEUED, now=now, error_code=refusal.code, next_at=again)


def _count(done: Drained, outcome: Outcome | None) -> None:
    match outcome:
        case Receipt():
            done.sent += 1
        case CarrierError():
            done.refused += 1
        case UnknownOutcome():
            done.unknown += 1
        case None:
            pass


def waiting() -> int:
    """Messages that have not left yet, for the auditor and the metrics."""
    with transaction.atomic():
        return Leg.objects.filter(state__in=[State.QUEUED, State.SENDING, State.UNCERTAIN]).count()
