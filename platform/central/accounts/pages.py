"""What every page of a host shares: who must be signed in, and how refusal looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from central.accounts.capabilities import BOARD_VIEW, NotAllowed, can
from central.accounts.models import User
from central.municipalities.context import MunicipalityRef

type View = Callable[..., HttpResponse]


def without_sign_in[V: View](view: V) -> V:
    """Mark a view that must not look at sessions or cookies at all."""
    view.without_sign_in = True  # type: ignore[attr-defined]  # our own attribute
    return view


def signed_in(view: View) -> View:
    """Send anonymous visitors to the sign-in page, and htmx requests with them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "sign_in", None) is None:
            return to_login(request)
        return view(request, *args, **kwargs)

    return guarded


def person(request: HttpRequest) -> User:
    """The signed-in account; only inside views guarded by `signed_in`."""
    return cast(User, request.user)


def host(request: HttpRequest) -> MunicipalityRef:
    """The municipality (or the centre) whose host was asked for."""
    return cast(MunicipalityRef, request.municipality)  # type: ignore[attr-defined]  # our own attribute


def host_id(request: HttpRequest) -> int:
    """Its id; 0, to which no session is bound, outside a known host."""
    ref = getattr(request, "municipality", None)
    return ref.id if ref is not None else 0


def home(request: HttpRequest, user: User) -> str:
    """Where the person's work is on this host."""
    here = host(request)
    if not here.is_centre:
        return "/portal/"
    return "/console/" if can(user, BOARD_VIEW, here) else "/account/"


def to_login(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back to this one."""
    address = f"/login/?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = "/login/"
        return response
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": "signed_out", "message": "Du är utloggad. Logga in igen."}, status=401)
    return HttpResponseRedirect(address)


def not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    """403 in words, or JSON for scripts."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": "not_allowed", "message": error.message}, status=403)
    return render(request, "accounts/not_allowed.html", {"message": error.message}, status=403)
