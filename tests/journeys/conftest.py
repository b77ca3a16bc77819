"""Storköping ready for its main job: transmitter, instruction, contact on duty, safe point, carrier and web."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support import processes, simulated_carrier
from tests.support.cases import now
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, Carrier

CONTACT = "+46701740633"
OUTSIDE = "https://localhost"


@dataclass
class Ready:
    """What the journey needs to know."""

    key: str
    web: processes.Web
    carrier: Carrier
    point: str
    storkoping: Any
    lillby: Any


@pytest.fixture
def ready(committed: None, cast: Any, storkoping: Any, lillby: Any, settings: Any) -> Iterator[Ready]:
    from tests.support.sending import source_with

    key = source_with(("1001", storkoping, "", "Norrmalm"))
    point = furnish(storkoping, cast.arvid)
    account = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": NUMBER}
    with (
        processes.web(**account, PUBLIC_BASE_URL=OUTSIDE, ALLOWED_HOSTS="localhost,.localhost", METRICS_TOKEN="") as web,
        simulated_carrier.running(
            "--deliver-to", web.base, "--inbound-url", f"{OUTSIDE}/carrier/twilio/inbound/",
            "--shuffle", "1", "--repeat", "1",
        ) as carrier,
    ):  # fmt: skip
        simulated_carrier.use(settings, carrier)
        settings.PUBLIC_BASE_URL = OUTSIDE
        yield Ready(key, web, carrier, point, storkoping, lillby)


def furnish(municipality: Any, admin: Any) -> str:
    """Instruction, contact on duty round the clock, and a safe point with staff; the point's id."""
    from central.municipalities.context import in_municipality
    from tenants.instructions.rules import Step
    from tenants.instructions.services import publish
    from tenants.oncall.models import Contact, Duty
    from tenants.safepoints.models import StaffContact
    from tenants.safepoints.register import save_point
    from tests.support.rosters import always

    with in_municipality(municipality):
        duty = Duty.objects.create(code="fastighetsjour", name="Fastighetsjour", function="property")
        contact = Contact.objects.create(name="Kanarina Jour", phone=CONTACT)
        always(duty, contact)
        publish(
            kind="technical",
            title="Driftlarm",
            steps=[
                Step("check", "Läs av larmpunkten"),
                Step("call_out", "Kalla ut fastighetsjouren", duty="fastighetsjour"),
                Step("safe_point", "Öppna en trygghetspunkt", required=False),
            ],
            approved_by_name="Prov",
            now=now(),
        )
        point = save_point(
            point_id=None, name="Norrmalmsskolan", address="Skolgatan 1", offers=["warmth"], capacity="80",
            public_text="Värme och vatten.", actor=admin, now=now(),
        )  # fmt: skip
        StaffContact.objects.create(point=point, name="Kanarina Personal", phone="+46701740634")
    return str(point.pk)
