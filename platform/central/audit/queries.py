"""Read the audit log."""

from __future__ import annotations

from django.db.models import QuerySet

from central.audit.models import AuditEntry, ChainHead


def extract(municipality_id: int) -> QuerySet[AuditEntry]:
    """One municipality's entries, newest first. Callers check `audit.read` and slice."""
    return AuditEntry.objects.filter(municipality_id=municipality_id).order_by("-at", "-id")


def head() -> ChainHead | None:
    """The last sealed link, None before the first sealing."""
    return ChainHead.objects.first()
