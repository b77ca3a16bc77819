"""What remains before a case may close follows from the answers and the hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from alarms.workqueue import services
from alarms.workqueue.errors import Unresolved
from alarms.workqueue.models import WorkItem
from tests.alarms.stepping.conftest import NOW, Taken, later

pytestmark = pytest.mark.django_db
ASKS: dict[str, Any] = {"type": "ask", "text": "Bor någon där?", "choices": ("Ja", "Nej"), "code": "q"}
IF_YES: dict[str, Any] = {"text": "Öppna dörren", "condition": {"answers": {"q": ["Ja"]}}}
BY_NIGHT: dict[str, Any] = {
    "text": "Väck chefen",
    "condition": {"windows": [{"days": ["workday", "dayoff"], "from": "22:00", "to": "06:00"}]},
}


def remains(item: WorkItem, olga: Any, at: datetime) -> list[str]:
    try:
        services.close(item_id=item.pk, operator=olga, outcome="test", now=at)
    except Unresolved as left:
        return [one.anchor for one in left.remaining]
    return []


@pytest.mark.parametrize(("answer", "left"), [("Ja", ["step-2"]), ("Nej", [])])
def test_an_answer_decides(
    instructed: Callable[..., None], taken: Taken, olga: Any, answer: str, left: list[str]
) -> None:
    instructed(ASKS, IF_YES)
    item = taken()
    assert remains(item, olga, NOW) == ["step-1"]
    services.tick_step(item_id=item.pk, operator=olga, position=1, outcome=answer, now=later(1))
    assert remains(item, olga, later(2)) == left


def test_a_question_that_is_passed_over_asks_for_nothing(
    instructed: Callable[..., None], taken: Taken, olga: Any
) -> None:
    instructed(ASKS, IF_YES)
    item = taken()
    services.skip_step(item_id=item.pk, operator=olga, position=1, reason="not_needed", now=later(1))
    assert remains(item, olga, later(2)) == []


def test_the_hour_decides(instructed: Callable[..., None], taken: Taken, olga: Any) -> None:
    instructed(BY_NIGHT)
    item = taken()
    assert remains(item, olga, datetime(2026, 11, 23, 22, 0, tzinfo=UTC)) == ["step-1"]
    assert remains(item, olga, NOW) == []
