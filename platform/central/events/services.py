"""Announcing what happened, in the transaction in which it happened.

``announce()`` only collects. The outermost :func:`unit_of_work` takes one advisory transaction lock and inserts the
collected events as its **last** statements before COMMIT, so numbers become visible in commit order and a reader
never passes an event that is still to come.
"""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection, transaction

from central.bulk import Json, insert_rows, run, together
from central.events import doorbell

LOCK = 0x7472_7967  # "tryg": the one advisory lock of the log
COLUMNS = {"type": "text", "item": "json", "municipality_id": "bigint", "function": "text"}
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event before it has a number; ``item`` is JSON text."""

    type: str
    item: bytes
    municipality_id: int | None
    function: str


_collected: contextvars.ContextVar[list[Announcement] | None] = contextvars.ContextVar(
    "announcements", default=None
)


class OutsideUnitOfWork(RuntimeError):
    """announce() was called where nothing would number and commit the event."""


def announce(type: str, item: dict[str, Any], *, municipality_id: int | None, function: str = "") -> None:
    """Collect an event of the current unit of work. ``item`` must be JSON-able and hold no personal data."""
    collected = _collected.get()
    if collected is None:
        raise OutsideUnitOfWork("announce() hör hemma i unit_of_work().")
    collected.append(Announcement(type, _encode(item), municipality_id, function))


@contextmanager
def unit_of_work(*, gathered: bool = False) -> Iterator[None]:
    """One transaction with its events. Nested, it joins the outermost; what an inner one that fails announced is gone.

    ``gathered``: what ``central.bulk`` inserts inside is sent with the events and the COMMIT in one message, after
    everything else.
    """
    collected = _collected.get()
    if collected is not None:
        mark = len(collected)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del collected[mark:]
            raise
        return
    collected = []
    token = _collected.set(collected)
    outermost = not connection.in_atomic_block
    try:
        with transaction.atomic(durable=True):
            with together(commit=outermost) if gathered else nullcontext():
                yield
                if collected:
                    _number(collected)
            if collected:
                transaction.on_commit(doorbell.ring, robust=True)
    finally:
        _collected.reset(token)


def _number(collected: list[Announcement]) -> None:
    with together():
        run(f"SELECT pg_advisory_xact_lock({LOCK})")
        insert_rows(
            "events_eventrecord",
            COLUMNS,
            [(one.type, Json(one.item), one.municipality_id, one.function) for one in collected],
        )


def prune(*, keep_from_id: int) -> int:
    """Forget events before an id; a console that asks for older ones is told to reload. Returns how many went."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.events_eventrecord WHERE id < %s", [keep_from_id])
        return int(cursor.rowcount)
