"""Asking the carrier: what became of a send nobody knows the outcome of, and of messages gone silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from central.carriers import current, letters, listeners, rules, states
from central.carriers.models import Leg, State
from central.carriers.port import CarrierError, Receipt
from central.events.services import unit_of_work
from central.municipalities import directory

log = structlog.get_logger(__name__)


def resolve(clock: Callable[[], datetime]) -> int:
    """Look up each uncertain leg that is due. Found → adopted. Not found → still uncertain, and counted."""
    due = _reserve(clock(), LOOKUP)
    for leg_id in due:
        _resolve(leg_id, clock)
    return len(due)


def reconcile(clock: Callable[[], datetime]) -> int:
    """Fetch the state of each message the carrier has told nothing about for a quarter of an hour."""
    due = _reserve(clock(), SILENCE)
    for leg_id in due:
        leg = Leg.objects.get(pk=leg_id)
        try:
            receipt = current.carrier().fetch(leg.sid or "")
        except CarrierError as error:
            log.warning("carrier.no_state", leg=str(leg_id), code=error.code)
            continue
        with unit_of_work():
            states.hear(Leg.objects.select_for_update().get(pk=leg_id), receipt, now=clock())
    return len(due)


LOOKUP, SILENCE = "lookup", "silence"


def _reserve(now: datetime, which: str) -> list[UUID]:
    """Take due legs so that no other worker asks about them meanwhile: their next time is moved ahead first."""
    with unit_of_work():
        chosen = (
            Leg.objects.doubtful(now) if which == LOOKUP else Leg.objects.silent_since(now - rules.SILENT)
        )
        legs = list(chosen.select_for_update(skip_locked=True)[: rules.BATCH])
        for leg in legs:
            if which == LOOKUP:
                leg.next_attempt_at = now + rules.LEASE
            leg.checked_at = now
        Leg.objects.bulk_update(legs, ["next_attempt_at", "checked_at"])
    return [leg.id for leg in legs]


def _resolve(leg_id: UUID, clock: Callable[[], datetime]) -> None:
    leg = Leg.objects.get(pk=leg_id)
    called = leg.tries.filter(called_at__isnull=False).order_by("number").last()
    since = (called.called_at if called and called.called_at else leg.created_at) - rules.CLOCK_SKEW
    letter = letters.keeper().read(leg.id, directory.by_id(leg.municipality_id))
    try:
        found = current.carrier().find(to=letter.number, body=letter.body, since=since)
    except CarrierError as error:
        log.warning("carrier.no_lookup", leg=str(leg_id), code=error.code)
        return  # no answer is no answer: it is asked again when the reservation runs out
    with unit_of_work():
        leg = Leg.objects.select_for_update().get(pk=leg_id)
        if leg.state != State.UNCERTAIN:
            return
        receipt = _ours(found)
        if receipt is not None:
            states.hear(leg, receipt, now=clock())
        else:
            _still_unknown(leg, clock())


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
