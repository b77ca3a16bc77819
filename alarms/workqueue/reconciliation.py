"""Every envelope has its letter and says the same: looked for, told, and mended from the envelope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from alarms.workqueue import changes, notices
from alarms.workqueue.models import Notice, WorkItem
from central.audit.services import record
from central.events.services import unit_of_work
from central.municipalities.context import MunicipalityRef, in_municipality
from central.municipalities.directory import everyone
from tenants.casefiles.models import CaseFile

SETTLED = timedelta(seconds=10)

_DIFFERENT = """
SELECT w.id, c.id IS NULL
FROM public.workqueue_workitem w LEFT JOIN "{schema}".casefiles_casefile c ON c.id = w.id
WHERE w.municipality_id = %s AND w.touched_at < %s AND w.received_at > %s
  AND (c.id IS NULL OR c.state <> w.state OR c.priority <> w.priority OR c.outcome <> w.outcome)
LIMIT 100"""
_ORPHANS = """
SELECT count(*) FROM "{schema}".casefiles_casefile c
WHERE c.received_at > %s AND NOT EXISTS (SELECT FROM public.workqueue_workitem w WHERE w.id = c.id)"""


@dataclass(frozen=True, slots=True)
class Found:
    """What did not match, and how much of it was mended."""

    without_letter: int = 0
    different: int = 0
    without_envelope: int = 0

    @property
    def total(self) -> int:
        return self.without_letter + self.different + self.without_envelope


def reconcile(now: datetime, *, since: timedelta = timedelta(days=7)) -> Found:
    """Compare all municipalities' recent cases; the envelope is the truth for state, priority and outcome."""
    without_letter = different = orphans = 0
    for municipality in everyone():
        for item_id, missing in _query(
            _DIFFERENT, municipality, [municipality.id, now - SETTLED, now - since]
        ):
            with unit_of_work():
                item = changes.locked(item_id)
                if _mend(item, municipality, now):
                    without_letter += bool(missing)
                    different += not missing
                    notices.notify(Notice.Kind.MISMATCH, item=item, now=now)
        orphans += _query(_ORPHANS, municipality, [now - since])[0][0]
    return Found(without_letter, different, orphans)


def _query(sql: str, municipality: MunicipalityRef, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(schema=municipality.schema_name), parameters)
        return list(cursor.fetchall())


def _mend(item: WorkItem, municipality: MunicipalityRef, now: datetime) -> bool:
    """Make the letter say what the envelope says; False when it does already."""
    with in_municipality(municipality):
        letter, fresh = CaseFile.objects.get_or_create(
            pk=item.pk,
            defaults={
                "reference": item.reference,
                "kind": item.kind,
                "function": item.function,
                "priority": item.priority,
                "headline": item.headline,
                "received_at": item.received_at,
            },
        )
        same = (letter.state, letter.priority, letter.outcome) == (item.state, item.priority, item.outcome)
        if same and not fresh:
            return False
        letter.state, letter.priority, letter.outcome = item.state, item.priority, item.outcome
        letter.closed_at, letter.changed_at = item.closed_at, now
        letter.handler_name = item.claimed_by.name if item.claimed_by else ""
        letter.save()
    record(
        "case.reconciled",
        actor_id=None,
        actor_name="",
        municipality_id=municipality.id,
        subject=str(item.pk),
        at=now,
    )
    return True
