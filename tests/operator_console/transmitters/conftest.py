"""Transmitters in every state, at two municipalities."""

from __future__ import annotations

from typing import Any

import pytest

from alarms.intake.models import Transmitter, TransmitterState
from alarms.intake.registering import register_source, register_transmitter
from tests.support.cases import case, now
from tests.support.incoming import transmitter

type Standing = dict[str, Transmitter]


@pytest.fixture
def standing(committed: None, storkoping: Any, lillby: Any) -> Standing:
    """One per state, by its state's code; the silent one has an open case."""
    made = {
        "heard": transmitter(storkoping, "1", site="Norrskolan", interval_seconds=85),
        "silent": transmitter(lillby, "2", site="Ångcentralen", interval_seconds=300),
        "fault": transmitter(lillby, "3", site="Älvskolan", interval_seconds=86_400),
        "service": transmitter(lillby, "4", site="Zinkhuset", service_until=now(3600)),
        "never": transmitter(storkoping, "5", site="", area="Åsen"),
    }
    item = case(lillby, "transmitter_fault", transmitter_id=made["silent"].pk, area="Broby")
    for state, fields in {
        "heard": {"heard_at": now(-10)},
        "silent": {"heard_at": now(-900), "silent_since": now(-600), "silent_item_id": item.pk},
        "fault": {"heard_at": now(-30), "troubles": ["battery", "mains"]},
        "service": {"heard_at": now(-20)},
    }.items():
        TransmitterState.objects.create(transmitter=made[state], **fields)
    http, _ = register_source(name="Kamerorna")
    made["unwatched"] = register_transmitter(
        source=http, account="kamera-1", municipality=storkoping, site="Torget", area="Centrum"
    )
    return made
