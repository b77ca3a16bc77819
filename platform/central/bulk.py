"""Many rows in one statement, and several statements in one round trip; ten times cheaper than model instances.

For the hot path only; everything else uses the ORM. The rows travel as one JSON text that PostgreSQL reads as a
record set (its keys are letters: they are read again for every row): a fourth of what an array per column costs this
process. Each shape of insert is prepared once per connection (by name, in the message that first needs it), so the
server neither parses nor plans it again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from string import ascii_lowercase
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, OperationalError, sql
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, Escaping, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

PUBLIC = "public"
PREPARED_KEPT = 1_000  # two statements for each of some hundred municipalities

type Statement = tuple[str, tuple[str, ...], tuple[Any, ...]]
"""SQL of our own words, the types of its parameters ($1, $2 …) and their values; one of type json is its bytes."""

COMMIT: Statement = ("COMMIT", (), ())

_encode = msgspec.json.Encoder().encode
_put_off: ContextVar[list[Statement] | None] = ContextVar("put_off", default=None)
_prepared: WeakKeyDictionary[Connection[Any], dict[str, str]] = WeakKeyDictionary()
_names = (f"bulk_{number}" for number in itertools.count())


Json = msgspec.Raw
"""JSON text for a ``json`` or ``jsonb`` column, passed on as it is; it must be valid."""


def fetch(statement: str, *parameters: tuple[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement on public or schema-qualified tables; each parameter is its type and its value.

    Without parameters it is sent as it stands; with them it is prepared, and its plan is kept as long as the
    connection: use what suits a table of any size.
    """
    types, values = zip(*parameters, strict=True) if parameters else ((), ())
    raw, result = _send([(statement, types, values)])
    read = Transformer(raw)
    read.set_pgresult(result)
    return read.load_rows(0, result.ntuples, tuple)


@contextmanager
def together(*, commit: bool = False) -> Iterator[None]:
    """Rows inserted inside are sent in one go when the block ends, in order; nested, when the outermost ends.

    Every separate statement is a wait. What fetches is not put off. ``commit``: with them goes the COMMIT of the
    transaction, whose last words they must be; who opened it then finds nothing left to commit.
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
        _send([*statements, COMMIT] if commit else statements)


def flush() -> None:
    """Send what has been put off so far: what comes next must find it."""
    if statements := _put_off.get():
        _send(statements)
        statements.clear()


def run(statement: str, *parameters: tuple[str, Any]) -> None:
    """Execute a statement of our own words that gives no rows; inside :func:`together` it waits for its turn.

    Parameters as those of :func:`fetch`.
    """
    types, values = zip(*parameters, strict=True) if parameters else ((), ())
    _put((statement, types, values))


def _put(one: Statement) -> None:
    if (statements := _put_off.get()) is not None:
        statements.append(one)
    else:
        _send([one])


def _send(statements: Sequence[Statement]) -> tuple[Connection[Any], PGresult]:
    """All in one message, what was not yet prepared on this connection prepared in it. The last one's result.

    Past psycopg's cursor, which would send a transaction's BEGIN by itself and wait for it. The names are ours and
    psycopg prepares nothing here: it would deallocate everything, ours too, at a rollback.
    """
    wrapper = connections[DEFAULT_DB_ALIAS]
    wrapper.validate_no_broken_transaction()
    wrapper.ensure_connection()
    raw: Any = wrapper.connection
    known = _prepared.setdefault(raw, {})
    begin = not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE
    escape = Escaping(raw.pgconn).escape_literal
    parts: list[bytes] = [b"BEGIN"] if begin else []
    fresh: list[str] = []
    for statement, types, values in statements:
        if not types:
            parts.append(statement.encode())
            continue
        if statement not in known:
            known[statement] = next(_names)
            fresh.append(statement)
            parts.append(f"PREPARE {known[statement]} ({', '.join(types)}) AS {statement}".encode())
        given = b", ".join(
            bytes(escape(value)) if kind == "json" else sql.Literal(value).as_bytes(raw)
            for kind, value in zip(types, values, strict=True)
        )
        parts.append(b"EXECUTE %b (%b)" % (known[statement].encode(), given))
    with wrapper.wrap_database_errors:
        try:
            result = _execute(raw, parts)
        except BaseException:
            for statement in fresh:  # nobody knows how far it came: another name next time
                del known[statement]
            raise
        if len(known) > PREPARED_KEPT:
            forgotten = [f"DEALLOCATE {name}".encode() for name in known.values()]
            known.clear()
            _execute(raw, forgotten)
    return raw, result


def _execute(raw: Connection[Any], parts: Sequence[bytes]) -> PGresult:
    server = raw.pgconn
    result = server.exec_(b"; ".join(parts))
    if result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        return result
    if server.status == ConnStatus.BAD:
        raise OperationalError(server.get_error_message())
    raise error_from_result(result)


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
    _put((_insert(schema, table, tuple(columns.items())), ("json",), (as_records(columns, rows),)))


@cache
def _insert(schema: str, table: str, columns: tuple[tuple[str, str], ...]) -> str:
    names = ", ".join(f'"{name}"' for name, _ in columns)
    return f'INSERT INTO "{schema}"."{table}" ({names}) SELECT {names} FROM {as_set(dict(columns))}'  # noqa: S608


def update_rows(
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Any]],
    *,
    schema: str = PUBLIC,
) -> None:
    """Set the other columns where the first is what the row says; the arguments are those of :func:`insert_rows`."""
    if rows:
        _put((_update(schema, table, tuple(columns.items())), ("json",), (as_records(columns, rows),)))


@cache
def _update(schema: str, table: str, columns: tuple[tuple[str, str], ...]) -> str:
    (key, _), *others = columns
    told = ", ".join(f'"{name}" = given."{name}"' for name, _ in others)
    return f'''UPDATE "{schema}"."{table}" AS kept SET {told} FROM {as_set(dict(columns))}
    WHERE kept."{key}" = given."{key}"'''  # noqa: S608


def as_records(columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows as the JSON text that :func:`as_set` reads, with these columns; see :func:`insert_rows`."""
    record = _record(len(columns))
    return _encode([record(*row) for row in rows])


def as_set(columns: Mapping[str, str]) -> str:
    """SQL: parameter $1, made by :func:`as_records`, as a set named ``given`` with these columns."""
    keys = _keys(len(columns))
    read = ", ".join(
        f"""decode({key}, 'base64') AS "{name}\"""" if kind == "bytea" else f'{key} AS "{name}"'
        for key, (name, kind) in zip(keys, columns.items(), strict=True)
    )
    types = ", ".join(
        f"{key} {'text' if kind == 'bytea' else kind}"
        for key, kind in zip(keys, columns.values(), strict=True)
    )
    return f"(SELECT {read} FROM json_to_recordset($1) AS said ({types})) AS given"  # noqa: S608


def _keys(count: int) -> str:
    return ascii_lowercase[:count]


@cache
def _record(count: int) -> type[msgspec.Struct]:
    return msgspec.defstruct("Record", [(key, Any) for key in _keys(count)], gc=False)
