"""Pages about the members of one host: the centre shows them itself, a municipality inside its portal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from central import functions
from central.accounts import members, pages, queries, roles
from central.accounts.capabilities import CENTRE_MANAGE, require
from central.accounts.models import Membership
from central.swedish import swedish_key

type Render = Callable[[HttpRequest, dict[str, Any], int], HttpResponse]


@dataclass(frozen=True, slots=True)
class MemberPages:
    """The five acts, drawn by `render`; `names` holds the address names. Callers have checked the right."""

    render: Render
    names: dict[str, str]

    def listing(self, request: HttpRequest) -> HttpResponse:
        """The current members and the form for a new one."""
        return self._page(request)

    @sensitive_variables("password")
    def invite(self, request: HttpRequest) -> HttpResponse:
        """Create an account here; its one-time password is shown on this page and nowhere else."""
        typed: dict[str, Any] = {
            name: request.POST.get(name, "") for name in ("username", "name", "initials", "role")
        }
        typed["function_codes"] = request.POST.getlist("functions")
        try:
            user, password = members.invite(
                municipality=pages.host(request), by=pages.person(request), now=timezone.now(), **typed
            )
        except members.BadMember as exc:
            return self._page(request, {"errors": exc.errors, "typed": typed}, 422)
        return self._page(request, {"fresh": user, "password": password})

    def set_functions(self, request: HttpRequest, key: int) -> HttpResponse:
        """Give a member exactly the ticked functions."""
        membership, codes = _membership(request, key), request.POST.getlist("functions")
        try:
            members.set_functions(
                membership=membership, function_codes=codes, by=pages.person(request), now=timezone.now()
            )
        except members.NotYourself as exc:
            messages.error(request, exc.message)
        except members.BadMember as exc:
            messages.error(request, f"{membership.user.name}: {' '.join(exc.errors.values())}")
        else:
            messages.success(request, f"{membership.user.name} har fått sina verksamheter.")
        return redirect(self.names["listing"])

    def end(self, request: HttpRequest, key: int) -> HttpResponse:
        """End a membership; the person is signed out here at once."""
        membership = _membership(request, key)
        try:
            members.end_membership(membership=membership, by=pages.person(request), now=timezone.now())
        except members.NotYourself as exc:
            messages.error(request, exc.message)
        else:
            messages.success(request, f"{membership.user.name} är inte längre medlem och är utloggad.")
        return redirect(self.names["listing"])

    @sensitive_variables("password")
    def reset(self, request: HttpRequest, key: int) -> HttpResponse:
        """A new one-time password for somebody who lost hers."""
        membership = _membership(request, key)
        try:
            password = members.reset_sign_in(
                membership=membership, by=pages.person(request), now=timezone.now()
            )
        except (members.NotYourself, members.BelongsElsewhere) as exc:
            messages.error(request, exc.message)
            return redirect(self.names["listing"])
        return self._page(request, {"fresh": membership.user, "password": password})

    def _page(
        self, request: HttpRequest, extra: dict[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        here = pages.host(request)
        current = sorted(queries.members(here.id), key=lambda row: swedish_key(row.user.name))
        choices = roles.AT_CENTRE if here.is_centre else roles.AT_MUNICIPALITY
        context = {
            "members": [(row, roles.NAMES[row.role], _function_names(row)) for row in current],
            "roles": [(code, name) for code, name in roles.NAMES.items() if code in choices],
            "with_functions": roles.WITH_FUNCTIONS,
            "functions": functions.CHOICES,
            "closed": functions.CLOSED,
            "names": self.names,
            "typed": {"role": roles.OPERATOR if here.is_centre else roles.MUNICIPALITY_OFFICER},
            "errors": {},
        }
        return self.render(request, {**context, **(extra or {})}, status)


def _membership(request: HttpRequest, key: int) -> Membership:
    found = queries.members(pages.host_id(request)).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _function_names(row: Membership) -> str:
    named = [name for code, name in functions.NAMES.items() if code in row.functions]
    if not named and row.role in roles.AT_CENTRE:
        return "alla utan sekretess"
    return ", ".join(named) or "inga"


def _at_centre(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only on the centre's host, and only for those who manage the centre."""

    @never_cache
    @pages.signed_in
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not pages.host(request).is_centre:
            raise Http404
        require(request.user, CENTRE_MANAGE, pages.host(request))
        return view(request, *args, **kwargs)

    return guarded


def _draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    return render(request, "accounts/members.html", context, status=status)


CENTRE = MemberPages(
    render=_draw,
    names={
        "listing": "centre_members",
        "invite": "centre_member_invite",
        "functions": "centre_member_functions",
        "end": "centre_member_end",
        "reset": "centre_member_reset",
    },
)
listing = require_safe(_at_centre(CENTRE.listing))
invite = require_POST(_at_centre(CENTRE.invite))
set_functions = require_POST(_at_centre(CENTRE.set_functions))
end = require_POST(_at_centre(CENTRE.end))
reset = require_POST(_at_centre(CENTRE.reset))
