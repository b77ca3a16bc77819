"""Looking for words where they must not be: in every column of every table of a schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

type Ask = Callable[..., list[tuple[Any, ...]]]


def tables(ask: Ask, schema: str) -> list[str]:
    return [row[0] for row in ask("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", schema)]


def places_of(ask: Ask, schema: str, pattern: str) -> dict[str, list[str]]:
    """Table → the rows (as text) that match a regular expression, anywhere in the row."""
    found: dict[str, list[str]] = {}
    for table in tables(ask, schema):
        rows = ask(f'SELECT t::text FROM "{schema}"."{table}" t WHERE t::text ~ %s', pattern)
        if rows:
            found[table] = [row[0] for row in rows]
    return found


def filled(ask: Ask, schema: str) -> set[str]:
    """The tables that hold any row; the migration history doesn't count."""
    return {
        table
        for table in tables(ask, schema)
        if table != "django_migrations" and ask(f'SELECT 1 FROM "{schema}"."{table}" LIMIT 1')
    }


def through_django(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """An :data:`Ask` on this process's own connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall())
