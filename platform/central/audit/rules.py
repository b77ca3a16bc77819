"""What the hashes cover. Pure; changing anything here breaks every chain already sealed."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

START = "0" * 64
"""The previous hash of the first link."""


class Entry(Protocol):
    """The columns that a link covers."""

    id: UUID
    at: datetime
    verb: str
    actor_id: int | None
    municipality_id: int | None
    subject: str
    digest: str


def digest(details: dict[str, Any] | None, salt: str) -> str:
    """The hex sha256 of the salted details; the same for every entry without any."""
    text = json.dumps(details, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if details else ""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


NO_DETAILS = digest(None, "")


def link(entry: Entry, sequence: int, previous_hash: str) -> str:
    """The hex sha256 over one entry and the link before it.

    Fields are joined as JSON, so that no two different entries give the same text. Details enter by
    their digest only: they can be erased and the chain still verifies.
    """
    fields = [
        sequence,
        str(entry.id),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.verb,
        entry.actor_id,
        entry.municipality_id,
        entry.subject,
        entry.digest,
        previous_hash,
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def sign_head(sequence: int, last_hash: str, secret: str) -> str:
    """The signature of the chain's last link, keyed by the installation's secret."""
    key = hashlib.sha256(f"central.audit.head:{secret}".encode()).digest()
    return hmac.new(key, f"{sequence}:{last_hash}".encode(), "sha256").hexdigest()
