"""A session is bound to its host and to one SignIn row: the row decides whether it still gives access."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from central.accounts.models import SignIn, User

SIGN_IN = "sign_in"
SEEN_EVERY = timedelta(minutes=1)
BACKEND = "central.accounts.backend.AccountBackend"


def key_hash(session_key: str) -> str:
    """What is stored of a session key."""
    return hashlib.sha256(f"central.accounts.session:{session_key}".encode()).hexdigest()


def begin(
    request: HttpRequest,
    *,
    user: User,
    municipality_id: int,
    now: datetime,
    second_factor: bool = False,
    device: str = "",
) -> SignIn:
    """Start a fresh session for the person on this host and write its row."""
    login(request, user, backend=BACKEND)
    if not request.session.session_key:
        request.session.create()
    sign_in = SignIn.objects.create(
        user=user,
        municipality_id=municipality_id,
        session_key_hash=key_hash(request.session.session_key or ""),
        device=device[:60],
        second_factor=second_factor,
        created_at=now,
        seen_at=now,
    )
    request.session[SIGN_IN] = str(sign_in.pk)
    request.session.save()
    return sign_in


def find(session: SessionBase, municipality_id: int, now: datetime) -> SignIn | None:
    """The open sign-in behind a session on this host, with its active user; None for everything else.

    Also for sockets: pass the session of the cookie and the host's municipality.
    """
    sign_in_id, user_id = session.get(SIGN_IN), session.get(SESSION_KEY)
    if sign_in_id is None or user_id is None:
        return None
    row = (
        SignIn.objects.select_related("user")
        .filter(
            pk=UUID(sign_in_id),
            municipality_id=municipality_id,
            session_key_hash=key_hash(session.session_key or ""),
            revoked_at__isnull=True,
            ended_at__isnull=True,
            created_at__gt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE),
            user__is_active=True,
        )
        .first()
    )
    if row is None or str(row.user_id) != str(user_id):
        return None
    same = constant_time_compare(session.get(HASH_SESSION_KEY, ""), row.user.get_session_auth_hash())
    return row if same else None


def saw(sign_in: SignIn, now: datetime) -> None:
    """Note that the sign-in is in use, at most once a minute."""
    if now - sign_in.seen_at >= SEEN_EVERY:
        SignIn.objects.filter(pk=sign_in.pk, seen_at__lt=now).update(seen_at=now)


def forget(request: HttpRequest) -> None:
    """Drop the session's contents and its cookie."""
    logout(request)
