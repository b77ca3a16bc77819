"""Webhooks to the web process itself: stored before the answer, under both servers, and through kill -9."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest

from alarms.escalation import supervision
from alarms.intake.models import Signal
from alarms.intake.registering import change_key
from alarms.workqueue.models import WorkItem
from central.municipalities.context import in_municipality
from tenants.contents.models import Picture
from tests.support.hooks import event, form, hook, picture
from tests.support.processes import eventually, web

pytestmark = pytest.mark.usefixtures("committed")


def post(
    port: int, source_id: int, key: str, document: Any, *, with_picture: bool = False
) -> tuple[int, Any]:
    kind, raw = "application/json", json.dumps(document).encode()
    if with_picture:
        kind, raw = form(document, ("a.jpg", "image/jpeg", picture(size=(640, 480))))
    request = urllib.request.Request(
        f"http://localhost:{port}/hooks/{source_id}/",
        data=raw,
        headers={"Authorization": f"Bearer {key}", "Content-Type": kind},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_an_answer_comes_after_the_row_and_its_picture(server: str, storkoping: Any) -> None:
    source, key = hook(storkoping)
    with web(server) as process:
        status, answer = post(process.port, source.pk, key, event(), with_picture=True)
        assert status == 201
        assert Signal.objects.filter(pk=answer["id"], item_id__isnull=False).count() == 1
        with in_municipality(storkoping):
            assert Picture.objects.filter(signal_id=answer["id"], content_type="image/jpeg").count() == 1
        assert post(process.port, source.pk, key, event()) == (200, answer)
        assert post(process.port, source.pk, "fel", event())[0] == 401
        assert post(process.port, source.pk, key, event(type="heartbeat"))[0] == 200
        new = change_key(source)
        assert eventually(lambda: post(process.port, source.pk, key, event())[0] == 401), "the old key"
        assert post(process.port, source.pk, new, event()) == (200, answer)
        assert eventually(lambda: supervision.listened_since(datetime.now(UTC), supervision.WEB)), "it beats"


def test_a_killed_process_loses_nothing_that_was_answered_and_doubles_nothing(storkoping: Any) -> None:
    source, key = hook(storkoping)
    answered: dict[str, str] = {}
    with web("uvicorn") as process:
        for round_ in range(2):
            for nth in range(8):
                name = f"{round_}-{nth}"
                if nth == 5:
                    process.popen.kill()
                    process.popen.wait(10)
                    process.restart()

                def told(name: str = name) -> bool:
                    try:
                        status, answer = post(process.port, source.pk, key, event(id=name))
                    except OSError:
                        return False
                    if status in (200, 201):
                        answered[name] = answer["id"]
                    return status in (200, 201)

                eventually(told)
        for name, first in list(answered.items()):
            assert post(process.port, source.pk, key, event(id=name)) == (200, {"id": first})
    assert Signal.objects.count() == WorkItem.objects.count() == len(answered) == 16
