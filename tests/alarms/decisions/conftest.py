"""Decisions are asked by the same carrier as call-outs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import simulated_carrier
from tests.support.simulated_carrier import Carrier


@pytest.fixture(scope="module")
def simulator() -> Iterator[Carrier]:
    with simulated_carrier.running() as running:
        yield running


@pytest.fixture
def carrier(simulator: Carrier, settings: Any) -> Carrier:
    """The simulator, empty, and the adapter pointed at it."""
    simulated_carrier.use(settings, simulator)
    simulator.reset()
    return simulator
