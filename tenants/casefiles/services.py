"""Writing the letter of a case; always in the caller's transaction and municipality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tenants.casefiles.models import CaseFile, Draft, JournalEntry, StepRecord


@dataclass(frozen=True, slots=True)
class By:
    """Who did it, as the journal keeps it."""

    id: int | None
    name: str
    initials: str


NOBODY = By(None, "", "")


def journal(
    case_id: UUID,
    *,
    verb: str,
    now: datetime,
    text: str = "",
    data: dict[str, Any] | None = None,
    by: By = NOBODY,
) -> JournalEntry:
    """Add a line to the journal of a case."""
    return JournalEntry.objects.create(
        case_id=case_id,
        at=now,
        verb=verb,
        text=text,
        data=data or {},
        by_id=by.id,
        by_name=by.name,
        by_initials=by.initials,
    )


def journal_many(lines: Iterable[tuple[UUID, str, str]], *, now: datetime, by: By = NOBODY) -> None:
    """Lines (case, verb, text) of several cases, in order, in one statement."""
    JournalEntry.objects.bulk_create(
        JournalEntry(
            case_id=case_id,
            at=now,
            verb=verb,
            text=text,
            data={},
            by_id=by.id,
            by_name=by.name,
            by_initials=by.initials,
        )
        for case_id, verb, text in lines
    )


def touch(case_ids: Sequence[UUID], *, now: datetime) -> None:
    """Something about these cases has changed that their letters don't copy."""
    if CaseFile.objects.filter(pk__in=case_ids).update(changed_at=now) != len(set(case_ids)):
        raise CaseFile.DoesNotExist("En ärendeakt saknas.")


def mirror(case_id: UUID, *, now: datetime, **fields: Any) -> None:
    """Copy what the envelope says (state, priority, handler, times) to the letter."""
    if not CaseFile.objects.filter(pk=case_id).update(changed_at=now, **fields):
        raise CaseFile.DoesNotExist(f"Ärendeakten {case_id} saknas.")


def record_step(
    case_id: UUID, *, position: int, state: str, outcome: str, by: By, now: datetime
) -> tuple[StepRecord, bool]:
    """Record a step once; a repeat returns the first record and False."""
    return StepRecord.objects.get_or_create(
        case_id=case_id,
        position=position,
        defaults={
            "state": state,
            "outcome": outcome,
            "by_id": by.id,
            "by_initials": by.initials,
            "at": now,
        },
    )


def forget_step(case_id: UUID, *, position: int) -> None:
    """Take back a step that was just ticked (the journal keeps both lines)."""
    StepRecord.objects.filter(case_id=case_id, position=position).delete()


def save_draft(case_id: UUID, user_id: int, text: str, now: datetime) -> None:
    """Keep what somebody has typed so far; empty text forgets it."""
    if text:
        Draft.objects.update_or_create(
            case_id=case_id, user_id=user_id, defaults={"text": text, "saved_at": now}
        )
    else:
        Draft.objects.filter(case_id=case_id, user_id=user_id).delete()
