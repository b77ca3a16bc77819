"""A signed-in browser without the login page: the same session and row that signing in makes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.utils import timezone

from central.accounts import sessions
from central.municipalities.directory import by_host


def session_cookie(user: Any, host: str) -> str:
    """A fresh session of this person on this host; the value of its cookie."""
    municipality = by_host(host)
    assert municipality is not None, host
    request = HttpRequest()
    request.session = SessionStore()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    sessions.begin(
        request, user=user, municipality_id=municipality.id, now=timezone.now(), second_factor=True
    )
    return str(request.session.session_key)


def sign_in(client: Any, user: Any, host: str) -> None:
    """Give a test client that cookie."""
    client.cookies[settings.SESSION_COOKIE_NAME] = session_cookie(user, host)
