"""Sign-on at a seat and off it, and whose municipalities are whose meanwhile.

A shift ends only when nothing is held, so no case goes home with anybody. Every console is told at once who sits where
and what each has as her own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings

from central.accounts import leaving, queries
from central.accounts.capabilities import SHIFT_LEAD, require
from central.accounts.models import Shift, User
from central.audit.services import record
from central.events.services import announce, unit_of_work
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
    with unit_of_work():
        User.objects.select_for_update().get(pk=user.pk)  # two windows pressing at once give one shift
        Shift.objects.filter(user=user, ended_at__isnull=True).update(ended_at=now, ended_reason=MOVED)
        shift = Shift.objects.create(
            user=user, seat=seat.strip()[:40], sound_ok=sound_ok, started_at=now,
            municipalities=sorted(_known() & set(municipalities)),
        )  # fmt: skip
        _note("shift.started", shift, now, seat=shift.seat, sound=sound_ok)
        _tell(user, user)
    return shift


def end_shift(*, user: User, reason: str, now: datetime) -> Shift:
    """Sign off. Raises StillHolding and NotOnShift."""
    leaving.check_nothing_held(user)
    with unit_of_work():
        shift = Shift.objects.select_for_update().filter(user=user, ended_at__isnull=True).first()
        if shift is None:
            raise NotOnShift
        shift.ended_at = now
        shift.ended_reason = reason.strip()[:40]
        shift.save(update_fields=["ended_at", "ended_reason"])
        _note("shift.ended", shift, now, seat=shift.seat, reason=shift.ended_reason)
        _tell(user, user)
    return shift


def divide(
    *, user: User, by: User, add: Collection[int] = (), remove: Collection[int] = (), now: datetime
) -> Shift:
    """Give somebody on shift municipalities of her own and take others back, while the shift goes on.

    One's own may be changed by oneself; another's by the shift leader. Only what is named changes, so that two who
    change the same seat at once do not undo each other. Raises NotAllowed and NotOnShift.
    """
    if user.pk != by.pk:
        require(by, SHIFT_LEAD, directory.centre())
    with unit_of_work():
        shift = Shift.objects.select_for_update().filter(user=user, ended_at__isnull=True).first()
        if shift is None:
            raise NotOnShift
        before = set(shift.municipalities)
        own = (before - set(remove)) | (_known() & set(add))
        if own == before:
            return shift
        shift.municipalities = sorted(own)
        shift.save(update_fields=["municipalities"])
        _note("shift.divided", shift, now, by, own=shift.municipalities)
        _tell(user, by)
    return shift


def _known() -> set[int]:
    return {one.id for one in directory.municipalities()}


def _tell(user: User, by: User) -> None:
    told = {"seats": queries.seats(), "of": user.pk, "by": {"id": by.pk, "name": by.name}}
    announce("seats", told, municipality_id=None)


def _note(verb: str, shift: Shift, now: datetime, by: User | None = None, **details: object) -> None:
    actor = by or shift.user
    record(
        verb,
        actor_id=actor.pk,
        actor_name=actor.name,
        municipality_id=directory.centre().id,
        subject=str(shift.pk),
        details=details,
        at=now,
    )
