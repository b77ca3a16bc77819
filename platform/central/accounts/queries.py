"""Read accounts: who is on shift, a person's own sign-ins, a municipality's members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from central.accounts import roles
from central.accounts.capabilities import CAPABILITIES, CASE_CLAIM
from central.accounts.models import Membership, Shift, SignIn, User


@dataclass(frozen=True, slots=True)
class OnShift:
    """A person on shift now."""

    id: int
    name: str
    initials: str
    role: str
    seat: str
    sound_ok: bool
    started_at: datetime
    municipalities: tuple[int, ...] = ()


_RANK = [roles.SHIFT_LEADER, roles.OPERATOR, roles.CENTRE_MANAGER, roles.AUDITOR]


def on_shift() -> list[OnShift]:
    """Everyone on shift now, shift leaders first, then by when they began."""
    at_centre = Q(user__memberships__municipality__kind="centre", user__memberships__ended_at__isnull=True)
    rows = (
        Shift.objects.filter(ended_at__isnull=True, user__is_active=True)
        .select_related("user")
        .annotate(held_roles=ArrayAgg("user__memberships__role", filter=at_centre, default=[]))
        .order_by("started_at", "pk")
    )
    found = [
        OnShift(
            id=row.user_id,
            name=row.user.name,
            initials=row.user.initials,
            role=_first_role(row.held_roles),
            seat=row.seat,
            sound_ok=row.sound_ok,
            started_at=row.started_at,
            municipalities=tuple(row.municipalities),
        )
        for row in rows
    ]
    return sorted(found, key=lambda person: person.role != roles.SHIFT_LEADER)


def _first_role(held: Sequence[str]) -> str:
    return next((role for role in _RANK if role in held), "")


def seats() -> list[dict[str, Any]]:
    """Who takes cases now and which municipalities each has as her own, in the order they began; for every console."""
    takers = [one for one in on_shift() if CASE_CLAIM in CAPABILITIES.get(one.role, frozenset())]
    takers.sort(key=lambda one: (one.started_at, one.id))
    return [
        {
            "id": one.id,
            "name": one.name,
            "initials": one.initials,
            "seat": one.seat,
            "own": list(one.municipalities),
        }
        for one in takers
    ]


def current_shift(user: User) -> Shift | None:
    """The person's running shift."""
    return Shift.objects.filter(user=user, ended_at__isnull=True).first()


def own_municipalities(user: User) -> list[int]:
    """What the person is dealt first in her running shift; none means all alike."""
    shift = current_shift(user)
    return list(shift.municipalities) if shift else []


def covered_municipalities(*, but: User) -> frozenset[int]:
    """What somebody else on shift has as her own."""
    chosen = Shift.objects.filter(ended_at__isnull=True).exclude(user=but)
    return frozenset(one for listed in chosen.values_list("municipalities", flat=True) for one in listed)


def own_sign_ins(user: User, now: datetime) -> list[SignIn]:
    """The account's open sign-ins, the last used first."""
    oldest = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = SignIn.objects.filter(
        user=user, revoked_at__isnull=True, ended_at__isnull=True, created_at__gt=oldest
    )
    return list(rows.order_by("-seen_at"))


def closed_among(sign_in_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these are revoked, ended, or belong to an account made inactive; sockets ask every 2 s."""
    over = Q(revoked_at__isnull=False) | Q(ended_at__isnull=False) | Q(user__is_active=False)
    return set(SignIn.objects.filter(over, pk__in=sign_in_ids).values_list("pk", flat=True))


def members(municipality_id: int) -> QuerySet[Membership]:
    """The current memberships at one municipality, with their accounts."""
    rows = Membership.objects.current().filter(municipality_id=municipality_id).select_related("user")
    return rows.order_by("user__name", "pk")


def names(user_ids: Sequence[int]) -> dict[int, str]:
    """Account id → name."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name"))
