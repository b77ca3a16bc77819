"""Reading the letters of a municipality."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from tenants.casefiles.models import CaseFile, Draft, JournalEntry, StepRecord


def case(case_id: UUID) -> CaseFile:
    """One case; raises CaseFile.DoesNotExist."""
    return CaseFile.objects.get(pk=case_id)


def cases(functions: Iterable[str]) -> QuerySet[CaseFile]:
    """The cases of some functions, newest first."""
    return CaseFile.objects.filter(function__in=list(functions)).order_by("-received_at")


def journal(case_id: UUID) -> QuerySet[JournalEntry]:
    """The journal, newest first."""
    return JournalEntry.objects.filter(case_id=case_id).order_by("-at", "-id")


def step_records(case_id: UUID) -> dict[int, StepRecord]:
    """Position → record of the steps done or skipped."""
    return {record.position: record for record in StepRecord.objects.filter(case_id=case_id)}


def draft(case_id: UUID, user_id: int) -> str:
    """What somebody had begun to type, "" when nothing."""
    return Draft.objects.filter(case_id=case_id, user_id=user_id).values_list("text", flat=True).first() or ""
