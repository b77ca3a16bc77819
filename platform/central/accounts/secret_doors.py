"""Doors to pages that a secret in the address opens: whoever has it is let in, and nobody else learns anything.

No session and no sign-in is read. The page is kept nowhere and its address is passed on to nobody.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils.decorators import decorator_from_middleware

from central.accounts.pages import without_sign_in

type View = Callable[..., HttpResponse]

WRONG_PER_MINUTE = 20
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


class Guesses:
    """Wrong secrets per sender's address in this minute. Right ones are not counted: nobody is locked out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._wrong: Counter[str] = Counter()

    def too_many(self, address: str) -> bool:
        """Count one more."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._wrong.clear()
            self._wrong[address] += 1
            return self._wrong[address] > WRONG_PER_MINUTE


guesses = Guesses()


class _Forms(CsrfViewMiddleware):
    """A page that passes its address on to nobody sends its forms with ``Origin: null`` (Fetch, 3.2): the cookie and
    the form's token still have to agree.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        return request.META.get("HTTP_ORIGIN") == "null" or bool(super()._origin_verified(request))  # type: ignore[misc]  # unknown to the stubs


def secret_door(find: Callable[[str], Any], unknown: str) -> Callable[[View], View]:
    """Decorates ``view(request, found, secret, …)``: what ``find(secret)`` gives; 404 with the template ``unknown`` for
    None, the same for a secret that never was and one that is revoked. Too many wrong ones get 429.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, secret: str, *args: Any, **kwargs: Any) -> HttpResponse:
            found = find(secret)
            if found is None:
                return _unknown(request, unknown)
            return view(request, found, secret, *args, **kwargs)

        checked = decorator_from_middleware(_Forms)(inside)

        @wraps(view)
        def door(request: HttpRequest, secret: str, *args: Any, **kwargs: Any) -> HttpResponse:
            response = cast(HttpResponse, checked(request, secret, *args, **kwargs))
            for name, value in HEADERS.items():
                response.setdefault(name, value)
            return response

        door.csrf_exempt = True  # type: ignore[attr-defined]  # Django's own mark: `checked` has checked it
        return without_sign_in(door)

    return decorate


def _unknown(request: HttpRequest, template: str) -> HttpResponse:
    if guesses.too_many(request.META.get("REMOTE_ADDR", "")):
        response = render(request, template, {"too_many": True}, status=429)
        response["Retry-After"] = "60"
        return response
    return render(request, template, status=404)
