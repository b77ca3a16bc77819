"""Puts `request.sign_in` and the person behind it on each request, or logs the session out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from central.accounts import sessions
from central.accounts.capabilities import NotAllowed
from central.accounts.models import SignIn
from central.accounts.pages import host_id, not_allowed

PASSWORD_PAGE = "/account/password/"  # noqa: S105  a path
ALWAYS_OPEN = (PASSWORD_PAGE, "/logout/", "/static/")


class SignInMiddleware:
    """Checks the sign-in row on every request that carries a session cookie.

    A view marked by `pages.without_sign_in` is left alone: no session is read, so nothing varies by cookie
    and it works while the database is away.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nobody is signed in until `process_view` has found the row."""
        request.sign_in = None  # type: ignore[attr-defined]  # our own attribute
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Find the sign-in, log out what is revoked, and send temporary passwords to be changed."""
        if getattr(view, "without_sign_in", False):
            return None
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            _set_user(request, None)
            return None
        now = timezone.now()
        sign_in = sessions.find(request.session, host_id(request), now)
        if sign_in is None:
            if sessions.SIGN_IN in request.session or "_auth_user_id" in request.session:
                sessions.forget(request)
            _set_user(request, None)
            return None
        request.sign_in = sign_in  # type: ignore[attr-defined]  # our own attribute
        _set_user(request, sign_in)
        sessions.saw(sign_in, now)
        if sign_in.user.password_is_temporary and not request.path.startswith(ALWAYS_OPEN):
            return HttpResponseRedirect(f"{PASSWORD_PAGE}?{urlencode({'next': request.path})}")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A missing right is answered in one way everywhere."""
        return not_allowed(request, exception) if isinstance(exception, NotAllowed) else None


def _set_user(request: HttpRequest, sign_in: SignIn | None) -> None:
    user = sign_in.user if sign_in else AnonymousUser()
    request.user = user
    request._cached_user = user  # type: ignore[attr-defined]  # our own attribute
