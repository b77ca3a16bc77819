"""Storing signals, many at once: each row once per idempotency key, its content with its owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from alarms.intake.registering import account_hash
from central.bulk import Json, as_records, as_set, fetch, insert_rows, together
from central.ids import new_id
from central.municipalities.directory import by_id, centre

GIVEN_COLUMNS = {
    "n": "int",
    "id": "uuid",
    "item_id": "uuid",
    "source_id": "bigint",
    "key_digest": "bytea",
    "body_digest": "bytea",
    "account_hash": "text",
    "kind": "text",
    "meaning": "text",
    "priority": "smallint",
    "occurred_at": "timestamptz",
}
"""What a signal brings; where its account stands is looked up in the same statement."""

_STORE = f"""
WITH given AS (
    SELECT * FROM {as_set(GIVEN_COLUMNS)}
), placed AS (
    SELECT given.*, t.id AS transmitter_id, coalesce(t.municipality_id, $2) AS municipality_id,
           t.function, t.site, t.area,
           t.id IS NOT NULL AND (given.meaning NOT IN ('alarm', 'trouble') OR t.synthetic
               OR coalesce(t.service_until > $3, false)) AS logged
    FROM given LEFT JOIN LATERAL (
        SELECT * FROM public.intake_transmitter t
        WHERE t.source_id = given.source_id AND t.account_hash = given.account_hash AND t.active LIMIT 1
    ) t ON true
), stored AS (
    INSERT INTO public.intake_signal (
        id, source_id, key_digest, body_digest, municipality_id, account_hash, transmitter_id, kind, meaning, logged,
        priority, occurred_at, received_at, item_id)
    SELECT id, source_id, key_digest, body_digest, municipality_id, account_hash, transmitter_id, kind, meaning,
           logged, priority, occurred_at, $3,
           CASE WHEN transmitter_id IS NOT NULL AND meaning = 'alarm' AND NOT logged THEN item_id END
    FROM placed
    ORDER BY source_id, key_digest -- so that two batches with the same repeats never wait for each other
    ON CONFLICT (source_id, key_digest) DO NOTHING RETURNING id
)
SELECT n, stored.id IS NOT NULL, municipality_id, transmitter_id, logged, function, site, area%s
FROM placed LEFT JOIN stored USING (id)"""  # noqa: S608  # our own words only

_BESIDE = """, CASE WHEN stored.id IS NOT NULL AND transmitter_id IS NOT NULL AND meaning = 'alarm' AND NOT logged
    THEN %s END"""

CONTENT_COLUMNS = {"id": "uuid", "account": "text", "body": "jsonb"}
PICTURE_COLUMNS = {
    "id": "uuid", "signal_id": "uuid", "position": "smallint", "content_type": "text", "width": "int",
    "height": "int", "content": "bytea", "sha256": "bytea", "taken_at": "timestamptz",
    "received_at": "timestamptz",
}  # fmt: skip
STREAM_COLUMNS = {"id": "uuid", "signal_id": "uuid", "position": "smallint", "url": "text"}


@dataclass(frozen=True, slots=True)
class PictureIn:
    """A checked still picture on its way in, of the kind that its content is."""

    content: bytes
    content_type: str
    width: int
    height: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """A checked signal on its way in. ``body`` is JSON text that jsonb takes.

    ``meaning`` is one of :class:`~alarms.intake.models.Meaning`; ``trouble`` names what a trouble or its end is about. A
    signal stored under ``earlier_digest`` is this one too.
    """

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
    meaning: str = "alarm"
    trouble: str = ""
    earlier_digest: bytes | None = None
    pictures: tuple[PictureIn, ...] = ()
    streams: tuple[str, ...] = ()


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
    logged: bool = False
    beside: tuple[Any, ...] = ()


def store(batch: Sequence[Incoming], now: datetime, *, beside: Sequence[str] = ()) -> list[Stored]:
    """Insert the signals and their contents in the caller's transaction, in the order given.

    A key that its source has used before stores nothing and returns the first signal. ``beside`` is SQL of our own that
    the caller wants to know of each fresh alarm of a known transmitter (``placed.transmitter_id``; $3 is now): asked
    in the same statement, since every wait counts.
    """
    centre_id = centre().id
    found = [
        Stored(
            incoming=one,
            id=new_id(),
            account_hash=account_hash(one.source_id, one.account),
            municipality_id=centre_id,
            transmitter=None,
            item_id=new_id(),
        )
        for one in batch
    ]
    rows = [_given(nth, one) for nth, one in enumerate(found)]
    statement = _STORE % "".join(_BESIDE % one for one in beside)
    for nth, fresh, municipality_id, transmitter_id, logged, function, site, area, *told in fetch(
        statement,
        ("json", as_records(GIVEN_COLUMNS, rows)),
        ("bigint", centre_id),
        ("timestamptz", now),
    ):
        one = found[nth]
        one.fresh, one.municipality_id, one.logged = fresh, municipality_id, logged
        if transmitter_id is None or logged or one.incoming.meaning != "alarm":
            one.item_id = None
        if transmitter_id is not None:
            one.transmitter = KnownTransmitter(transmitter_id, municipality_id, function, site, area)
            one.beside = tuple(told)
    repeated = [one for one in found if not one.fresh]
    if repeated:
        _recall(repeated)
    by_owner: dict[int, list[Stored]] = defaultdict(list)
    for stored in found:
        if stored.fresh:
            by_owner[stored.municipality_id].append(stored)
    with together():
        for municipality_id, theirs in by_owner.items():
            insert_rows(
                "contents_signalcontent",
                CONTENT_COLUMNS,
                [(one.id, one.incoming.account, Json(one.incoming.body)) for one in theirs],
                schema=by_id(municipality_id).schema_name,
            )
            _keep_seen(theirs, by_id(municipality_id).schema_name, now)
    return found


def _keep_seen(stored: Sequence[Stored], schema: str, now: datetime) -> None:
    """The pictures and streams that came with these signals."""
    pictures = [
        (
            new_id(), one.id, nth, seen.content_type, seen.width, seen.height, seen.content, seen.sha256,
            one.incoming.occurred_at, now,
        )
        for one in stored
        for nth, seen in enumerate(one.incoming.pictures)
    ]  # fmt: skip
    insert_rows("contents_picture", PICTURE_COLUMNS, pictures, schema=schema)
    streams = [(new_id(), one.id, nth, url) for one in stored for nth, url in enumerate(one.incoming.streams)]
    insert_rows("contents_streamlink", STREAM_COLUMNS, streams, schema=schema)


def by_earlier_keys(batch: Sequence[Incoming]) -> list[Incoming]:
    """The batch, each signal that stands under its earlier key given that key."""
    asked = [one for one in batch if one.earlier_digest is not None]
    if not asked:
        return list(batch)
    known = {
        (source_id, bytes(digest))
        for source_id, digest in fetch(
            "SELECT source_id, key_digest FROM public.intake_signal "
            "JOIN unnest($1, $2) asked(source_id, key_digest) USING (source_id, key_digest)",
            ("bigint[]", [one.source_id for one in asked]),
            ("bytea[]", [one.earlier_digest for one in asked]),
        )
    }
    return [
        replace(one, key_digest=one.earlier_digest)
        if one.earlier_digest is not None and (one.source_id, one.earlier_digest) in known
        else one
        for one in batch
    ]


def _given(nth: int, one: Stored) -> tuple[Any, ...]:
    incoming = one.incoming
    return (
        nth, one.id, one.item_id, incoming.source_id, incoming.key_digest, incoming.body_digest, one.account_hash,
        incoming.kind, incoming.meaning, incoming.priority, incoming.occurred_at,
    )  # fmt: skip


def _recall(repeated: list[Stored]) -> None:
    rows = fetch(
        "SELECT s.source_id, s.key_digest, s.id, s.body_digest, s.item_id, s.municipality_id "
        "FROM public.intake_signal s "
        "JOIN unnest($1, $2) asked(source_id, key_digest) USING (source_id, key_digest)",
        ("bigint[]", [one.incoming.source_id for one in repeated]),
        ("bytea[]", [one.incoming.key_digest for one in repeated]),
    )
    first = {(row[0], bytes(row[1])): row[2:] for row in rows}
    for one in repeated:
        signal_id, body_digest, item_id, owner = first[one.incoming.source_id, one.incoming.key_digest]
        one.id, one.item_id, one.municipality_id = signal_id, item_id, owner
        one.same_body = bytes(body_digest) == one.incoming.body_digest
