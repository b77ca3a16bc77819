"""Storing signals, many at once: each row once per idempotency key, its content with its owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from alarms.intake.registering import account_hash
from central.bulk import Json, fetch, insert_rows, together
from central.municipalities.directory import by_id, centre

SIGNAL_COLUMNS = {
    "id": "uuid",
    "source_id": "bigint",
    "key_digest": "bytea",
    "body_digest": "bytea",
    "municipality_id": "bigint",
    "account_hash": "text",
    "transmitter_id": "bigint",
    "kind": "text",
    "priority": "smallint",
    "occurred_at": "timestamptz",
    "received_at": "timestamptz",
    "item_id": "uuid",
}
CONTENT_COLUMNS = {"id": "uuid", "account": "text", "body": "jsonb"}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A checked signal on its way in. ``body`` is JSON text that jsonb takes."""

    source_id: int
    source_name: str
    exercise: bool
    key_digest: bytes
    body_digest: bytes
    body: str
    kind: str
    account: str
    occurred_at: datetime
    priority: int
    place: str = ""
    text: str = ""
    person: str = ""
    access: str = ""
    call_back: str = ""


@dataclass(frozen=True, slots=True)
class KnownTransmitter:
    """Where an account stands."""

    id: int
    municipality_id: int
    function: str
    site: str
    area: str


@dataclass(slots=True)
class Stored:
    """A signal with its row: fresh, or met before (then ``id`` and ``item_id`` are the first one's)."""

    incoming: Incoming
    id: UUID
    account_hash: str
    municipality_id: int
    transmitter: KnownTransmitter | None
    item_id: UUID | None
    fresh: bool = True
    same_body: bool = True


def store(batch: Sequence[Incoming], now: datetime) -> list[Stored]:
    """Insert the signals and their contents in the caller's transaction, in the order given.

    A key that its source has used before stores nothing and returns the first signal.
    """
    hashes = [account_hash(one.source_id, one.account) for one in batch]
    known = _transmitters([one.source_id for one in batch], hashes)
    centre_id = centre().id
    found: list[Stored] = []
    for one, hashed in zip(batch, hashes, strict=True):
        transmitter = known.get((one.source_id, hashed))
        found.append(
            Stored(
                incoming=one,
                id=uuid4(),
                account_hash=hashed,
                municipality_id=transmitter.municipality_id if transmitter else centre_id,
                transmitter=transmitter,
                item_id=uuid4() if transmitter else None,
            )
        )
    inserted = {
        row[0]
        for row in insert_rows(
            "intake_signal",
            SIGNAL_COLUMNS,
            # in the order of the keys, so that two batches with the same repeats never wait for each other
            [_signal_row(one, now) for one in sorted(found, key=_key)],
            on_conflict="(source_id, key_digest) DO NOTHING",
            returning="id",
        )
    }
    repeated = [one for one in found if one.id not in inserted]
    if repeated:
        _recall(repeated)
    by_owner: dict[int, list[Stored]] = defaultdict(list)
    for stored in found:
        if stored.fresh:
            by_owner[stored.municipality_id].append(stored)
    with together():
        for municipality_id, rows in by_owner.items():
            insert_rows(
                "contents_signalcontent",
                CONTENT_COLUMNS,
                [(one.id, one.incoming.account, Json(one.incoming.body)) for one in rows],
                schema=by_id(municipality_id).schema_name,
            )
    return found


def _key(one: Stored) -> tuple[int, bytes]:
    return one.incoming.source_id, one.incoming.key_digest


def _signal_row(one: Stored, now: datetime) -> tuple[Any, ...]:
    incoming = one.incoming
    return (
        one.id,
        incoming.source_id,
        incoming.key_digest,
        incoming.body_digest,
        one.municipality_id,
        one.account_hash,
        one.transmitter.id if one.transmitter else None,
        incoming.kind,
        incoming.priority,
        incoming.occurred_at,
        now,
        one.item_id,
    )


def _transmitters(source_ids: list[int], hashes: list[str]) -> dict[tuple[int, str], KnownTransmitter]:
    rows = fetch(
        "SELECT t.source_id, t.account_hash, t.id, t.municipality_id, t.function, t.site, t.area "
        "FROM public.intake_transmitter t "
        "JOIN (SELECT DISTINCT * FROM unnest(%s::bigint[], %s::text[])) asked(source_id, account_hash) "
        "USING (source_id, account_hash) WHERE t.active",
        [source_ids, hashes],
    )
    return {(row[0], row[1]): KnownTransmitter(*row[2:]) for row in rows}


def _recall(repeated: list[Stored]) -> None:
    rows = fetch(
        "SELECT s.source_id, s.key_digest, s.id, s.body_digest, s.item_id, s.municipality_id "
        "FROM public.intake_signal s "
        "JOIN unnest(%s::bigint[], %s::bytea[]) asked(source_id, key_digest) USING (source_id, key_digest)",
        [[one.incoming.source_id for one in repeated], [one.incoming.key_digest for one in repeated]],
    )
    first = {(row[0], bytes(row[1])): row[2:] for row in rows}
    for one in repeated:
        signal_id, body_digest, item_id, owner = first[one.incoming.source_id, one.incoming.key_digest]
        one.id, one.item_id, one.municipality_id = signal_id, item_id, owner
        one.fresh, one.same_body = False, bytes(body_digest) == one.incoming.body_digest
