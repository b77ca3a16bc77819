"""Reading the log by position."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Event:
    """A numbered event; ``item`` is the JSON text as it was announced."""

    id: int
    type: str
    item: str
    municipality_id: int | None
    function: str

    def encoded(self) -> str:
        """The event as it stands in a socket frame."""
        return f'{{"id":{self.id},"type":"{self.type}","item":{self.item}}}'


def _fetch(sql: str, parameters: list[int]) -> list[Event]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Event(*row) for row in cursor.fetchall()]


def since(last_id: int, limit: int = 2_000) -> list[Event]:
    """Events after a number, in order, at most ``limit``."""
    return _fetch(
        "SELECT id, type, item, municipality_id, function FROM public.events_eventrecord "
        "WHERE id > %s ORDER BY id LIMIT %s",
        [last_id, limit],
    )


def latest(limit: int = 50) -> list[Event]:
    """The newest events, oldest first."""
    newest = _fetch(
        "SELECT id, type, item, municipality_id, function FROM public.events_eventrecord "
        "ORDER BY id DESC LIMIT %s",
        [limit],
    )
    return newest[::-1]


def last_id() -> int:
    """The number of the newest committed event, 0 in an empty log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM public.events_eventrecord")
        return int(cursor.fetchone()[0])


def first_id() -> int:
    """The number of the oldest kept event, 0 in an empty log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 0) FROM public.events_eventrecord")
        return int(cursor.fetchone()[0])
