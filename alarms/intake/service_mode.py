"""Service mode: a transmitter somebody works on is logged instead of alarming, for a time that ends by itself.

The time stands in the transmitter's row and storing compares with it, so nobody has to end it. The clock then keeps
that it returned, and says what is still wrong (:mod:`alarms.escalation.returning`). Who may is the caller's to decide.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from alarms.intake.models import Transmitter
from central.accounts.models import User
from central.audit.services import record

LONGEST = timedelta(hours=24)
REASON_LENGTH = 200


class ServiceRefused(Exception):
    """Base: ``message`` for the person; ``field`` is what to mend ("minutes", "reason"), "" for nothing of it."""

    field = ""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownTransmitter(ServiceRefused):
    """No such transmitter, or it is no longer in use."""

    def __init__(self) -> None:
        super().__init__("Sändaren finns inte längre.")


class BadTime(ServiceRefused):
    """The end is not ahead, or too far ahead."""

    field = "minutes"

    def __init__(self) -> None:
        super().__init__("Service varar 1–1440 minuter, högst ett dygn åt gången.")


class BadReason(ServiceRefused):
    """No reason, or an essay."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__(f"Skriv varför, högst {REASON_LENGTH} tecken. Det står i granskningsloggen.")


class NotUnderService(ServiceRefused):
    """There is nothing to end."""

    def __init__(self) -> None:
        super().__init__("Sändaren är inte under service.")


def start(
    *, transmitter_id: int, until: datetime, by: User | None, reason: str, now: datetime
) -> Transmitter:
    """Log what it sends until then, and open no case. Under service already: the new time counts.

    ``by`` None is the server's command line. Raises UnknownTransmitter, BadTime, BadReason.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_LENGTH:
        raise BadReason
    if not now < until <= now + LONGEST:
        raise BadTime
    with transaction.atomic():
        one = _locked(transmitter_id)
        _set(one, until, by)
        _told("started", one, by, now, {"reason": reason, "until": until.isoformat()})
    return one


def end(*, transmitter_id: int, by: User | None, reason: str = "", now: datetime) -> Transmitter:
    """It alarms again from now on. Raises UnknownTransmitter, BadReason, NotUnderService."""
    reason = reason.strip()
    if len(reason) > REASON_LENGTH:
        raise BadReason
    with transaction.atomic():
        one = _locked(transmitter_id)
        if one.service_until is None or one.service_until <= now:
            raise NotUnderService
        was = one.service_until
        _set(one, now, by)  # its intervals count from then; the clock does what belongs to the return
        _told(
            "ended",
            one,
            by,
            now,
            {"until": was.isoformat(), **({"reason": reason} if reason else {})},
        )
    return one


def _locked(transmitter_id: int) -> Transmitter:
    one = Transmitter.objects.select_for_update().filter(pk=transmitter_id, active=True).first()
    if one is None:
        raise UnknownTransmitter
    return one


def _set(one: Transmitter, until: datetime, by: User | None) -> None:
    one.service_until, one.service_by_id, one.service_ended_at = until, by.pk if by else None, None
    one.save(update_fields=["service_until", "service_by_id", "service_ended_at", "changed_at"])


def _told(verb: str, one: Transmitter, by: User | None, now: datetime, details: dict[str, str]) -> None:
    record(
        f"transmitter.service_{verb}",
        actor_id=by.pk if by else None,
        actor_name=by.name if by else "",
        municipality_id=one.municipality_id,
        subject=str(one.pk),
        details=details,
        at=now,
    )
