"""An instruction with conditions and deadlines in Storköping, and cases that Olga takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarms.workqueue import services
from alarms.workqueue.models import WorkItem
from tests.support import cases

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

type Taken = Callable[..., WorkItem]
"""``taken(at=NOW)`` → a case that Olga took then."""


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def instructed(storkoping: Any) -> Callable[..., None]:
    """``instructed({...}, {...})`` publishes a version with these steps, valid since long."""

    def make(*steps: dict[str, Any], kind: str = "technical") -> None:
        cases.instruction(storkoping, kind, steps, at=NOW - timedelta(days=30))

    return make


@pytest.fixture
def taken(storkoping: Any, olga: Any) -> Taken:
    def make(at: datetime = NOW, **more: Any) -> WorkItem:
        item = cases.case(storkoping, received_at=at, **more)
        return services.claim(item_id=item.pk, operator=olga, now=at)

    return make


def fresh(item: WorkItem) -> WorkItem:
    return WorkItem.objects.get(pk=item.pk)


def said(item: WorkItem) -> list[str]:
    """What the journal says of steps that were late."""
    return [line.text for line in cases.journal(item) if line.verb == "step_late"]
