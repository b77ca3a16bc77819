"""A receiver, and files for it."""

from __future__ import annotations

from typing import Any

import pytest

from alarms.intake.models import Protocol, Source
from alarms.intake.registering import register_source
from alarms.registry.services import Given
from central.functions import OPEN

FUNCTIONS = OPEN
KEY = "00112233445566778899aabbccddeeff"


@pytest.fixture
def panels(data: None) -> Source:
    return register_source(name="Panelerna", protocol=Protocol.DC09)[0]


@pytest.fixture
def cameras(data: None) -> Source:
    return register_source(name="Kamerorna")[0]


def given(source: Any, **more: str) -> Given:
    """A whole form."""
    return Given(
        **{
            "source": str(source.pk), "account": "0012", "municipality": "Storköping", "function": "Fastighet",
            "site": "Norrskolan", "area": "Centrum", "interval": "90 s", "tests": "25 h", **more,
        }
    )  # fmt: skip


def file(
    *lines: str, headings: str = "Källa;Konto;Kommun;Verksamhet;Plats;Område;Intervall;Prov;Nyckel"
) -> bytes:
    """A CSV file of transmitters."""
    return "\r\n".join([headings, *lines]).encode("cp1252")
