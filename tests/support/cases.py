"""Cases, instructions and a board kept up to date by events, for tests of the queue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from alarms.workqueue.models import WorkItem
from alarms.workqueue.opening import NewCase, open_cases
from central.events.queries import since
from central.events.services import unit_of_work
from central.kinds import KINDS
from central.municipalities.context import in_municipality


def now(seconds: float = 0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def case(municipality: Any, kind: str = "technical", **more: Any) -> WorkItem:
    """One unanswered case, opened as reception does."""
    settings = {
        "function": KINDS[kind].function,
        "priority": KINDS[kind].priority,
        "received_at": now(),
        "area": "Norrmalm",
        "place": "Exempelgatan 1",
        "story": "Något har hänt",
        **more,
    }
    new = NewCase(id=uuid4(), municipality_id=municipality.pk, kind=kind, **settings)
    with unit_of_work():
        open_cases([new])
    return WorkItem.objects.get(pk=new.id)


def instruction(
    municipality: Any, kind: str, steps: Sequence[dict[str, Any]], at: datetime | None = None
) -> None:
    """Publish a version; each step is {"text": …, "required": …, "type": …}."""
    from tenants.instructions.rules import Step
    from tenants.instructions.services import publish

    with in_municipality(municipality):
        publish(
            kind=kind,
            title="Provinstruktion",
            steps=[Step(**{"type": "check", "required": True, **step}) for step in steps],
            approved_by_name="Prov",
            now=at or now(),
        )


def journal(item: WorkItem) -> list[Any]:
    """The case's journal, oldest first."""
    from tenants.casefiles.models import JournalEntry

    with in_municipality(_owner(item)):
        return list(JournalEntry.objects.filter(case_id=item.pk).order_by("at", "id"))


def letter(item: WorkItem) -> Any:
    from tenants.casefiles.models import CaseFile

    with in_municipality(_owner(item)):
        return CaseFile.objects.get(pk=item.pk)


def _owner(item: WorkItem) -> Any:
    from central.municipalities.directory import by_id

    return by_id(item.municipality_id)


def applied(rows: list[dict[str, Any]], after: int, functions: frozenset[str]) -> dict[str, dict[str, Any]]:
    """A board as a console keeps it: the rows it had, and every event it was sent since, last one wins."""
    kept = {row["id"]: row for row in rows}
    for event in since(after):
        if event.type == "item" and event.function in functions:
            row = json.loads(event.item)
            kept[row["id"]] = row
    return kept


def fresh(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: json.loads(json.dumps(row)) for row in rows}


def uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
