"""The body of POST /api/signals: checked field by field, with errors that name the field and what to do."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from django.utils import timezone
from msgspec import Meta

from central.kinds import KINDS, SENDABLE
from central.phone import BadNumber, normalise

Account = Annotated[str, Meta(min_length=1, max_length=64)]
FUTURE = timedelta(minutes=10)
PAST = timedelta(days=30)
_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>[^`]*)`")
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]*)`")


class BadBody(Exception):
    """The body can't be taken; ``field`` is the one to mend, ``body`` when it isn't JSON."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


class Body(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a sender says. ``data`` may carry person, access and call_back for the letter, and anything else."""

    kind: str
    account: Account
    occurred_at: Annotated[datetime, Meta(tz=True)]
    priority: Annotated[int, Meta(ge=1, le=4)] | None = None
    place: Annotated[str, Meta(max_length=300)] = ""
    text: Annotated[str, Meta(max_length=4000)] = ""
    data: dict[str, Any] = msgspec.field(default_factory=dict)


_decode = msgspec.json.Decoder(Body).decode


def parse(raw: bytes, now: datetime) -> Body:
    """The checked body; raises BadBody."""
    if b"\x00" in raw or b"\\u0000" in raw:
        raise BadBody("body", "Innehållet har ett nolltecken (U+0000). Ta bort det.")
    try:
        body = _decode(raw)
    except msgspec.ValidationError as error:
        raise _explained(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBody("body", f"Innehållet är inte giltig JSON: {error}") from None
    if body.kind not in SENDABLE:
        raise BadBody("kind", f"Okänd sort. Använd en av: {', '.join(sorted(SENDABLE))}.")
    if not now - PAST < body.occurred_at < now + FUTURE:
        raise BadBody(
            "occurred_at",
            "Tiden ligger mer än 30 dygn bakåt eller 10 minuter framåt. Ställ sändarens klocka.",
        )
    for name in ("person", "access", "call_back"):
        if not isinstance(body.data.get(name, ""), str) or len(body.data.get(name, "")) > 300:
            raise BadBody(f"data.{name}", "Ska vara text, högst 300 tecken.")
    if call_back := body.data.get("call_back"):
        try:
            normalise(call_back)
        except BadNumber as error:
            raise BadBody("data.call_back", str(error)) from None
    return body


def _explained(reason: str) -> BadBody:
    if found := _UNKNOWN.search(reason):
        return BadBody(found["name"], "Fältet finns inte. Ta bort det, eller lägg det i data.")
    if found := _MISSING.search(reason):
        return BadBody(found["name"], "Fältet saknas.")
    path = _PATH.search(reason)
    field = (path["path"] if path else "") or "body"
    return BadBody(field, f"Fel värde: {_PATH.sub('', reason)}.")


def priority_of(body: Body) -> int:
    """The sender's priority, else the kind's."""
    return body.priority or KINDS[body.kind].priority


def utc_now() -> datetime:
    """Aware UTC: the database's time where a process follows it."""
    return timezone.now()
