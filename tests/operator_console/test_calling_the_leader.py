"""H: the shift leader is called to a case, once, by who has it."""

from __future__ import annotations

from typing import Any

from alarms.workqueue.models import Notice
from tests.operator_console.conftest import Opened, act, keep_draft, pane


def test_the_holder_calls_once_until_seen_and_the_draft_stays(olgas: Any, svens: Any, opened: Opened) -> None:
    item = opened()
    assert act(olgas, item, "help").status_code == 409, "nobody's case yet"
    act(olgas, item, "claim")
    keep_draft(olgas, item, "halv mening")
    for _ in range(2):
        answer = act(olgas, item, "help")
        assert answer.status_code == 200
    assert [one.kind for one in Notice.objects.filter(item_id=item)] == ["help"]
    assert answer.json()["html"].count("Kallade skiftledaren") == 1
    assert "halv mening" in pane(olgas, item)
    notices = svens.get("/console/notices/").json()["notices"]
    assert [one["text"] for one in notices] == ["En operatör ber om hjälp"]
    assert act(svens, item, "help").status_code == 409
