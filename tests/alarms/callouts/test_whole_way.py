"""The whole way through real processes: SMS out, signed callbacks and the answer in over HTTP, in stormy weather."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from alarms.callouts.models import Callout, State
from tests.alarms.callouts.conftest import NILS
from tests.support import processes, simulated_carrier
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, eventually


@pytest.mark.usefixtures("committed")
def test_an_sms_goes_out_and_its_callbacks_and_answer_come_in(
    held: Callable[..., Any], roster: None, olga: Any, settings: Any
) -> None:
    from alarms.callouts.services import call_out_on_duty
    from central.carriers import gateway
    from central.carriers.models import Callback

    account = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": NUMBER}
    outside = "https://localhost"  # what the carrier signs; the proxy in between is plain http to us
    with (
        processes.web(**account, PUBLIC_BASE_URL=outside, ALLOWED_HOSTS="localhost,.localhost") as web,
        simulated_carrier.running(
            "--deliver-to", web.base, "--inbound-url", f"{outside}/carrier/twilio/inbound/",
            "--shuffle", "1", "--repeat", "1",
        ) as carrier,
    ):  # fmt: skip
        simulated_carrier.use(settings, carrier)
        settings.PUBLIC_BASE_URL = outside
        now = datetime.now(UTC)
        item = held(now)
        callout = call_out_on_duty(item_id=item.pk, operator=olga, duty="fastighetsjour", now=now)
        gateway.drain(now)

        def state() -> str:
            return str(Callout.objects.values_list("state", flat=True).get(pk=callout.pk))

        eventually(lambda: state() == State.DELIVERED)
        carrier.answer(NILS, "1")
        eventually(lambda: state() == State.ACCEPTED)
        eventually(lambda: carrier.oracle()["webhooks"].get("200", 0) == 4)
        assert set(carrier.oracle()["webhooks"]) == {"200"}
        assert Callback.objects.count() == 3  # sent, delivered, the answer; the repeat is none
    item.refresh_from_db()
    assert item.word == "Fastighetsjour tar"
