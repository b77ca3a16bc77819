"""How the municipality decides: written by its admin. Call in the municipality; the caller has checked `portal.edit`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction

from central import functions
from central.accounts.models import User
from central.audit.services import record
from central.calendar_days import TOKENS
from central.municipalities.context import current
from tenants.decided.models import Choice, Policy
from tenants.oncall.models import Duty
from tenants.oncall.services import BadEntry


def save_policy(
    *,
    function: str,
    duty: str,
    minutes: int,
    default_choice: str,
    shift_days: Sequence[str],
    shift_starts: time,
    receipt_minutes: int,
    actor: User,
    now: datetime,
) -> Policy:
    """How decisions about a function are made; function "" is for all the others. Raises BadEntry."""
    if function and function not in functions.NAMES:
        raise BadEntry("function", "Välj en verksamhet i listan.")
    if duty and not Duty.objects.filter(code=duty).exists():
        raise BadEntry("duty", "Välj en jour i listan.")
    if not 1 <= minutes <= 240:
        raise BadEntry("minutes", "Skriv ett antal minuter från 1 till 240.")
    if default_choice not in Choice.values:
        raise BadEntry("default_choice", "Välj vad som gäller när ingen svarar.")
    if not shift_days or set(shift_days) - set(TOKENS):
        raise BadEntry("shift_days", "Välj minst en dag då ett arbetspass börjar.")
    if not 5 <= receipt_minutes <= 1440:
        raise BadEntry("receipt_minutes", "Skriv ett antal minuter från 5 till 1440.")
    with transaction.atomic():
        policy, _ = Policy.objects.update_or_create(
            function=function,
            defaults={
                "duty": duty,
                "minutes": minutes,
                "default_choice": default_choice,
                "shift_days": [one for one in TOKENS if one in shift_days],
                "shift_starts": shift_starts,
                "receipt_minutes": receipt_minutes,
            },
        )
        _audit("policy_changed", function, actor, now)
    return policy


def remove_policy(*, function: str, actor: User, now: datetime) -> None:
    """The function is decided as all the others again. Twice is once."""
    with transaction.atomic():
        if Policy.objects.filter(function=function).delete()[0]:
            _audit("policy_removed", function, actor, now)


def _audit(what: str, function: str, actor: User, now: datetime) -> None:
    record(
        f"decisions.{what}",
        actor_id=actor.pk,
        actor_name=actor.name,
        municipality_id=current().id,
        subject=function,
        details={"function": functions.NAMES.get(function, "Alla andra")},
        at=now,
    )
