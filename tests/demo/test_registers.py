"""The demo's registers: believable, fictional, linked to what alarms, and laid out once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from central import phone
from central.municipalities.context import in_municipality
from central.municipalities.models import Municipality
from demo import ground, people, registers, world
from tenants import fields
from tenants.residents.columns import COLUMNS
from tenants.residents.models import Resident, ResidentTransmitter
from tenants.sites.models import Site, SiteTransmitter

NOW = datetime(2026, 3, 1, 1, 13, 20, tzinfo=UTC)


def test_every_number_is_reserved_for_fiction_and_stands_once() -> None:
    numbers = []
    for place in ground.PLACES:
        for number in range(1, 7):
            read = fields.read(COLUMNS, registers.resident_typed(place, number))
            numbers += [read["phone"], read["next_of_kin"][0]["phone"]]
    assert all(one.startswith(("+464062804", "+468465004")) for one in numbers)
    assert len(set(numbers)) == len(numbers)
    assert all(phone.normalise(one) == one for one in numbers)


def test_a_second_laying_out_adds_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    few: Any = ground.PLACES[:1]
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setattr(ground, "PLACES", few)
    monkeypatch.setattr(people, "PLACES", few)
    monkeypatch.setattr(people, "MUNICIPAL", ())
    world.lay_out(now=NOW)
    world.lay_out(now=NOW)
    with in_municipality(Municipality.objects.get(slug=few[0].slug)):
        assert Site.objects.count() == SiteTransmitter.objects.count() == 10
        assert Resident.objects.count() == ResidentTransmitter.objects.count() == 6
        assert Resident.objects.filter(protected_identity=True).count() == 1
