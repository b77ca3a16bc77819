"""Who posts: by a key in the head of the request, or by a signature over its body. Never by the address."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

BEARER, BASIC, HMAC = "bearer", "basic", "hmac"
MODES = {BEARER: "Nyckel i Authorization: Bearer", BASIC: "HTTP Basic", HMAC: "HMAC-SHA256 över innehållet"}
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
LONGEST_TOLERANCE = 3_600


class Auth(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How a source shows who it is. ``tolerance``: seconds that a signed time may differ from ours.

    With ``timestamp_header`` the signature is over ``<its value>.<body>``, otherwise over the body alone.
    """

    mode: str = BEARER
    header: str = "X-Signature"
    prefix: str = ""
    timestamp_header: str = ""
    tolerance: int = 300


class Refused(Exception):
    """Not let in: ``code`` and ``message``; ``known`` when the key was right and only the time was wrong."""

    def __init__(self, code: str, message: str, field: str = "Authorization", *, known: bool = False) -> None:
        super().__init__(code)
        self.code, self.message, self.field, self.known = code, message, field, known


def auth_of(conventions: dict[str, Any]) -> Auth | None:
    """How it is agreed; None when that can't be read: then nobody is let in."""
    given = conventions.get("auth", {})
    return None if faults(given) else msgspec.convert(given, Auth)


def faults(given: object) -> list[str]:
    """What is wrong with an agreement, one sentence each."""
    try:
        auth = msgspec.convert(given, Auth)
    except msgspec.ValidationError:
        return [
            'skriv {"mode": "bearer"}, {"mode": "basic"} eller {"mode": "hmac", "header": "X-Signature"}.'
        ]
    found = []
    if auth.mode not in MODES:
        found.append(f"välj {', '.join(MODES)}.")
    for name in (auth.header, auth.timestamp_header):
        if (name or (auth.mode == HMAC and name is auth.header)) and not _HEADER.fullmatch(name):
            found.append(f"{name!r} är inget namn på ett huvudfält. Skriv till exempel X-Signature.")
    if len(auth.prefix) > 40 or not auth.prefix.isascii():
        found.append("prefixet ska vara högst 40 vanliga tecken.")
    if not 1 <= auth.tolerance <= LONGEST_TOLERANCE:
        found.append(f"tolerance ska vara 1–{LONGEST_TOLERANCE} sekunder.")
    return found


def check_key(auth: Auth, headers: Mapping[bytes, bytes], digest: bytes) -> None:
    """Raises Refused. For Bearer and Basic; nothing of the body is needed."""
    scheme, _, given = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    key = ""
    if auth.mode == BEARER and scheme.lower() == "bearer":
        key = given.strip()
    elif auth.mode == BASIC and scheme.lower() == "basic":
        try:
            key = base64.b64decode(given.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            key = ""
    if not hmac.compare_digest(hashlib.sha256(key.encode("utf-8", "replace")).digest(), digest):
        how = (
            "Authorization: Bearer <nyckel>" if auth.mode == BEARER else "HTTP Basic med nyckeln som lösenord"
        )
        raise Refused("bad_key", f"Nyckeln stämmer inte. Skicka {how}.")


def check_signature(auth: Auth, headers: Mapping[bytes, bytes], body: bytes, key: str, now: datetime) -> None:
    """Raises Refused: the signature is not the key's over this body, or its time is old."""
    given = headers.get(auth.header.lower().encode(), b"").decode("latin-1").strip()
    signed, stamp = body, b""
    if auth.timestamp_header:
        stamp = headers.get(auth.timestamp_header.lower().encode(), b"").strip()
        signed = stamp + b"." + body
    digest = hmac.digest(key.encode(), signed, "sha256")
    given = given.removeprefix(auth.prefix) if given.startswith(auth.prefix) else ""
    expected = digest.hex().encode() if len(given) == 64 else base64.b64encode(digest)
    found = (given.lower() if len(given) == 64 else given).encode("latin-1", "replace")
    if not key or not hmac.compare_digest(found, expected):
        raise Refused(
            "bad_signature", f"Signaturen i {auth.header} stämmer inte med innehållet.", auth.header
        )
    if auth.timestamp_header and not _fresh(stamp, auth.tolerance, now):
        raise Refused(
            "old_signature",
            f"Tiden i {auth.timestamp_header} skiljer sig mer än {auth.tolerance} s från vår.",
            auth.timestamp_header,
            known=True,
        )


def _fresh(stamp: bytes, tolerance: int, now: datetime) -> bool:
    text = stamp.decode("latin-1")
    try:
        at = (
            float(text)
            if re.fullmatch(r"\d{1,13}(\.\d{1,9})?", text)
            else datetime.fromisoformat(text).timestamp()
        )
    except (ValueError, OverflowError, OSError):
        return False
    if at > 1e11:  # milliseconds
        at /= 1000
    return abs(now.timestamp() - at) <= tolerance
