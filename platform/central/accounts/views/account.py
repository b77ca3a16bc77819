"""One's own account: where it is signed in, its password and its second factor."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from central.accounts import pages, queries, roles, services, throttling
from central.accounts.capabilities import AUDIT_READ, CENTRE_MANAGE, can
from central.accounts.models import Membership, SignIn
from central.accounts.views.signing_in import enrolment
from central.functions import NAMES


@never_cache
@require_GET
@pages.signed_in
def account(request: HttpRequest) -> HttpResponse:
    """The person's roles here and her open sign-ins."""
    user = pages.person(request)
    centre = pages.host(request).is_centre
    here = Membership.objects.current().filter(user=user, municipality_id=pages.host_id(request))
    shown = [
        (roles.NAMES[row.role], ", ".join(NAMES[code] for code in row.functions if code in NAMES))
        for row in here
    ]
    page = {
        "roles": shown,
        "sign_ins": queries.own_sign_ins(user, timezone.now()),
        "home": pages.home(request, user),
        "manages": centre and can(user, CENTRE_MANAGE, pages.host(request)),
        "audits": centre and can(user, AUDIT_READ, pages.host(request)),
    }
    return render(request, "accounts/account.html", page)


@require_POST
@pages.signed_in
def revoke(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """End one of one's own sign-ins. Anybody else's doesn't exist here."""
    user = pages.person(request)
    if not SignIn.objects.filter(pk=sign_in_id, user=user).exists():
        raise Http404
    services.revoke(sign_in_id=sign_in_id, by=user, now=timezone.now())
    messages.success(request, "Inloggningen är avslutad.")
    return redirect("account")


@never_cache
@require_http_methods(["GET", "POST"])
@pages.signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other sign-in of the account ends."""
    user = pages.person(request)
    sign_in = cast(SignIn, request.sign_in)  # type: ignore[attr-defined]  # our own attribute
    page: dict[str, object] = {"temporary": user.password_is_temporary, "username": user.username}
    if request.method == "GET":
        return render(request, "accounts/password.html", page)
    new, now = request.POST.get("new", ""), timezone.now()
    if new != request.POST.get("again", ""):
        page["errors"] = {"again": "De två nya lösenorden är olika. Skriv samma en gång till."}
        return render(request, "accounts/password.html", page, status=422)
    try:
        services.change_password(
            user=user,
            old=request.POST.get("old", ""),
            new=new,
            municipality_id=sign_in.municipality_id,
            now=now,
        )
    except throttling.TooSoon as exc:
        page["errors"] = {"old": exc.message}
        return render(request, "accounts/password.html", page, status=429)
    except services.WrongSignIn:
        page["errors"] = {"old": "Det nuvarande lösenordet stämmer inte. Skriv det igen."}
        return render(request, "accounts/password.html", page, status=422)
    except services.WeakPassword as exc:
        page["errors"] = {"new": exc.message}
        return render(request, "accounts/password.html", page, status=422)
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    services.revoke_all(user=user, by=user, now=now, keep=sign_in.pk)
    messages.success(request, "Lösenordet är bytt. Dina andra inloggningar är avslutade.")
    return redirect(pages.home(request, user))


@never_cache
@require_http_methods(["GET", "POST"])
@pages.signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Add the second factor to an account that has none."""
    user = pages.person(request)
    if services.needs_code(user):
        return redirect("account")
    answer = enrolment(request, user, timezone.now())
    if isinstance(answer, HttpResponse):
        return answer
    SignIn.objects.filter(pk=request.sign_in.pk).update(second_factor=True)  # type: ignore[attr-defined]  # our own attribute
    messages.success(request, "Engångskod är påslagen. Nästa gång du loggar in frågar vi efter den.")
    return redirect("account")


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page shown when a form's protection has run out; nothing was saved."""
    return render(request, "accounts/refused.html", status=403)
