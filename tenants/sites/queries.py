"""Reading sites, in the current municipality."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from central.sealing import Unreadable, unseal
from central.swedish import swedish_key
from tenants.sites.models import Site, SiteTransmitter

SEALED: tuple[tuple[str, str, str], ...] = (
    ("key_number", "Nyckelnummer", "tenants.sites.key_number"),
    ("door_code", "Portkod", "tenants.sites.door_code"),
    ("alarm_code", "Larmkod", "tenants.sites.alarm_code"),
)
"""What is encrypted: the field (stored as ``<field>_sealed``), its word, and the purpose it is sealed for."""


def site_of(transmitter_id: int) -> Site | None:
    """The site where this transmitter stands; None when no site in use has it."""
    link = (
        SiteTransmitter.objects.filter(transmitter_id=transmitter_id, site__ended_at=None)
        .select_related("site")
        .first()
    )
    return link.site if link else None


def has_codes(site: Site) -> bool:
    """Whether there is anything that `codes` would tell."""
    return any(getattr(site, f"{field}_sealed") for field, _word, _purpose in SEALED)


def codes(site: Site) -> list[tuple[str, str]]:
    """Word and code of what is sealed and set. Show it only to who asked, and keep that she did (`services.show_codes`).

    Raises Unreadable.
    """
    return [
        (word, unseal(purpose, sealed))
        for field, word, purpose in SEALED
        if (sealed := getattr(site, f"{field}_sealed"))
    ]


def as_values(site: Site, *, secrets: Collection[str] = ()) -> dict[str, Any]:
    """The site as the values of its columns; of what is sealed only the ``secrets`` asked for, the others None."""
    position = [site.lat, site.lon, site.x, site.y] if site.lat is not None else []
    values: dict[str, Any] = {
        name: getattr(site, name)
        for name in (
            "number", "name", "kind", "function", "address", "area", "hours", "key_place", "contacts", "hazards",
            "drawings", "assembly", "notes",
        )
    }  # fmt: skip
    values["position"] = position
    for field, _word, purpose in SEALED:
        values[field] = _opened(purpose, getattr(site, f"{field}_sealed")) if field in secrets else None
    return values


def _opened(purpose: str, sealed: str) -> str:
    """What was sealed; what SECRET_KEY no longer opens is as good as nothing: it is written anew."""
    try:
        return unseal(purpose, sealed) if sealed else ""
    except Unreadable:
        return ""


def transmitters_of(site_id: UUID) -> list[int]:
    """The transmitters of one site, in the order they were linked."""
    return list(
        SiteTransmitter.objects.filter(site_id=site_id)
        .order_by("linked_at", "pk")
        .values_list("transmitter_id", flat=True)
    )


def places_of_transmitters() -> dict[int, tuple[float, float]]:
    """Every linked transmitter whose site has a position: its SWEREF 99 TM metres (x east, y north)."""
    rows = SiteTransmitter.objects.filter(site__ended_at=None, site__x__isnull=False, site__y__isnull=False)
    found = rows.values_list("transmitter_id", "site__x", "site__y")
    return {one: (x, y) for one, x, y in found if x is not None and y is not None}


def listed(*, words: Sequence[str] = (), ended: bool = False) -> QuerySet[Site]:
    """Sites in Swedish order; each word must be found in name, number, address or area."""
    found = Site.objects.filter(ended_at__isnull=not ended)
    for word in words:
        found = found.filter(search_key__contains=swedish_key(word))
    return found
