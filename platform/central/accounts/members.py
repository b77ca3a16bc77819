"""A municipality's members: invite, give functions, end. Callers have checked `members.edit` there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from central import functions
from central.accounts import passwords, roles, services
from central.accounts.models import Membership, User
from central.audit.services import record

USERNAME = re.compile(r"[a-z0-9åäö][a-z0-9åäö._-]{2,59}")


@dataclass
class BadMember(Exception):
    """What was typed can't be used: field name → what is wrong and what to do."""

    errors: dict[str, str] = field(default_factory=dict)


class NotYourself(Exception):
    """Nobody changes her own rights."""

    message = "Du kan inte ändra din egen behörighet. Be en annan administratör."


class BelongsElsewhere(Exception):
    """The account also works somewhere else, so one municipality can't reset its sign-in."""

    message = "Kontot används även på annat håll. Be trygghetscentralen återställa inloggningen."


def invite(
    *,
    municipality: Any,
    username: str,
    name: str,
    initials: str,
    role: str,
    function_codes: list[str],
    by: User | None,
    now: datetime,
) -> tuple[User, str]:
    """Create an account with one membership; return it and its one-time password, kept nowhere.

    `municipality` is a Municipality or its ref; `by` None is the command line. Raises BadMember.
    """
    username, name, initials = username.strip().lower(), " ".join(name.split()), initials.strip().upper()
    errors = _errors(municipality.kind, username, name, initials, role, function_codes)
    if errors:
        raise BadMember(errors)
    password = passwords.one_time()
    user = User(username=username, name=name, initials=initials, password_is_temporary=True, created_at=now)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            membership = Membership.objects.create(
                user=user,
                municipality_id=municipality.id,
                role=role,
                functions=sorted(set(function_codes)),
                created_at=now,
            )
            _note("member.invited", membership, by, now)
    except IntegrityError as exc:
        raise BadMember({"username": "Användarnamnet är upptaget. Välj ett annat."}) from exc
    return user, password


def _errors(
    kind: str, username: str, name: str, initials: str, role: str, codes: list[str]
) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not USERNAME.fullmatch(username):
        errors["username"] = "Skriv minst tre tecken: små bokstäver, siffror, punkt eller bindestreck."
    if not 2 <= len(name) <= 120:
        errors["name"] = "Skriv personens för- och efternamn."
    if not (1 <= len(initials) <= 4 and initials.isalpha()):
        errors["initials"] = "Skriv en till fyra bokstäver, till exempel MK."
    if role not in (roles.AT_CENTRE if kind == "centre" else roles.AT_MUNICIPALITY):
        errors["role"] = "Välj en roll i listan."
    errors.update(_function_errors(role, codes))
    return errors


def _function_errors(role: str, codes: list[str]) -> dict[str, str]:
    if unknown := set(codes) - set(functions.NAMES):
        return {"functions": f"Okänd verksamhet: {', '.join(sorted(unknown))}. Välj i listan."}
    if role == roles.MUNICIPALITY_OFFICER and not codes:
        return {"functions": "Välj minst en verksamhet: utan den ser personen inga ärenden."}
    return {}


def set_functions(*, membership: Membership, function_codes: list[str], by: User, now: datetime) -> None:
    """Give the membership exactly these functions. Raises NotYourself and BadMember."""
    if membership.user_id == by.pk:
        raise NotYourself
    if errors := _function_errors(membership.role, function_codes):
        raise BadMember(errors)
    with transaction.atomic():
        membership.functions = sorted(set(function_codes))
        membership.save(update_fields=["functions"])
        _note("member.functions_changed", membership, by, now)


def end_membership(*, membership: Membership, by: User, now: datetime) -> None:
    """End the membership and every sign-in on its host. Raises NotYourself; twice changes nothing."""
    if membership.user_id == by.pk:
        raise NotYourself
    with transaction.atomic():
        rows = Membership.objects.filter(pk=membership.pk, ended_at__isnull=True)
        if not rows.update(ended_at=now):
            return
        user = membership.user
        place = membership.municipality_id
        others = Membership.objects.current().filter(user=user, municipality_id=place)
        if not others.exclude(pk=membership.pk).exists():
            services.revoke_all(user=user, by=by, now=now, municipality_id=place)
        _note("member.ended", membership, by, now)


def reset_sign_in(*, membership: Membership, by: User, now: datetime) -> str:
    """A new one-time password and no second factor, for somebody who lost hers; returns the password.

    Raises NotYourself, and BelongsElsewhere for an account that also works on another host.
    """
    if membership.user_id == by.pk:
        raise NotYourself
    user = membership.user
    elsewhere = Membership.objects.current().filter(user=user)
    if elsewhere.exclude(municipality_id=membership.municipality_id).exists():
        raise BelongsElsewhere
    password = passwords.one_time()
    with transaction.atomic():
        user.set_password(password)
        user.password_is_temporary = True
        user.totp_secret, user.totp_confirmed_at, user.totp_last_step = "", None, None
        user.save()
        services.revoke_all(user=user, by=by, now=now)
        _note("member.sign_in_reset", membership, by, now)
    return password


def _note(verb: str, membership: Membership, by: User | None, now: datetime) -> None:
    record(
        verb,
        actor_id=by.pk if by else None,
        actor_name=by.name if by else "",
        municipality_id=membership.municipality_id,
        subject=str(membership.user_id),
        details={"name": membership.user.name, "role": membership.role, "functions": membership.functions},
        at=now,
    )
