"""What we post ourselves goes through the web process's real doors, is stored, and is nobody's alarm."""

from __future__ import annotations

from typing import Any

from alarms.escalation import ways
from alarms.intake.models import Protocol, Signal
from alarms.intake.registering import register_source
from alarms.owncheck.rounds import once
from alarms.workqueue.models import WorkItem
from tests.support.cases import now
from tests.support.processes import eventually, web


def test_a_post_and_a_webhook_of_ours_are_stored_and_open_nothing(
    committed: None, centre: Any, settings: Any
) -> None:
    register_source(name="Kamerorna", protocol="webhook")
    settings.OWN_CHECK_SECONDS, settings.DC09_PORT, settings.SCAIP_PORT = 60, 0, 0
    with web() as process:
        settings.OWN_CHECK_BASE_URL = process.base
        assert eventually(lambda: once(now) == 2), "the web process knows new sources within seconds"
    assert set(ways.silent_for(now())) == {"http/POST", "webhook/POST"}
    assert ways.silent(now(60)) == set()
    assert ways.silent(now(200)) == {Protocol.HTTP, Protocol.WEBHOOK}
    assert Signal.objects.filter(logged=True, item_id=None).count() >= 2
    assert not WorkItem.objects.exists()
