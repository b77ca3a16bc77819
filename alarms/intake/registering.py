"""Who may send and what stands where: sources with their keys, and the transmitters behind them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from functools import lru_cache
from typing import Literal

from django.conf import settings
from django.db.models import Q

from alarms.intake.models import Protocol, Source, Transmitter
from alarms.nameplates.services import remember
from central.municipalities.models import Municipality
from central.sealing import seal, unseal

KEY_PREFIX = "tck_"
KEY_PURPOSE = "alarms.intake.transmitter"
HOOK_PURPOSE = "alarms.intake.hook"
AES_BYTES = (16, 24, 32)
MOST_TEST_HOURS = 366 * 24
OWN_NAME = "Egen kontroll"
OWN_HOOK_NAME = "Egen kontroll, webhook"
OWN_SOURCE = Q(name=OWN_NAME, protocol=Protocol.HTTP) | Q(name=OWN_HOOK_NAME, protocol=Protocol.WEBHOOK)
"""The source of our own checks: nobody else's, and in no list of those who send."""


class BadKey(ValueError):
    """An AES key is 16, 24 or 32 bytes."""


def key_digest(key: str) -> bytes:
    """What is stored of a source key; keys are random, so a plain digest does."""
    return hashlib.sha256(key.encode()).digest()


@lru_cache(maxsize=1)
def _secret(key: str) -> bytes:
    return hashlib.sha256(b"alarms.intake.account:" + key.encode()).digest()


def account_hash(source_id: int, account: str) -> str:
    """A keyed hash of an account at a source: public rows never hold the account itself."""
    return _account_hash(settings.SECRET_KEY, source_id, account)


@lru_cache(maxsize=20_000)
def _account_hash(key: str, source_id: int, account: str) -> str:
    return hmac.digest(_secret(key), f"{source_id}:{account}".encode(), "sha256").hex()


def register_source(
    *,
    name: str,
    protocol: str = Protocol.HTTP,
    exercise: bool = False,
    rate_per_minute: int = 0,
    key: str | None = None,
) -> tuple[Source, str]:
    """A new source and its key, shown once; those that post use it. Only a webhook's is kept, sealed: it may sign."""
    key = key or KEY_PREFIX + secrets.token_urlsafe(32)
    source = Source.objects.create(
        name=name,
        protocol=protocol,
        key_digest=key_digest(key),
        key_sealed=seal(HOOK_PURPOSE, key) if protocol == Protocol.WEBHOOK else "",
        exercise=exercise,
        rate_per_minute=rate_per_minute,
    )
    return source, key


def change_key(source: Source) -> str:
    """A new key for the old one, shown once; kept sealed where the old one was."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    source.key_digest = key_digest(key)
    source.key_sealed = seal(HOOK_PURPOSE, key) if source.protocol == Protocol.WEBHOOK else ""
    source.save(update_fields=["key_digest", "key_sealed"])
    return key


def register_transmitter(
    *,
    source: Source,
    account: str,
    municipality: Municipality,
    site: str = "",
    area: str = "",
    function: str = "",
    aes_key: bytes | None = None,
    interval: timedelta | None = None,
    test_hours: int | Literal["kept"] | None = "kept",
) -> Transmitter:
    """Say whose an account is. ``site`` is the name of a place that is nobody's home, else "".

    ``aes_key`` (16, 24 or 32 bytes) where it encrypts what it says; ``interval``: unheard for that long it is at fault.
    ``test_hours``: a test not heard within so many hours is a fault too; None where none is expected, left out what is.
    """
    if aes_key is not None and len(aes_key) not in AES_BYTES:
        raise BadKey
    transmitter, _ = Transmitter.objects.update_or_create(
        source=source,
        account_hash=account_hash(source.pk, account),
        defaults={
            "municipality_id": municipality.pk,
            "site": site,
            "area": area,
            "function": function,
            "active": True,
            "key_sealed": seal(KEY_PURPOSE, aes_key.hex()) if aes_key else "",
            "interval_seconds": int(interval.total_seconds()) if interval else None,
            **({} if test_hours == "kept" else {"test_hours": test_hours}),
        },
    )
    remember({transmitter.pk: account})
    return transmitter


def transmitter_key(transmitter: Transmitter) -> bytes | None:
    """Its AES key, None where it has none. Raises Unreadable when SECRET_KEY has been changed under it."""
    sealed = transmitter.key_sealed
    return bytes.fromhex(unseal(KEY_PURPOSE, sealed)) if sealed else None


def hook_key(source: Source) -> str:
    """The key with which a webhook's source signs, "" where it has none. Raises Unreadable."""
    return unseal(HOOK_PURPOSE, source.key_sealed) if source.key_sealed else ""
