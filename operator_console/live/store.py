"""The hub's blocking reads and writes, run in its own thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from alarms.workqueue.models import Presence
from alarms.workqueue.queries import audience
from central.accounts import sessions
from central.accounts.models import User
from central.accounts.queries import closed_among
from central.events import queries as events
from central.events.queries import Event
from central.events.services import announce, unit_of_work
from central.municipalities.directory import by_host
from operator_console.live.audience import Audience

PRESENT = timedelta(seconds=12)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks: a signed-in member of the centre's staff."""

    user_id: int
    name: str
    initials: str
    sign_in_id: UUID
    audience: Audience


def visitor(host: str, session_key: str, now: datetime) -> Visitor | None:
    """The person behind a session cookie on this host; None unless the centre's board is theirs to see."""
    municipality = by_host(host)
    if municipality is None or not municipality.is_centre or not session_key:
        return None
    sign_in = sessions.find(SessionStore(session_key), municipality.id, now)
    if sign_in is None:
        return None
    seen = audience(sign_in.user)
    if not seen:
        return None
    return Visitor(sign_in.user.pk, sign_in.user.name, sign_in.user.initials, sign_in.pk, seen)


def ends() -> tuple[int, int]:
    """The first kept and the last committed event number."""
    return events.first_id(), events.last_id()


def since(last_id: int) -> list[Event]:
    """The next events in order."""
    return events.since(last_id)


def signed_out(sign_in_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these no longer give access."""
    return closed_among(sign_in_ids)


def audiences(user_ids: Sequence[int]) -> dict[int, Audience]:
    """What each person may see now; a withdrawn right empties it."""
    return {user.pk: audience(user) for user in User.objects.filter(pk__in=user_ids)}


def write_presence(rows: Sequence[tuple[UUID, int, bool, UUID | None]], now: datetime) -> None:
    """Say which consoles of this process are connected now."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.workqueue_presence (id, user_id, sound, open_item_id, seen_at) "
            "SELECT u.id, u.user_id, u.sound, u.open_item_id, %s "
            "FROM unnest(%s::uuid[], %s::bigint[], %s::bool[], %s::uuid[]) u(id, user_id, sound, open_item_id) "
            "ON CONFLICT (id) DO UPDATE SET sound = excluded.sound, open_item_id = excluded.open_item_id, "
            "seen_at = excluded.seen_at",
            [now, *(list(column) for column in zip(*rows, strict=True))],
        )


def forget_presence(ids: Sequence[UUID], now: datetime) -> None:
    """Remove consoles that have gone, and those whose process died."""
    Presence.objects.filter(pk__in=list(ids)).delete()
    Presence.objects.filter(seen_at__lt=now - PRESENT).delete()


def present(now: datetime) -> list[dict[str, Any]]:
    """Everybody with a connected console, once each; sound is on when any of their consoles sounds."""
    found: dict[int, dict[str, Any]] = {}
    rows = (
        Presence.objects.filter(seen_at__gte=now - PRESENT).select_related("user").order_by("user__initials")
    )
    for row in rows:
        person = found.setdefault(
            row.user_id,
            {
                "id": row.user_id,
                "name": row.user.name,
                "initials": row.user.initials,
                "sound": False,
                "open": None,
            },
        )
        person["sound"] = person["sound"] or row.sound
        person["open"] = person["open"] or (str(row.open_item_id) if row.open_item_id else None)
    return list(found.values())


def announce_presence(now: datetime) -> None:
    """Tell every console who is connected."""
    with unit_of_work():
        announce("presence", {"operators": present(now)}, municipality_id=None)


def session_cookie_name() -> str:
    """The name of the session cookie."""
    return settings.SESSION_COOKIE_NAME
