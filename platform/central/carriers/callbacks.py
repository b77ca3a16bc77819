"""What carriers tell us: kept first, then applied; repeats and late news change nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from central import phone
from central.carriers import letters, listeners, rules, states
from central.carriers.models import Callback, Direction, Leg, State
from central.carriers.port import Receipt
from central.events.services import unit_of_work
from central.municipalities import directory

log = structlog.get_logger(__name__)
RECEIVED = "received"
KEPT_WAITING = timedelta(days=2)


def status(*, leg_id: UUID, sid: str, status: str, error_code: str, now: datetime) -> str:
    """One status callback. Returns moved, old or unknown; the same (sid, status) again is old.

    The row is committed before it is applied: if a listener fails, the worker applies it later.
    """
    heard, fresh = Callback.objects.get_or_create(
        sid=sid,
        status=status,
        defaults={"leg_id": leg_id, "error_code": error_code, "received_at": now},
    )
    if not fresh and heard.applied_at is not None:
        return "old"
    return _apply(heard.pk, now)


def apply_waiting(now: datetime) -> int:
    """Apply callbacks that came before we knew the message, or while a listener failed. How many moved something."""
    now_known = Exists(Leg.objects.filter(sid=OuterRef("sid")))
    waiting = Callback.objects.filter(applied_at=None, received_at__gt=now - KEPT_WAITING)
    ready = waiting.filter(Q(result="") | Q(now_known)).order_by("pk")
    moved = 0
    for key in ready.values_list("pk", flat=True)[: rules.BATCH]:
        try:
            moved += _apply(key, now) == "moved"
        except Exception as failure:  # one that fails must not stop the others, or the sending
            log.exception("callback.failed", callback=key, error=type(failure).__name__)
    retry = Leg.objects.filter(
        direction=Direction.IN, handled_at=None, created_at__gt=now - KEPT_WAITING
    ).order_by("created_at")
    for leg_id in retry.values_list("pk", flat=True)[: rules.BATCH]:
        moved += _hand_on(leg_id, now)
    return moved


def _apply(key: int, now: datetime) -> str:
    with unit_of_work():
        heard = Callback.objects.select_for_update().get(pk=key)
        if heard.applied_at is not None:
            return "old"
        leg = _leg_of(heard)
        if leg is None:
            heard.result = "unknown"
            heard.save(update_fields=["result"])
            return "unknown"
        receipt = Receipt(sid=heard.sid, status=heard.status, error_code=heard.error_code)
        heard.result = "moved" if states.hear(leg, receipt, now=now) else "old"
        heard.applied_at = now
        heard.save(update_fields=["result", "applied_at"])
        return heard.result


def _leg_of(heard: Callback) -> Leg | None:
    """By the carrier's id; else by the id in our own callback URL, when that leg has no carrier's id yet.

    A second message of the same leg (which must not exist) stays unknown and is kept for people to look at.
    """
    legs = Leg.objects.select_for_update()
    known = legs.filter(sid=heard.sid).first()
    if known is not None or heard.leg_id is None:
        return known
    waiting = [State.SENDING, State.UNCERTAIN, State.QUEUED]
    nameless = legs.filter(pk=heard.leg_id, sid=None, state__in=waiting).first()
    # While we waited for the leg's lock, the carrier's answer may have named it.
    return nameless or legs.filter(sid=heard.sid).first()


def inbound(*, sid: str, number: str, body: str, now: datetime) -> Leg | None:
    """An SMS to us: stored with whoever it belongs to, else with the centre. None for a repeat.

    Stored in one transaction; handing it on to its matter is a second one, repeated by the worker if it fails.
    """
    number_hash = phone.keyed_hash(number)
    with unit_of_work():
        _, fresh = Callback.objects.get_or_create(
            sid=sid, status=RECEIVED, defaults={"received_at": now, "applied_at": now, "result": "moved"}
        )
        if not fresh:
            return None
        routed = listeners.route(number_hash, body, now)
        purpose, to = routed or (listeners.UNMATCHED, None)
        owner = directory.by_id(to.municipality_id) if to else directory.centre()
        leg = Leg.objects.create(
            municipality_id=owner.id,
            subject_id=to.subject_id if to else None,
            purpose=purpose,
            direction=Direction.IN,
            state=State.RECEIVED,
            number_hash=number_hash,
            sid=sid,
            created_at=now,
            changed_at=now,
            checked_at=now,
            ended_at=now,
            handled_at=None if to else now,
        )
        letters.keeper().store(leg.id, owner, number, body, "", Direction.IN, now)
    if to is None:
        log.warning("sms.unmatched", leg=str(leg.id))
    else:
        _hand_on(leg.id, now)
    return leg


def _hand_on(leg_id: UUID, now: datetime) -> bool:
    """Give an incoming SMS to its listener, once; False when the listener failed or it was done already."""
    try:
        with unit_of_work():
            leg = Leg.objects.select_for_update().get(pk=leg_id)
            if leg.handled_at is not None:
                return False
            letter = letters.keeper().read(leg.id, directory.by_id(leg.municipality_id))
            leg.handled_at = now
            leg.save(update_fields=["handled_at"])
            listeners.of(leg).inbound(leg, letter.number, letter.body, now)
        return True
    except Exception as failure:
        log.exception("sms.not_handed_on", leg=str(leg_id), error=type(failure).__name__)
        return False


def unknown_since(moment: datetime) -> int:
    """Callbacks about messages we do not know, for the auditor."""
    with transaction.atomic():
        return Callback.objects.filter(applied_at=None, received_at__lte=moment).count()
