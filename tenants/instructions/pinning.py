"""Which version a case is worked by: chosen when somebody takes it, and never changed after that."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tenants.casefiles.models import CaseFile
from tenants.instructions import queries
from tenants.instructions.models import ActionInstruction, Pin
from tenants.sites import queries as sites


def site_id_of(transmitter_id: int | None) -> UUID | None:
    """The site where the alarm's transmitter stands."""
    site = sites.site_of(transmitter_id) if transmitter_id is not None else None
    return site.pk if site else None


def pin(*, case_id: UUID, kind: str, transmitter_id: int | None, now: datetime) -> ActionInstruction | None:
    """The version that counts now stays with the case; a case that has one keeps it. In the case's municipality.

    None when there is none: then the next who takes the case may find one.
    """
    if Pin.objects.filter(pk=case_id).exists():
        return None
    site_id = site_id_of(transmitter_id)
    row = queries.current(kind, at=now, site_id=site_id)
    if row is None or not CaseFile.objects.filter(pk=case_id, instruction_id=None).update(
        instruction_id=row.pk
    ):
        return None
    Pin.objects.create(case_id=case_id, instruction=row, site_id=site_id, at=now)
    return row
