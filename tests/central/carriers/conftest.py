"""A real simulator process; Nowhere is the address its webhooks go to unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.support import simulated_carrier
from tests.support.simulated_carrier import Carrier

NOW = datetime(2026, 3, 14, 2, 11, tzinfo=UTC)
NILS = "+46701740621"


@pytest.fixture(scope="session")
def simulator() -> Iterator[Carrier]:
    with simulated_carrier.running("--deliver-to", "http://127.0.0.1:9") as carrier:
        yield carrier


@pytest.fixture
def carrier(simulator: Carrier, settings: Any) -> Carrier:
    simulated_carrier.use(settings, simulator)
    simulator.reset()
    return simulator


@pytest.fixture
def queue(storkoping: Any) -> Callable[..., Any]:
    """``queue("+46701740621")`` → a leg waiting to be sent."""

    def make(
        to: str = NILS, body: str = "Driftlarm. Svara 1 om du tar ärendet.", now: datetime = NOW, **more: Any
    ) -> Any:
        from central.carriers.services import send

        return send(
            municipality=storkoping.ref(),
            subject_id=uuid4(),
            purpose=more.pop("purpose", "prov"),
            to=to,
            body=body,
            contact_name="Nils Ek",
            now=now,
            **more,
        )

    return make


@pytest.fixture
def call(storkoping: Any) -> Callable[..., Any]:
    """``call("+46701740621")`` → a leg waiting to be rung."""

    def make(
        to: str = NILS, words: str = "Driftlarm. Tryck 1 om du kan komma.", now: datetime = NOW, **more: Any
    ) -> Any:
        from central.carriers.services import ring

        return ring(
            municipality=storkoping.ref(),
            subject_id=uuid4(),
            purpose=more.pop("purpose", "prov"),
            to=to,
            words=words,
            contact_name="Nils Ek",
            now=now,
            **more,
        )

    return make
