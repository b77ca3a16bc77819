"""Browsers that have been signed in from before, remembered by a signed cookie of random marks."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from central.accounts.models import User

COOKIE = "known_device"
SALT = "central.accounts.device"
KEPT = 180 * 24 * 3600  # seconds
MOST = 30  # people who share one seat

_BROWSERS = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
_SYSTEMS = [("Windows", "Windows"), ("Android", "Android"), ("iPhone|iPad", "iOS"), ("Mac OS", "macOS")]


def mark_for(request: HttpRequest, username: str) -> str:
    """The random mark of this browser for this account; empty if the account never signed in here."""
    return str(_read(request).get(_owner(username), ""))


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Remember that the account has signed in from this browser."""
    marks = _read(request)
    mark = marks.pop(_owner(user.username), None) or secrets.token_urlsafe(12)
    marks = dict(list(marks.items())[-(MOST - 1) :]) | {_owner(user.username): mark}
    response.set_cookie(
        COOKIE,
        signing.dumps(marks, salt=SALT, compress=True),
        max_age=KEPT,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
        path="/login/",
    )


def words(request: HttpRequest) -> str:
    """The browser in words for the list of sign-ins: `Firefox på Windows`."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in _BROWSERS if sign in agent), "Okänd webbläsare")
    system = next((name for sign, name in _SYSTEMS if re.search(sign, agent)), "")
    if not system and "Linux" in agent:
        system = "Linux"
    return f"{browser} på {system}" if system else browser


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _owner(username: str) -> str:
    return signing.Signer(salt=SALT).signature(username.strip().lower())[:16]
