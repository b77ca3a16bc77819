"""What a municipality's own registers say of a transmitter: it can't leave for another one while they point at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id
from tenants.residents.models import ResidentTransmitter
from tenants.sites.models import SiteTransmitter

KEPT_THERE = "Den är kopplad i {municipality}s register. Kommunen tar bort kopplingen i portalen innan den kan flyttas."


def linked(owners: Mapping[int, int]) -> set[int]:
    """Those of the transmitters (id → municipality's id) that stand at a site or with a resident there."""
    by_owner: dict[int, list[int]] = defaultdict(list)
    for one, municipality in owners.items():
        by_owner[municipality].append(one)
    found: set[int] = set()
    for municipality, ids in by_owner.items():
        with in_municipality(by_id(municipality)):
            found |= set(
                SiteTransmitter.objects.filter(transmitter_id__in=ids, site__ended_at=None).values_list(
                    "transmitter_id", flat=True
                )
            )
            found |= set(
                ResidentTransmitter.objects.filter(
                    transmitter_id__in=ids, resident__ended_at=None
                ).values_list("transmitter_id", flat=True)
            )
    return found


def kept_there(municipality_id: int) -> str:
    """The refusal in words."""
    return KEPT_THERE.format(municipality=by_id(municipality_id).name)
