"""One call through the real web process: its own server, middleware and connections, and nothing of this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from central.carriers import gateway
from central.carriers.models import Leg, State, Turn
from tests.central.carriers.conftest import NILS
from tests.support import simulated_carrier
from tests.support.processes import web
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, eventually


@pytest.mark.usefixtures("committed")
def test_words_keys_and_callbacks_go_through_the_web_process(call: Callable[..., Any], settings: Any) -> None:
    with (
        web(TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_AUTH_TOKEN=TOKEN, TWILIO_FROM=NUMBER) as ours,
        simulated_carrier.running() as carrier,
    ):
        simulated_carrier.use(settings, carrier)
        settings.PUBLIC_BASE_URL = ours.base
        carrier.reset()
        carrier.habit(NILS, "key", key="7", seconds=0)
        carrier.weather(patience=0.02)
        now = datetime.now(UTC)
        leg: Leg = call(now=now, words="Driftlarm i Osby. Tryck 1.")
        gateway.drain(now)
        eventually(lambda: Leg.objects.filter(pk=leg.pk, ended_at__isnull=False).exists())
        leg.refresh_from_db()
        assert (leg.state, leg.result) == (State.DELIVERED, "completed")
        assert Turn.objects.get(kind=Turn.Kind.KEY).digit == "7"
        said = [one["text"] for one in carrier.calls()[0]["heard"] if one["who"] == "centre"]
        assert said[0] == "Driftlarm i Osby. Tryck 1."
        assert carrier.oracle()["webhooks"].keys() == {"200"}
