"""The event of an opened case is written without a model instance, and says what the board would."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from alarms.workqueue.models import WorkItem
from alarms.workqueue.opening import NewCase, open_cases
from alarms.workqueue.rows import row
from central.events import queries
from central.events.services import unit_of_work

NOW = datetime(2026, 5, 4, 12, 0, 0, 123_456, tzinfo=UTC)


def test_the_announced_row_equals_the_boards(committed: None, storkoping: Any, lillby: Any) -> None:
    new = [
        NewCase(storkoping.pk, "technical", "property", 2, NOW, site="Värmecentralen", transmitter_id=7),
        NewCase(lillby.pk, "safety_alarm", "home_care", 1, NOW, area="Åby", story='Säger "hjälp" \\ 100 %'),
        NewCase(storkoping.pk, "technical", "property", 2, NOW, transmitter_id=7, exercise=True),
    ]
    with unit_of_work():
        ids = open_cases(new)
    announced = [json.loads(event.item) for event in queries.since(0) if event.type == "item"]
    assert announced == [row(WorkItem.objects.get(pk=item_id)) for item_id in ids]
    assert [item["repeats"] for item in announced] == [1, 1, 2]
