"""The body of POST /api/signals: checked field by field, with errors that name the field and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from django.utils import timezone
from msgspec import Meta

from alarms.receivers.signals import wording
from central.kinds import KINDS, SENDABLE
from central.phone import BadNumber, normalise

Account = Annotated[str, Meta(min_length=1, max_length=64)]
FUTURE = timedelta(minutes=10)
PAST = timedelta(days=30)
IN_DATA = ("person", "access", "call_back")
"""What data may hold for the letter."""
_ESCAPED_NAME = re.compile(rb"\\u00[5-7]")


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


class _Pairs(list[tuple[str, Any]]):
    """An object's names and values as they stood, with repeats."""


_decode = msgspec.json.Decoder(Body).decode
_NAMES = tuple(f'"{name}"'.encode() for name in (*Body.__struct_fields__, *IN_DATA))


def parse(raw: bytes, now: datetime) -> Body:
    """The checked body; raises BadBody."""
    if b"\x00" in raw or b"\\u0000" in raw:
        raise BadBody("body", "Innehållet har ett nolltecken (U+0000). Ta bort det.")
    try:
        body = _decode(raw)
    except msgspec.ValidationError as error:
        raise BadBody(*wording.of_value(str(error))) from None
    except RecursionError:
        raise BadBody("data", "För många nivåer i varandra.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBody("body", wording.of_json(raw, str(error))) from None
    if name := _repeated(raw):
        raise BadBody(name, "Fältet står två gånger. Skicka det en gång.")
    if (account := body.account.strip()) != body.account:
        if not account:
            raise BadBody("account", "Kontot är tomt. Skicka sändarens konto.")
        body = msgspec.structs.replace(body, account=account)
    if body.kind not in SENDABLE:
        raise BadBody("kind", f"Okänd sort. Använd en av: {', '.join(sorted(SENDABLE))}.")
    if not now - PAST < body.occurred_at < now + FUTURE:
        raise BadBody(
            "occurred_at",
            "Tiden ligger mer än 30 dygn bakåt eller 10 minuter framåt. Ställ sändarens klocka.",
        )
    for name in IN_DATA:
        if not isinstance(body.data.get(name, ""), str) or len(body.data.get(name, "")) > 300:
            raise BadBody(f"data.{name}", "Ska vara text, högst 300 tecken.")
    if call_back := body.data.get("call_back"):
        try:
            normalise(call_back)
        except BadNumber as error:
            raise BadBody("data.call_back", str(error)) from None
    return body


def _repeated(raw: bytes) -> str:
    """The field that the body gives twice, else "". Only a body that looks like it is read a second time."""
    if not _ESCAPED_NAME.search(raw) and not any(raw.count(name) > 1 for name in _NAMES):
        return ""
    try:
        whole = json.loads(raw, object_pairs_hook=_Pairs, parse_int=str, parse_float=str)
    except RecursionError:
        raise BadBody("data", "För många nivåer i varandra.") from None
    if name := _twice(whole):
        return name
    inner = next((value for name, value in whole if name == "data"), None)
    name = _twice(inner, IN_DATA) if isinstance(inner, _Pairs) else ""
    return name and f"data.{name}"


def _twice(pairs: _Pairs, among: Collection[str] | None = None) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen and (among is None or name in among):
            return name
        seen.add(name)
    return ""


def priority_of(body: Body) -> int:
    """The sender's priority, else the kind's."""
    return body.priority or KINDS[body.kind].priority


def utc_now() -> datetime:
    """Aware UTC: the database's time where a process follows it."""
    return timezone.now()
