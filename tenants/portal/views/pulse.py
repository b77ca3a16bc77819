"""`GET /portal/pulse/`: has anything happened that an open page shows? Asked each second, answered from memory."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from central.accounts import sessions
from central.accounts.capabilities import PORTAL_CASES, PORTAL_VIEW, NotAllowed, rights_of
from central.accounts.pages import host, to_login, without_sign_in
from tenants.portal import following
from tenants.portal.following import follower

TRUSTED = 4.0
"""Seconds a session's rights are remembered: a revoked one is refused within five."""
MOST = 2_000
EVERYBODYS = ""
"""Events without a function, such as a safe point's, are for everybody in the municipality's portal."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a session may hear of; without any function not even that nothing happened."""

    signed_in: bool
    functions: frozenset[str]
    until: float


_seen: dict[tuple[str, int], Seen] = {}


@without_sign_in
@never_cache
@require_GET
def pulse(request: HttpRequest) -> HttpResponse:
    """204 when nothing has happened since the page's mark, else ``{"mark"}``: read again, then ask with that.

    Whose session no longer gives access here is sent to sign in (401 for scripts), 503 when the log can't be read.
    Raises NotAllowed.
    """
    here = host(request).id
    try:
        seen = _seen_by(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), here)
        if not seen.signed_in:
            return to_login(request)
        if not seen.functions:
            raise NotAllowed(PORTAL_VIEW)
        follower.look()
    except DatabaseError:
        return HttpResponse(status=503)
    known = follower.position
    if not follower.changed(following.position(request.GET.get("after", "")), here, seen.functions):
        return HttpResponse(status=204)
    return JsonResponse({"mark": following.mark(known)})


def _seen_by(session_key: str, here: int) -> Seen:
    seen = _seen.get((session_key, here))
    if seen is None or seen.until < time.monotonic():
        seen = _asked(session_key, here)
        if len(_seen) >= MOST:
            _seen.clear()
        _seen[session_key, here] = seen
    return seen


def _asked(session_key: str, here: int) -> Seen:
    now, until = timezone.now(), time.monotonic() + TRUSTED
    sign_in = sessions.find(SessionStore(session_key), here, now) if session_key else None
    if sign_in is None or sign_in.user.password_is_temporary:
        return Seen(False, frozenset(), until)
    sessions.saw(sign_in, now)
    rights = rights_of(sign_in.user)
    if not (rights.can(PORTAL_VIEW, here) or rights.can(PORTAL_CASES, here)):
        return Seen(True, frozenset(), until)
    return Seen(True, rights.readable_functions(here) | {EVERYBODYS}, until)


def forget() -> None:
    """Forget who may hear what; for tests."""
    _seen.clear()
