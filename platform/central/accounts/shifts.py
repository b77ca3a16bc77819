"""Sign-on at a seat and off it. A shift ends only when nothing is held, so no case goes home with anybody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction

from central.accounts import leaving
from central.accounts.models import Shift, User
from central.audit.services import record
from central.municipalities import directory

MOVED = "moved"


class NotOnShift(Exception):
    """There is no shift to end."""

    message = "Du har inget pågående pass."


class SecondFactorMissing(Exception):
    """The centre requires a second factor and the account has none."""

    message = "Passet kan inte börja: ditt konto saknar engångskod. Lägg till den under Mitt konto."


def start_shift(
    *, user: User, seat: str, sound_ok: bool, municipalities: Collection[int] = (), now: datetime
) -> Shift:
    """Sign on at a seat. A shift already running moves: it ends here and a new one starts.

    ``municipalities`` are the person's own, dealt to her first; none means all alike. Unknown ones are left out.

    Raises SecondFactorMissing where codes are required and the account has none.
    """
    if settings.REQUIRE_TOTP and user.totp_confirmed_at is None:
        raise SecondFactorMissing
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two windows pressing at once give one shift
        Shift.objects.filter(user=user, ended_at__isnull=True).update(ended_at=now, ended_reason=MOVED)
        known = {one.id for one in directory.municipalities()}
        shift = Shift.objects.create(
            user=user, seat=seat.strip()[:40], sound_ok=sound_ok, started_at=now,
            municipalities=sorted(known & set(municipalities)),
        )  # fmt: skip
        _note("shift.started", shift, now, seat=shift.seat, sound=sound_ok)
    return shift


def end_shift(*, user: User, reason: str, now: datetime) -> Shift:
    """Sign off. Raises StillHolding and NotOnShift."""
    leaving.check_nothing_held(user)
    with transaction.atomic():
        shift = Shift.objects.select_for_update().filter(user=user, ended_at__isnull=True).first()
        if shift is None:
            raise NotOnShift
        shift.ended_at = now
        shift.ended_reason = reason.strip()[:40]
        shift.save(update_fields=["ended_at", "ended_reason"])
        _note("shift.ended", shift, now, seat=shift.seat, reason=shift.ended_reason)
    return shift


def _note(verb: str, shift: Shift, now: datetime, **details: object) -> None:
    record(
        verb,
        actor_id=shift.user_id,
        actor_name=shift.user.name,
        municipality_id=directory.centre().id,
        subject=str(shift.pk),
        details=details,
        at=now,
    )
