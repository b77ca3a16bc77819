"""Members of the municipality: who, in which role, for which functions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from central import functions
from central.accounts import members, queries, roles
from central.accounts.capabilities import MEMBERS_EDIT
from central.accounts.models import Membership
from central.accounts.pages import host, host_id
from central.swedish import swedish_key
from tenants.portal.access import found, guarded, page, person

SECTION = "portal_members"


@require_safe
@guarded(MEMBERS_EDIT)
def listing(request: HttpRequest) -> HttpResponse:
    """The current members and the form for a new one."""
    return _page(request)


@require_POST
@guarded(MEMBERS_EDIT)
@sensitive_variables("password")
def invite(request: HttpRequest) -> HttpResponse:
    """Create an account here; its one-time password is shown on this page and nowhere else."""
    typed: dict[str, Any] = {
        name: request.POST.get(name, "") for name in ("username", "name", "initials", "role")
    }
    typed["function_codes"] = request.POST.getlist("functions")
    try:
        user, password = members.invite(
            municipality=host(request), by=person(request), now=timezone.now(), **typed
        )
    except members.BadMember as exc:
        return _page(request, {"errors": exc.errors, "typed": typed}, 422)
    return _page(request, {"fresh": user, "password": password})


@require_POST
@guarded(MEMBERS_EDIT)
def set_functions(request: HttpRequest, key: int) -> HttpResponse:
    """Give a member exactly the ticked functions."""
    membership = _membership(request, key)
    try:
        members.set_functions(
            membership=membership,
            function_codes=request.POST.getlist("functions"),
            by=person(request),
            now=timezone.now(),
        )
    except members.NotYourself as exc:
        messages.error(request, exc.message)
    except members.BadMember as exc:
        messages.error(request, f"{membership.user.name}: {' '.join(exc.errors.values())}")
    else:
        messages.success(request, f"{membership.user.name} har fått sina verksamheter.")
    return redirect(SECTION)


@require_POST
@guarded(MEMBERS_EDIT)
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End a membership; the person is signed out here at once."""
    membership = _membership(request, key)
    try:
        members.end_membership(membership=membership, by=person(request), now=timezone.now())
    except members.NotYourself as exc:
        messages.error(request, exc.message)
    else:
        messages.success(request, f"{membership.user.name} är inte längre medlem och är utloggad.")
    return redirect(SECTION)


@require_POST
@guarded(MEMBERS_EDIT)
@sensitive_variables("password")
def reset(request: HttpRequest, key: int) -> HttpResponse:
    """A new one-time password for somebody who lost hers."""
    membership = _membership(request, key)
    try:
        password = members.reset_sign_in(membership=membership, by=person(request), now=timezone.now())
    except (members.NotYourself, members.BelongsElsewhere) as exc:
        messages.error(request, exc.message)
        return redirect(SECTION)
    return _page(request, {"fresh": membership.user, "password": password})


def _membership(request: HttpRequest, key: int) -> Membership:
    return found(queries.members(host_id(request)).filter(pk=key).first())


def _page(request: HttpRequest, extra: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    own = sorted(roles.AT_MUNICIPALITY, key=list(roles.NAMES).index, reverse=True)
    context = {
        "members": [
            (
                row,
                roles.NAMES[row.role],
                [functions.NAMES[code] for code in row.functions if code in functions.NAMES],
            )
            for row in sorted(queries.members(host_id(request)), key=lambda row: swedish_key(row.user.name))
        ],
        "roles": [(code, roles.NAMES[code]) for code in own],
        "functions": functions.CHOICES,
        "closed": functions.CLOSED,
        "typed": {},
        "errors": {},
    }
    return page(request, "members", SECTION, {**context, **(extra or {})}, status=status)
