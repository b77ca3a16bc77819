"""Hanging up: wishes kept as rows, carried out by any worker, repeated until the call is over.

Ending a call twice is harmless, so unlike a send an unknown outcome here is simply tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from central.carriers import call_rules, current, rules, states
from central.carriers.models import Channel, Ending, Leg, State
from central.carriers.port import CarrierError, Receipt, UnknownOutcome
from central.events.services import unit_of_work

log = structlog.get_logger(__name__)


class NotACall(ValueError):
    """The leg is an SMS: there is nothing to hang up."""


def wish(*, leg_id: UUID, now: datetime, answered_too: bool) -> None:
    """Note that the call shall end. A second wish only widens the first: from ringing to answered too."""
    if Leg.objects.values_list("channel", flat=True).get(pk=leg_id) != Channel.VOICE:
        raise NotACall(str(leg_id))
    kept, fresh = Ending.objects.get_or_create(
        leg_id=leg_id, defaults={"wanted_at": now, "answered_too": answered_too, "next_at": now}
    )
    if not fresh and answered_too and not kept.answered_too:
        Ending.objects.filter(pk=leg_id).update(answered_too=True, next_at=now, done_at=None, tries=0)


def wished(leg: Leg) -> bool:
    """Whether somebody wants this call to end; asked inside the leg's lock, right before it is placed."""
    return leg.channel == Channel.VOICE and Ending.objects.filter(pk=leg.pk, done_at=None).exists()


def carry_out(clock: Callable[[], datetime]) -> int:
    """End every call that is wished away and can be; how many were looked at.

    A carrier that does not answer ends the round: it must not hold up the sending.
    """
    looked = 0
    while looked < rules.BATCH and (leg_id := _reserve(clock())) is not None:
        looked += 1
        if not _end(leg_id, clock):
            break
    return looked


def _reserve(now: datetime) -> UUID | None:
    """Take one due wish so that no other worker has it meanwhile: its next time is moved ahead first."""
    with unit_of_work():
        due = Ending.objects.filter(next_at__lte=now).order_by("next_at")
        kept = due.select_for_update(skip_locked=True).first()
        if kept is None:
            return None
        kept.next_at, kept.tries = now + call_rules.END_LEASE, kept.tries + 1
        kept.save(update_fields=["next_at", "tries"])
        return kept.leg_id


def _end(leg_id: UUID, clock: Callable[[], datetime]) -> bool:
    """One wish; False when the carrier gave no clear answer."""
    leg = _before(leg_id, clock())
    if leg is None or leg.sid is None:
        return True
    told = _ask(leg.sid, answered=leg.state == State.DELIVERED)
    _after(leg_id, told, clock())
    return isinstance(told, Receipt)


def _before(leg_id: UUID, now: datetime) -> Leg | None:
    """What can be settled without the carrier; the leg when it has to be asked."""
    with unit_of_work():
        leg = Leg.objects.select_for_update().get(pk=leg_id)
        called = leg.tries.filter(number=leg.attempts, called_at__isnull=False).exists()
        if leg.state == State.QUEUED or (leg.state == State.SENDING and not called):
            states.move(leg, State.CANCELLED, now=now, error_code="called_off")
        # Locked after the listener was told, never before: it may wait for whoever is wishing.
        kept = Ending.objects.select_for_update().get(pk=leg_id)
        if _over(leg, kept):
            _settle(kept, now)
        elif leg.sid is not None:
            return leg
        elif now - kept.wanted_at > call_rules.END_KEPT:
            _settle(kept, now, "never_found")
        else:
            # On its way or in doubt: the carrier's first word about it tells its id. Waiting is no try.
            kept.next_at, kept.tries = now + call_rules.END_WAITS, kept.tries - 1
            kept.save(update_fields=["next_at", "tries"])
        return None


def _ask(sid: str, *, answered: bool) -> Receipt | CarrierError | UnknownOutcome:
    """Hang up; refused for good → what has become of it instead."""
    try:
        carrier = current.carrier()
        try:
            return carrier.end_call(sid, answered=answered)
        except CarrierError as refusal:
            if not refusal.permanent:
                return refusal
            return carrier.fetch_call(sid)
    except (CarrierError, UnknownOutcome) as told:
        return told


def _after(leg_id: UUID, told: Receipt | CarrierError | UnknownOutcome, now: datetime) -> None:
    with unit_of_work():
        leg = Leg.objects.select_for_update().get(pk=leg_id)
        if isinstance(told, Receipt):
            states.hear(leg, told, now=now)
        kept = Ending.objects.select_for_update().get(pk=leg_id)
        code = "" if isinstance(told, Receipt) else told.code
        again = call_rules.next_end(tries=kept.tries, now=now)
        if _over(leg, kept):
            _settle(kept, now)
        elif again is None:
            log.warning("call.not_ended", leg=str(leg_id), code=code)
            _settle(kept, now, code or "still_open")
        else:
            kept.next_at, kept.error_code = again, code
            kept.save(update_fields=["next_at", "error_code"])


def _over(leg: Leg, kept: Ending) -> bool:
    """Nothing is left to do: it has ended, or was picked up and only a ringing one was to be called off."""
    return leg.final or (leg.state == State.DELIVERED and not kept.answered_too)


def _settle(kept: Ending, now: datetime, code: str = "") -> None:
    kept.next_at, kept.done_at, kept.error_code = None, now, code
    kept.save(update_fields=["next_at", "done_at", "error_code"])


def overdue(moment: datetime) -> int:
    """Wishes older than `moment` that are not carried out, for the auditor."""
    return Ending.objects.filter(done_at=None, wanted_at__lte=moment).count()
