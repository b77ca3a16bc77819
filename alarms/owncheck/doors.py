"""The doors that this installation has, each with a transmitter of ours that nobody else can speak for.

Accounts and key are derived from SECRET_KEY: nothing secret is stored, and nobody can guess them.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from alarms.escalation.ways import wanted
from alarms.intake.models import Protocol, Source, Transmitter
from alarms.intake.registering import KEY_PREFIX, OWN_HOOK_NAME, OWN_NAME, account_hash, key_digest
from central.municipalities.directory import centre

log = structlog.get_logger(__name__)
DOORS = {
    Protocol.HTTP: ("POST",),
    Protocol.WEBHOOK: ("POST",),
    Protocol.DC09: ("TCP", "UDP"),
    Protocol.SCAIP: ("UDP", "TCP"),
}
TLS = "TLS"
"""SCAIP's third door, where the receivers show a certificate."""
OURS = {Protocol.HTTP: (OWN_NAME, "key"), Protocol.WEBHOOK: (OWN_HOOK_NAME, "hook")}
"""Sources of our own, where each has a key: their names, and what the key is derived from."""
AGREED: dict[Protocol, dict[str, Any]] = {
    Protocol.WEBHOOK: {
        "auth": {"mode": "bearer"},
        "default_kind": "technical",
        "fields": {
            "account": {"path": "account"},
            "event_id": {"path": "id"},
            "occurred_at": {"path": "at"},
            "priority": {"constant": "4"},
        },
    }
}


@dataclass(frozen=True, slots=True)
class Door:
    """One way to knock: who we are there. ``path`` and ``key`` where we post, "" at the others."""

    protocol: Protocol
    name: str
    account: str
    key: str = ""
    path: str = ""


def prepared() -> list[Door]:
    """Every door, its source and transmitter made where they were missing. In the public schema.

    A way that can't be made ready is said in the log, and has no door: its silence is told as every other.
    """
    found: list[Door] = []
    for protocol in wanted():
        try:
            with transaction.atomic():
                found += _of(protocol)
        except Exception as error:
            log.warning("owncheck.not_prepared", way=str(protocol), error=type(error).__name__)
    return found


def _of(protocol: Protocol) -> list[Door]:
    source, key = _ours(protocol) if protocol in OURS else (_theirs(protocol), "")
    path = {Protocol.HTTP: "/api/signals", Protocol.WEBHOOK: f"/hooks/{source.pk}/"}.get(protocol, "")
    doors = [Door(protocol, name, _account(protocol, name), key, path) for name in _names(protocol)]
    for door in doors:
        _keep(source, door)
    gone = Transmitter.objects.filter(source=source, synthetic=True, active=True)
    gone.exclude(area__in=[door.name for door in doors]).update(active=False)  # TLS that was taken away
    return doors


def _names(protocol: Protocol) -> tuple[str, ...]:
    secure = protocol == Protocol.SCAIP and settings.SCAIP_TLS_CERTIFICATE
    return (*DOORS[protocol], *((TLS,) if secure else ()))


def _derived(what: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), f"alarms.owncheck:{what}".encode(), "sha256").hex()


def _account(protocol: Protocol, name: str) -> str:
    hexadecimal = _derived(f"{protocol}/{name}")[:16].upper()
    return f"{int(hexadecimal, 16) % 10**14:015d}" if protocol == Protocol.SCAIP else hexadecimal


def _ours(protocol: Protocol) -> tuple[Source, str]:
    name, what = OURS[protocol]
    key, agreed = KEY_PREFIX + _derived(what), AGREED.get(protocol, {})
    source, _ = Source.objects.get_or_create(
        name=name, protocol=protocol, defaults={"key_digest": key_digest(key), "conventions": agreed}
    )
    as_ours = bytes(source.key_digest) == key_digest(key) and source.conventions == agreed
    if not as_ours or not source.active:  # SECRET_KEY is another, or switched off
        log.info("owncheck.source_renewed", way=str(protocol), was_active=source.active)
        source.key_digest, source.conventions, source.active = key_digest(key), agreed, True
        source.save(update_fields=["key_digest", "conventions", "active"])
    return source, key


def _theirs(protocol: Protocol) -> Source:
    return Source.objects.get(protocol=protocol, active=True)


def _keep(source: Source, door: Door) -> None:
    hashed = account_hash(source.pk, door.account)
    found = Transmitter.objects.filter(source=source, account_hash=hashed, synthetic=True, active=True)
    if not found.exists():
        # one that was made with another SECRET_KEY is nobody's now
        Transmitter.objects.filter(source=source, synthetic=True, area=door.name).update(active=False)
        Transmitter.objects.update_or_create(
            source=source,
            account_hash=hashed,
            defaults={
                "municipality_id": centre().id, "site": OWN_NAME, "area": door.name, "synthetic": True, "active": True,
            },
        )  # fmt: skip
