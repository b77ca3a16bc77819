"""Reading residents, in the current municipality. What is protected comes masked unless the caller says otherwise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from central import phone
from central.sealing import Unreadable, unseal
from central.swedish import swedish_key
from tenants.residents.models import Resident, ResidentTransmitter, Risk, Unmasking
from tenants.residents.rules import HIDDEN, MASKED

SEALED: tuple[tuple[str, str, str], ...] = (
    ("door_code", "Portkod", "tenants.residents.door_code"),
    ("key_box_code", "Kod till nyckelgömman", "tenants.residents.key_box_code"),
    ("key_number", "Nyckelnummer", "tenants.residents.key_number"),
)
"""What is encrypted: the field (stored as ``<field>_sealed``), its word, and the purpose it is sealed for."""


@dataclass(frozen=True, slots=True)
class Kin:
    """Somebody close; ``phone`` as Swedes write it, ``e164`` as it is dialled, both "" where there is none."""

    name: str
    relation: str
    phone: str
    e164: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A resident as a page may show it. ``masked``: name, address, phone and next of kin are put away.

    ``risks`` are words, the gravest first. Codes are never here: see `codes`.
    """

    id: UUID
    number: str
    name: str
    address: str
    floor: str
    phone: str
    e164: str
    team: str
    key_box: str
    risks: tuple[str, ...]
    risk_text: str
    next_of_kin: tuple[Kin, ...]
    language: str
    hearing: str
    voice_note: str
    protected: bool
    masked: bool
    has_codes: bool
    ended_at: datetime | None


def resident_of(transmitter_id: int) -> Resident | None:
    """Who has this transmitter; None when nobody has, or who had it has no alarm any more."""
    link = (
        ResidentTransmitter.objects.filter(transmitter_id=transmitter_id, resident__ended_at=None)
        .select_related("resident")
        .first()
    )
    return link.resident if link else None


def shown(resident: Resident, *, unmasked: bool = False) -> Shown:
    """The resident for a page; ``unmasked`` only where this person was let see a protected one (`unmasked_until`)."""
    masked = resident.protected_identity and not unmasked
    kin = [] if masked else resident.next_of_kin
    return Shown(
        id=resident.pk,
        number=resident.number,
        name=MASKED if masked else resident.name,
        address=HIDDEN if masked else resident.address,
        floor="" if masked else resident.floor,
        phone="" if masked or not resident.phone else phone.display(resident.phone),
        e164="" if masked else resident.phone,
        team=resident.team,
        key_box="" if masked else resident.key_box,
        risks=tuple(str(one.label) for one in Risk if one in resident.risks),
        risk_text=resident.risk_text,
        next_of_kin=tuple(
            Kin(
                one["name"],
                one["relation"],
                phone.display(one["phone"]) if one["phone"] else "",
                one["phone"],
            )
            for one in kin
        ),
        language=resident.language,
        hearing=resident.hearing,
        voice_note=resident.voice_note,
        protected=resident.protected_identity,
        masked=masked,
        has_codes=any(getattr(resident, f"{field}_sealed") for field, _word, _purpose in SEALED),
        ended_at=resident.ended_at,
    )


def codes(resident: Resident) -> list[tuple[str, str]]:
    """Word and code of what is sealed and set. Show it only to who asked, and keep that she did (`services.show_codes`).

    Raises Unreadable.
    """
    return [
        (word, unseal(purpose, sealed))
        for field, word, purpose in SEALED
        if (sealed := getattr(resident, f"{field}_sealed"))
    ]


def as_values(resident: Resident, *, secrets: Collection[str] = ()) -> dict[str, Any]:
    """The resident as the values of its columns, unmasked: for changing and comparing, never for showing.

    Of what is sealed only the ``secrets`` asked for, the others None.
    """
    values: dict[str, Any] = {
        name: getattr(resident, name)
        for name in (
            "number", "name", "address", "floor", "phone", "team", "key_box", "risks", "risk_text", "next_of_kin",
            "language", "hearing", "voice_note", "protected_identity",
        )
    }  # fmt: skip
    for field, _word, purpose in SEALED:
        values[field] = _opened(purpose, getattr(resident, f"{field}_sealed")) if field in secrets else None
    return values


def _opened(purpose: str, sealed: str) -> str:
    """What was sealed; what SECRET_KEY no longer opens is as good as nothing: it is written anew."""
    try:
        return unseal(purpose, sealed) if sealed else ""
    except Unreadable:
        return ""


def unmasked_until(*, resident_id: UUID, user_id: int, now: datetime) -> datetime | None:
    """Until when this person may see who the protected resident is; None when she may not."""
    row = (
        Unmasking.objects.filter(resident_id=resident_id, by_id=user_id, until__gt=now)
        .order_by("-until")
        .first()
    )
    return row.until if row else None


def transmitters_of(resident_id: UUID) -> list[int]:
    """The transmitters of one resident, in the order they were linked."""
    return list(
        ResidentTransmitter.objects.filter(resident_id=resident_id)
        .order_by("linked_at", "pk")
        .values_list("transmitter_id", flat=True)
    )


def listed(*, words: Sequence[str] = (), ended: bool = False) -> QuerySet[Resident]:
    """Residents in Swedish order, the protected ones last by their numbers; each word must be found in what is searched.

    A protected person is found by customer number only.
    """
    found = Resident.objects.filter(ended_at__isnull=not ended)
    for word in words:
        found = found.filter(search_key__contains=swedish_key(word))
    return found
