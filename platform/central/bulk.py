"""Many rows in one statement, and several statements in one round trip; ten times cheaper than model instances.

For the hot path only; everything else uses the ORM. The rows travel as one JSON text that PostgreSQL reads as a
record set: a fourth of what an array per column costs this process. Each shape of insert is prepared once per
connection (by name, in the message that first needs it), so the server neither parses nor plans it again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from django.db import connection
from psycopg import Connection, Cursor, sql

PUBLIC = "public"
PREPARED_KEPT = 1_000  # two statements for each of some hundred municipalities

type Statement = tuple[str, tuple[str, ...], tuple[Any, ...]]
"""SQL of our own words, the types of its parameters ($1, $2 …) and their values."""

_encode = msgspec.json.Encoder().encode
_put_off: ContextVar[list[Statement] | None] = ContextVar("put_off", default=None)
_prepared: WeakKeyDictionary[Connection[Any], dict[str, str]] = WeakKeyDictionary()
_names = (f"bulk_{number}" for number in itertools.count())


class Json:
    """JSON text for a ``json`` or ``jsonb`` column, passed on as it is; it must be valid."""

    __slots__ = ("text",)

    def __init__(self, text: str | bytes) -> None:
        self.text = msgspec.Raw(text)


def fetch(statement: str, *parameters: tuple[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement on public or schema-qualified tables; each parameter is its type and its value.

    Without parameters it is sent as it stands; with them it is prepared, and its plan is kept as long as the
    connection: use what suits a table of any size.
    """
    types, values = zip(*parameters, strict=True) if parameters else ((), ())
    return _send([(statement, types, values)]).fetchall()


@contextmanager
def together() -> Iterator[None]:
    """Rows inserted inside are sent in one go when the block ends, in order; nested, when the outermost ends.

    Every separate statement is a wait. What fetches is not put off.
    """
    if _put_off.get() is not None:
        yield
        return
    statements: list[Statement] = []
    token = _put_off.set(statements)
    try:
        yield
    finally:
        _put_off.reset(token)
    if statements:
        _send(statements)


def run(statement: str) -> None:
    """Execute a statement of our own words that gives no rows; inside :func:`together` it waits for its turn."""
    _put((statement, (), ()))


def _put(one: Statement) -> None:
    if (statements := _put_off.get()) is not None:
        statements.append(one)
    else:
        _send([one])


def _send(statements: Sequence[Statement]) -> Cursor[Any]:
    """All in one message, what was not yet prepared on this connection prepared in it. The last one's result.

    The names are ours and psycopg prepares nothing here: it would deallocate everything, ours too, at a rollback.
    """
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    raw: Any = connection.connection
    known = _prepared.setdefault(raw, {})
    parts: list[str] = []
    fresh: list[str] = []
    for statement, types, values in statements:
        if not types:
            parts.append(statement)
            continue
        if statement not in known:
            known[statement] = next(_names)
            fresh.append(statement)
            parts.append(f"PREPARE {known[statement]} ({', '.join(types)}) AS {statement}")
        given = ", ".join(sql.Literal(value).as_string(raw) for value in values)
        parts.append(f"EXECUTE {known[statement]} ({given})")
    with connection.wrap_database_errors:
        cursor: Cursor[Any] = Cursor(raw)
        try:
            cursor.execute("; ".join(parts).encode(), prepare=False)
        except BaseException:
            for statement in fresh:  # nobody knows how far it came: another name next time
                del known[statement]
            raise
        while cursor.nextset():
            pass
        if len(known) > PREPARED_KEPT:
            forgotten = "; ".join(f"DEALLOCATE {name}" for name in known.values())
            known.clear()
            Cursor(raw).execute(forgotten.encode(), prepare=False)
    return cursor


def insert_rows(
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Any]],
    *,
    schema: str = PUBLIC,
) -> None:
    """Insert rows into ``schema.table``; ``columns`` maps each column to its PostgreSQL type, in the rows' order.

    Values are what JSON can say, UUIDs, aware datetimes, bytes in ``bytea`` and :class:`Json` in JSON columns. Rows go
    in in the order given.
    """
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    record = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    statement = (
        f'INSERT INTO "{schema}"."{table}" ({names}) '  # noqa: S608
        f"SELECT {names} FROM json_to_recordset($1) AS given ({record})"
    )
    _put((statement, ("json",), (as_records(columns, rows),)))


def as_records(columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as the JSON text that ``json_to_recordset`` reads, with these columns; see :func:`insert_rows`."""
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    _make_sayable(records, columns)
    return _encode(records).decode()


def _make_sayable(records: Sequence[dict[str, Any]], columns: Mapping[str, str]) -> None:
    """What JSON has no word for: bytes as PostgreSQL's hex, and JSON text as it stands."""
    for name, kind in columns.items():
        if kind == "bytea":
            for record in records:
                record[name] = "\\x" + record[name].hex()
        elif kind in ("json", "jsonb"):
            for record in records:
                record[name] = record[name].text
