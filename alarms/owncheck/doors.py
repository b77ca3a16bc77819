"""The doors that this installation has, each with a transmitter of ours that nobody else can speak for.

Accounts and key are derived from SECRET_KEY: nothing secret is stored, and nobody can guess them.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from alarms.escalation.ways import wanted
from alarms.intake.models import Protocol, Source, Transmitter
from alarms.intake.registering import KEY_PREFIX, account_hash, key_digest
from central.municipalities.directory import centre

NAME = "Egen kontroll"
DOORS = {Protocol.HTTP: ("POST",), Protocol.DC09: ("TCP", "UDP"), Protocol.SCAIP: ("UDP", "TCP")}


@dataclass(frozen=True, slots=True)
class Door:
    """One way to knock: who we are there. ``key`` is HTTP's, "" at the others."""

    protocol: Protocol
    name: str
    account: str
    key: str = ""


def prepared() -> list[Door]:
    """Every door, its source and transmitter made where they were missing. In the public schema."""
    found: list[Door] = []
    with transaction.atomic():
        for protocol in wanted():
            source, key = _ours() if protocol == Protocol.HTTP else (_theirs(protocol), "")
            for name in DOORS[protocol]:
                door = Door(protocol, name, _account(protocol, name), key)
                _keep(source, door)
                found.append(door)
    return found


def _derived(what: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), f"alarms.owncheck:{what}".encode(), "sha256").hex()


def _account(protocol: Protocol, name: str) -> str:
    hexadecimal = _derived(f"{protocol}/{name}")[:16].upper()
    return f"{int(hexadecimal, 16) % 10**14:015d}" if protocol == Protocol.SCAIP else hexadecimal


def _ours() -> tuple[Source, str]:
    key = KEY_PREFIX + _derived("key")
    source, _ = Source.objects.get_or_create(
        name=NAME, defaults={"protocol": Protocol.HTTP, "key_digest": key_digest(key)}
    )
    if bytes(source.key_digest) != key_digest(key):  # SECRET_KEY is another
        source.key_digest = key_digest(key)
        source.save(update_fields=["key_digest"])
    return source, key


def _theirs(protocol: Protocol) -> Source:
    return Source.objects.get(protocol=protocol, active=True)


def _keep(source: Source, door: Door) -> None:
    hashed = account_hash(source.pk, door.account)
    found = Transmitter.objects.filter(source=source, account_hash=hashed, synthetic=True, active=True)
    if not found.exists():
        # one that was made with another SECRET_KEY is nobody's now
        Transmitter.objects.filter(source=source, synthetic=True, area=door.name).update(active=False)
        Transmitter.objects.create(
            source=source, account_hash=hashed, municipality_id=centre().id, site=NAME, area=door.name,
            synthetic=True,
        )  # fmt: skip
