"""Write audit entries, seal them into the chain, and check the chain."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from central.audit import ports, rules
from central.audit.models import AuditEntry, ChainHead
from central.audit.verification import Report, check
from central.bulk import insert_rows
from central.ids import new_id

__all__ = ["Report", "Row", "record", "record_many", "seal", "verify"]

SEAL_LOCK = 0x5EA1_0001  # advisory lock: one sealer at a time, on any machine
SEAL_BATCH = 2000
COLUMNS = {
    "id": "uuid",
    "at": "timestamptz",
    "verb": "text",
    "actor_id": "bigint",
    "municipality_id": "bigint",
    "subject": "text",
    "digest": "text",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One act to record. `subject` is an id; names and texts belong in `details`."""

    verb: str
    actor_id: int | None
    municipality_id: int | None
    at: datetime
    subject: str = ""
    details: dict[str, Any] | None = None


def record(
    verb: str,
    *,
    actor_id: int | None,
    actor_name: str,
    municipality_id: int | None,
    subject: str = "",
    details: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> UUID:
    """Insert one unsealed entry in the caller's transaction and return its id.

    The actor's name is a detail: it is kept beside `details` in the owner's schema, as it was then.
    """
    known: dict[str, Any] = {**({"actor": actor_name} if actor_name else {}), **(details or {})}
    moment = timezone.now() if at is None else at
    return record_many([Row(verb, actor_id, municipality_id, moment, subject, known or None)])[0]


def record_many(rows: Iterable[Row]) -> list[UUID]:
    """Insert a batch of unsealed entries in one statement; same promise as `record`."""
    columns: list[tuple[UUID, datetime, str, int | None, int | None, str, str]] = []
    contents: list[ports.Details] = []
    for row in rows:
        entry_id, salt, digest = new_id(), "", rules.NO_DETAILS
        if row.details:
            salt = secrets.token_hex(16)
            digest = rules.digest(row.details, salt)
            contents.append(ports.Details(entry_id, row.municipality_id, row.details, salt))
        columns.append((entry_id, row.at, row.verb, row.actor_id, row.municipality_id, row.subject, digest))
    if columns:
        _insert(columns)
    ports.keep(contents)
    return [column[0] for column in columns]


def _insert(rows: Sequence[tuple[UUID, datetime, str, int | None, int | None, str, str]]) -> None:
    insert_rows("audit_auditentry", COLUMNS, rows)


def seal(now: datetime) -> int:
    """Chain every committed unsealed entry, oldest first; return how many.

    An entry whose transaction commits late is sealed by a later call: the order of the chain is the
    order of sealing, and nothing is looked for by time. Only one sealer works at a time; the others
    return 0 at once.
    """
    done = 0
    while count := _seal_batch(now):
        done += count
        if count < SEAL_BATCH:
            break
    return done


def _seal_batch(now: datetime) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        waiting = list(AuditEntry.objects.filter(sequence__isnull=True).order_by("at", "id")[:SEAL_BATCH])
        if not waiting:
            return 0
        head = ChainHead.objects.first()
        sequence, last = (head.sequence, head.hash) if head else (0, rules.START)
        links: list[tuple[UUID, int, str, str]] = []
        for entry in waiting:
            sequence += 1
            link = rules.link(entry, sequence, last)
            links.append((entry.id, sequence, last, link))
            last = link
        _write(links)
        ChainHead.objects.update_or_create(
            id=1,
            defaults={
                "sequence": sequence,
                "hash": last,
                "sealed_at": now,
                "signature": rules.sign_head(sequence, last, settings.SECRET_KEY),
            },
        )
        return len(waiting)


def _write(links: Sequence[tuple[UUID, int, str, str]]) -> None:
    ids, sequences, previous, hashes = (list(column) for column in zip(*links, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE public.audit_auditentry AS entry
            SET sequence = link.sequence, previous_hash = link.previous, hash = link.hash
            FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[])
                AS link(id, sequence, previous, hash)
            WHERE entry.id = link.id
            """,
            [ids, sequences, previous, hashes],
        )


def verify(progress: Callable[[int, int], object] = lambda done, total: None) -> Report:
    """Walk the whole chain and report the first broken link, if any. Reads only.

    `progress(done, total)` is called now and then.
    """
    return check(progress)
