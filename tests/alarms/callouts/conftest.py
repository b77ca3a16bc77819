"""A held case in Storköping, Nils and Sara on duty, and the real simulator as carrier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support import simulated_carrier
from tests.support.simulated_carrier import Carrier

NOW = datetime(2026, 3, 14, 2, 11, tzinfo=UTC)
NILS, SARA = "+46701740621", "+46701740622"


@pytest.fixture(scope="session")
def simulator() -> Iterator[Carrier]:
    with simulated_carrier.running("--deliver-to", "http://127.0.0.1:9") as carrier:
        yield carrier


@pytest.fixture
def carrier(simulator: Carrier, settings: Any) -> Carrier:
    simulated_carrier.use(settings, simulator)
    simulator.reset()
    simulator.fault("silent")
    return simulator


@pytest.fixture
def roster(storkoping: Any) -> None:
    put_on_duty(storkoping)


def put_on_duty(municipality: Any) -> None:
    """Nils and Sara, round the clock, as first and second of Fastighetsjour; VA-jour has nobody."""
    from central.municipalities.context import in_municipality
    from tenants.oncall.models import Contact, Duty
    from tests.support.rosters import in_order

    with in_municipality(municipality):
        duty = Duty.objects.create(code="fastighetsjour", name="Fastighetsjour", function="property")
        Duty.objects.create(code="va-jour", name="VA-jour", function="technical")
        in_order(
            duty,
            Contact.objects.create(name="Nils Ek", phone=NILS),
            Contact.objects.create(name="Sara Dahl", phone=SARA),
        )


@pytest.fixture
def held(storkoping: Any, olga: Any) -> Callable[..., Any]:
    """``held()`` → a case that Olga has taken."""

    def make(now: datetime = NOW) -> Any:
        from alarms.workqueue.services import create_by_hand

        return create_by_hand(
            operator=olga,
            municipality_id=storkoping.pk,
            kind="technical",
            place="Provgatan 7",
            text="Vatten i källaren hos Berta",
            now=now,
        )

    return make


@pytest.fixture
def call_out(carrier: Carrier, roster: None, olga: Any) -> Callable[..., Any]:
    """``call_out(item)`` → the call-out, its SMS handed to the carrier."""

    def make(item: Any, now: datetime = NOW, **more: Any) -> Any:
        from alarms.callouts.services import call_out_on_duty
        from central.carriers import gateway

        told: dict[str, Any] = {"duty": "fastighetsjour", **more}
        callout = call_out_on_duty(item_id=item.pk, operator=olga, now=now, **told)
        gateway.drain(now + timedelta(seconds=1))
        callout.refresh_from_db()
        return callout

    return make
