"""H: the shift leader is called to a case, once, by who has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from alarms.workqueue.models import Notice


def test_the_holder_calls_once_until_seen_and_the_draft_stays(
    committed: None,
    olga: Any,
    sven: Any,
    client_of: Callable[..., Any],
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
) -> None:
    item = opened(storkoping)
    olgas = client_of(olga)
    assert post(olgas, f"/console/items/{item}/help/").status_code == 409, "nobody's case yet"
    post(olgas, f"/console/items/{item}/claim/")
    olgas.put(f"/console/case/{item}/draft/", {"text": "halv mening"}, content_type="application/json")
    for _ in range(2):
        answer = post(olgas, f"/console/items/{item}/help/")
        assert answer.status_code == 200
    assert [one.kind for one in Notice.objects.filter(item_id=item)] == ["help"]
    assert "kallar skiftledaren" in answer.json()["html"]
    assert "halv mening" in olgas.get(f"/console/case/{item}/").content.decode()
    notices = client_of(sven).get("/console/notices/").json()["notices"]
    assert [one["text"] for one in notices] == ["En operatör ber om hjälp"]
    assert post(client_of(sven), f"/console/items/{item}/help/").status_code == 409
