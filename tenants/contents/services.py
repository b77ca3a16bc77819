"""Storing and reading letters in their owner's schema; wired to the ports of ``central`` by ``config``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from central.audit.ports import Details
from central.carriers.letters import Kept
from central.municipalities.context import MunicipalityRef, in_municipality
from central.municipalities.directory import by_id, centre, municipalities
from tenants.contents import camera
from tenants.contents.models import AuditDetail, MappingDraft, MessageContent


@dataclass(frozen=True, slots=True)
class Letter:
    """A message's number (E.164), text and the contact's name."""

    number: str
    body: str
    contact_name: str


class MessageLetters:
    """``central.carriers``' letter port: numbers and texts stand with the municipality that sends."""

    def store(
        self,
        leg_id: UUID,
        municipality: MunicipalityRef,
        number: str,
        body: str,
        contact_name: str,
        direction: str,
        now: datetime,
    ) -> None:
        with in_municipality(municipality):
            MessageContent.objects.create(
                id=leg_id,
                number=number,
                body=body,
                contact_name=contact_name,
                direction=direction,
                stored_at=now,
            )

    def store_many(
        self, kept: Sequence[Kept], municipality: MunicipalityRef, direction: str, now: datetime
    ) -> None:
        with in_municipality(municipality):
            MessageContent.objects.bulk_create(
                MessageContent(
                    id=one.leg_id,
                    number=one.number,
                    body=one.body,
                    contact_name=one.contact_name,
                    direction=direction,
                    stored_at=now,
                )
                for one in kept
            )

    def read(self, leg_id: UUID, municipality: MunicipalityRef) -> Letter:
        with in_municipality(municipality):
            content = MessageContent.objects.get(pk=leg_id)
        return Letter(content.number, content.body, content.contact_name)


def store_audit_detail(
    audit_id: UUID, municipality_id: int | None, details: dict[str, Any], salt: str
) -> None:
    """``central.audit``'s detail port; without a municipality the centre is the owner."""
    owner = centre() if municipality_id is None else by_id(municipality_id)
    with in_municipality(owner):
        AuditDetail.objects.create(id=audit_id, details=details, salt=salt)


def store_audit_details(rows: Sequence[Details]) -> None:
    """The same for many at once: one statement for each owner."""
    by_owner: dict[int | None, list[AuditDetail]] = defaultdict(list)
    for row in rows:
        kept = AuditDetail(id=row.audit_id, details=row.details, salt=row.salt)
        by_owner[row.municipality_id].append(kept)
    for municipality_id, kept_rows in by_owner.items():
        with in_municipality(centre() if municipality_id is None else by_id(municipality_id)):
            AuditDetail.objects.bulk_create(kept_rows)


def erase_old_pictures(now: datetime) -> int:
    """Erase pictures past their time everywhere, the centre's own too; how many. A chore, once a day is enough."""
    erased = 0
    for owner in (centre(), *municipalities()):
        with in_municipality(owner):
            erased += camera.erase_old_pictures(now)
    return erased


def draft_of(source_id: int) -> MappingDraft | None:
    """What somebody is agreeing with a webhook's sender; it stands with the centre."""
    with in_municipality(centre()):
        return MappingDraft.objects.filter(pk=source_id).first()


def keep_draft(
    source_id: int, *, mapping: dict[str, Any], sample: str, tried: str, by_name: str, now: datetime
) -> None:
    """Keep what was typed as it was typed; ``tried`` is the digest of what was tried well, "" for nothing."""
    with in_municipality(centre()):
        MappingDraft.objects.update_or_create(
            pk=source_id,
            defaults={
                "mapping": mapping, "sample": sample, "tried": tried, "changed_at": now, "changed_by": by_name,
            },
        )  # fmt: skip
