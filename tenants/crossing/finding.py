"""Whom a municipality's registers know at an address, and which of its rules that speaks to. Call there; read only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from central.street import Street, parse, same_building
from central.swedish import swedish_key
from tenants.crossing.models import Looks, Rule
from tenants.residents.models import Resident
from tenants.sites.models import Site

ENOUGH = 4
"""Letters of a street's longest word that its rows in the registers also have, however they write the rest."""


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that holds, and the residents or sites at the address that it holds for; none where it always does."""

    rule: Rule
    residents: tuple[UUID, ...] = ()
    sites: tuple[UUID, ...] = ()


def find(
    kind: str,
    streets: Collection[Street],
    *,
    site_id: UUID | None = None,
    abroad: bool = False,
    functions: Collection[str] | None = None,
) -> list[Found]:
    """The rules that hold for a case of this kind, the most urgent first.

    ``streets``: its address, as many ways as it is told. ``site_id``: the site it comes from. ``abroad``: the case is
    another municipality's. ``functions``: only those that an agreement names.
    """
    rules = Rule.objects.filter(ended_at=None, kinds__contains=[kind])
    if abroad:
        rules = rules.filter(abroad=True)
    if functions is not None:
        rules = rules.filter(function__in=functions)
    chosen = list(rules)
    asked = {one.looks for one in chosen}
    residents = residents_at(streets) if Looks.RESIDENTS in asked else []
    sites = sites_at(streets, site_id) if Looks.SITES in asked else []
    found = []
    for rule in chosen:
        ours = tuple(one.pk for one in sites if not rule.site_kinds or one.kind in rule.site_kinds)
        if rule.looks == Looks.ALWAYS:
            found.append(Found(rule))
        elif rule.looks == Looks.RESIDENTS and residents:
            found.append(Found(rule, residents=tuple(one.pk for one in residents)))
        elif rule.looks == Looks.SITES and ours:
            found.append(Found(rule, sites=ours))
    return found


def residents_at(streets: Collection[Street]) -> list[Resident]:
    """Who has a safety alarm in the building. The protected are among them; what is shown of them is masked."""
    if not streets:
        return []
    # A protected person's address is in no search key, so they are read and compared, however few or many.
    wanted = Q(protected_identity=True)
    for key in _keys(streets):
        wanted |= Q(search_key__contains=key)
    rows = Resident.objects.filter(wanted, ended_at=None).order_by("sort_key", "id")
    return [one for one in rows if _is_at(one.address, streets)]


def sites_at(streets: Collection[Street], site_id: UUID | None) -> list[Site]:
    """The sites in the building, and the one that the alarm came from."""
    wanted = Q(pk=site_id) if site_id else Q(pk__in=[])
    for key in _keys(streets):
        wanted |= Q(search_key__contains=key)
    rows = Site.objects.filter(wanted, ended_at=None).order_by("sort_key", "id")
    return [one for one in rows if one.pk == site_id or _is_at(one.address, streets)]


def _keys(streets: Iterable[Street]) -> set[str]:
    return {swedish_key(max(reversed(one.name.split()), key=len)[:ENOUGH]) for one in streets}


def _is_at(address: str, streets: Iterable[Street]) -> bool:
    there = parse(address)
    return there is not None and any(same_building(one, there) for one in streets)
