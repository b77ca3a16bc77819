"""The clock throws away files that nobody confirmed, in every municipality."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from alarms.escalation import chores
from central.municipalities.context import in_municipality
from tenants.imports.models import ImportRun, State
from tests.tenants.sites.conftest import NOW

CHORE = {one.name: one for one in chores.CHORES}["old_imports"]


def brought(municipality: Any, state: str, expires_at: datetime) -> None:
    with in_municipality(municipality):
        ImportRun.objects.create(
            register="sites", by_id=1, state=state, total=1, created_at=NOW, expires_at=expires_at
        )


def left(municipality: Any) -> list[str]:
    with in_municipality(municipality):
        return sorted(ImportRun.objects.values_list("state", flat=True))


def test_what_nobody_confirmed_is_gone_after_the_hour(storkoping: Any, lillby: Any) -> None:
    later = NOW + timedelta(hours=1)
    brought(storkoping, State.PREVIEWED, later)
    brought(lillby, State.PREVIEWED, later)
    brought(lillby, State.PREVIEWED, later + timedelta(seconds=1))
    brought(lillby, State.DONE, later)
    assert CHORE.work(later - timedelta(seconds=1)) == 0
    assert CHORE.work(later) == 2
    assert left(storkoping) == []
    assert left(lillby) == ["done", "previewed"]
