"""Asking the carrier: what became of a send nobody knows the outcome of, and of messages and calls gone silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from central.carriers import call_rules, current, letters, listeners, rules, states
from central.carriers.models import Attempt, Channel, Leg, LegQuerySet, State
from central.carriers.port import CarrierError, Receipt
from central.events.services import unit_of_work
from central.municipalities import directory

log = structlog.get_logger(__name__)


def resolve(clock: Callable[[], datetime]) -> int:
    """Look up each uncertain leg that is due. Found → adopted. Not found → still uncertain, and counted."""
    now = clock()
    due = _reserve(Leg.objects.doubtful(now), now, again=now + rules.LEASE)
    for leg_id in due:
        _resolve(leg_id, clock)
    return len(due)


def reconcile(clock: Callable[[], datetime]) -> int:
    """Fetch the state of what the carrier has told nothing about: messages for a quarter of an hour, calls sooner."""
    now = clock()
    due = _reserve(Leg.objects.silent_since(now - rules.SILENT), now)
    due += _reserve(Leg.objects.calls_silent_since(now - call_rules.SILENT), now)
    for leg_id in due:
        leg = Leg.objects.get(pk=leg_id)
        try:
            carrier = current.carrier()
            fetch = carrier.fetch_call if leg.channel == Channel.VOICE else carrier.fetch
            receipt = fetch(leg.sid or "")
        except CarrierError as error:
            log.warning("carrier.no_state", leg=str(leg_id), code=error.code)
            continue
        with unit_of_work():
            states.hear(Leg.objects.select_for_update().get(pk=leg_id), receipt, now=clock())
    return len(due)


def _reserve(chosen: LegQuerySet, now: datetime, again: datetime | None = None) -> list[UUID]:
    """Take due legs so that no other worker asks about them meanwhile: their next time is moved ahead first."""
    with unit_of_work():
        legs = list(chosen.select_for_update(skip_locked=True)[: rules.BATCH])
        for leg in legs:
            leg.next_attempt_at = again or leg.next_attempt_at
            leg.checked_at = now
        Leg.objects.bulk_update(legs, ["next_attempt_at", "checked_at"])
    return [leg.id for leg in legs]


def _resolve(leg_id: UUID, clock: Callable[[], datetime]) -> None:
    leg = Leg.objects.get(pk=leg_id)
    called = leg.tries.filter(called_at__isnull=False).order_by("number").last()
    began = called.called_at if called and called.called_at else leg.created_at
    since = began - rules.CLOCK_SKEW
    letter = letters.keeper().read(leg.id, directory.by_id(leg.municipality_id))
    try:
        if leg.channel == Channel.VOICE:
            # Nothing in a call tells whose it is, only when: one that was made later is another's.
            until = began + call_rules.LONGEST_HANDOVER + rules.CLOCK_SKEW
            found = [
                one for one in current.carrier().find_calls(to=letter.number, since=since) if _by(one, until)
            ]
        else:
            found = current.carrier().find(to=letter.number, body=letter.body, since=since)
    except CarrierError as error:
        log.warning("carrier.no_lookup", leg=str(leg_id), code=error.code)
        return  # no answer is no answer: it is asked again when the reservation runs out
    with unit_of_work():
        leg = Leg.objects.select_for_update().get(pk=leg_id)
        if leg.state != State.UNCERTAIN:
            return
        receipt = None if _shared(leg, began) else _ours(found)
        if receipt is not None:
            states.hear(leg, receipt, now=clock())
        else:
            _still_unknown(leg, clock())


def _by(receipt: Receipt, until: datetime) -> bool:
    return receipt.created_at is None or receipt.created_at <= until


def _shared(leg: Leg, began: datetime) -> bool:
    """True when a call that is found could as well be another leg's to the same number, itself not known yet.

    Then only the carrier's own word, which names the leg, decides: a call taken for another's would put its
    keys down to the wrong matter.
    """
    if leg.channel != Channel.VOICE:
        return False
    near: timedelta = call_rules.LONGEST_HANDOVER + 2 * rules.CLOCK_SKEW
    others = Attempt.objects.filter(
        leg__number_hash=leg.number_hash,
        leg__channel=Channel.VOICE,
        leg__sid=None,
        leg__state__in=[State.SENDING, State.UNCERTAIN],
        called_at__range=(began - near, began + near),
    )
    return others.exclude(leg=leg).exists()


def _ours(found: list[Receipt]) -> Receipt | None:
    """The oldest of them that no other leg already is."""
    taken = set(Leg.objects.filter(sid__in=[one.sid for one in found]).values_list("sid", flat=True))
    return next((one for one in found if one.sid not in taken), None)


def _still_unknown(leg: Leg, now: datetime) -> None:
    leg.lookups += 1
    leg.next_attempt_at = rules.next_lookup(lookups=leg.lookups, created_at=leg.created_at, now=now)
    leg.save(update_fields=["lookups", "next_attempt_at"])
    if leg.lookups == rules.LOOKED_ENOUGH:
        listeners.of(leg).leg_changed(leg, now)
