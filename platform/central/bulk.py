"""Many rows in one statement, and several statements in one round trip; ten times cheaper than model instances.

For the hot path only; everything else uses the ORM. The rows travel as one JSON text that PostgreSQL reads as a
record set: a fourth of what an array per column costs this process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import msgspec
from django.db import connection
from psycopg import Cursor, sql

PUBLIC = "public"
PREPARED_AFTER = 3
PREPARED_KEPT = 1_000  # two statements for each of some hundred municipalities

_encode = msgspec.json.Encoder().encode
_put_off: ContextVar[list[str] | None] = ContextVar("put_off", default=None)


class Json:
    """JSON text for a ``json`` or ``jsonb`` column, passed on as it is; it must be valid."""

    __slots__ = ("text",)

    def __init__(self, text: str | bytes) -> None:
        self.text = msgspec.Raw(text)


def _cursor() -> Cursor[Any]:
    """A cursor that binds on the server; Django's own writes the values into the text, and never prepares."""
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    raw: Any = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold, raw.prepared_max = PREPARED_AFTER, PREPARED_KEPT
    return Cursor(raw)


def fetch(statement: str, parameters: Sequence[Any], *, prepare: bool = False) -> list[tuple[Any, ...]]:
    """The rows of a statement on public or schema-qualified tables.

    Not prepared unless asked: a plan made while a table was small would be kept when it has grown.
    """
    with connection.wrap_database_errors:
        found = _cursor().execute(statement, parameters, prepare=None if prepare else False)
        return list(found.fetchall())


@contextmanager
def together() -> Iterator[None]:
    """Rows inserted inside are sent in one go when the block ends, in order; nested, when the outermost ends.

    Every separate statement is a wait, and after each wait a fight for the interpreter lock. What inserts with
    ``returning`` and what fetches is not put off.
    """
    if _put_off.get() is not None:
        yield
        return
    statements: list[str] = []
    token = _put_off.set(statements)
    try:
        yield
    finally:
        _put_off.reset(token)
    if statements:
        with connection.wrap_database_errors:
            _cursor().execute("; ".join(statements).encode(), prepare=False)


def run(statement: str) -> None:
    """Execute a statement of our own words that gives no rows; inside :func:`together` it waits for its turn."""
    if (statements := _put_off.get()) is not None:
        statements.append(statement)
        return
    with connection.wrap_database_errors:
        _cursor().execute(statement.encode(), prepare=False)


def insert_rows(
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Any]],
    *,
    schema: str = PUBLIC,
    on_conflict: str = "",
    returning: str = "",
) -> list[tuple[Any, ...]]:
    """Insert rows into ``schema.table``; ``columns`` maps each column to its PostgreSQL type, in the rows' order.

    Values are what JSON can say, UUIDs, aware datetimes, bytes in ``bytea`` and :class:`Json` in JSON columns.
    ``on_conflict`` and ``returning`` are SQL written by us, never input. Rows go in in the order given. Returns the
    returned rows.
    """
    if not rows:
        return []
    names = ", ".join(f'"{name}"' for name in columns)
    record = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    _make_sayable(records, columns)
    said = _encode(records).decode()
    given = "%s" if returning else _quoted(said)
    statement = (
        f'INSERT INTO "{schema}"."{table}" ({names}) '  # noqa: S608
        f"SELECT {names} FROM json_to_recordset({given}::json) AS given ({record})"
    )
    if on_conflict:
        statement += f" ON CONFLICT {on_conflict}"
    if returning:
        return fetch(f"{statement} RETURNING {returning}", [said], prepare=True)
    run(statement)
    return []


def _quoted(text: str) -> str:
    """The text as a literal, by the rules of the session it is sent in (libpq's own quoting)."""
    connection.ensure_connection()
    return sql.Literal(text).as_string(connection.connection)


def _make_sayable(records: Sequence[dict[str, Any]], columns: Mapping[str, str]) -> None:
    """What JSON has no word for: bytes as PostgreSQL's hex, and JSON text as it stands."""
    for name, kind in columns.items():
        if kind == "bytea":
            for record in records:
                record[name] = "\\x" + record[name].hex()
        elif kind in ("json", "jsonb"):
            for record in records:
                record[name] = record[name].text
