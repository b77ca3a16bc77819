"""A transmitter that a municipality's own register points at stays there until it lets go."""

from __future__ import annotations

from typing import Any

import pytest

from alarms.intake.models import Source, Transmitter
from alarms.registry import importing, services
from alarms.registry.errors import Wrong
from central.municipalities.context import in_municipality
from tenants.sites.models import Site, SiteTransmitter
from tests.alarms.registry.conftest import FUNCTIONS, file, given
from tests.support.cases import now


@pytest.fixture
def at_a_site(panels: Source, chef: Any, storkoping: Any) -> Transmitter:
    one = services.register(given=given(panels), functions=FUNCTIONS, by=chef, now=now())
    with in_municipality(storkoping):
        site = Site.objects.create(name="Norrskolan", created_at=now(), changed_at=now())
        SiteTransmitter.objects.create(transmitter_id=one.pk, site=site, linked_at=now())
    return one


def change(one: Transmitter, by: Any, **more: str) -> Transmitter:
    said = given(one.source, account="", key_choice="keep", **more)
    return services.change(transmitter_id=one.pk, given=said, functions=FUNCTIONS, by=by, now=now())


def test_it_is_not_moved_by_hand(at_a_site: Transmitter, chef: Any, storkoping: Any) -> None:
    with pytest.raises(Wrong) as caught:
        change(at_a_site, chef, municipality="Lillby")
    assert set(caught.value.errors) == {"municipality"}
    assert "Storköpings register" in caught.value.errors["municipality"]
    change(at_a_site, chef, area="Söder")
    with in_municipality(storkoping):
        SiteTransmitter.objects.all().delete()
    assert change(at_a_site, chef, municipality="Lillby").municipality.slug == "lillby"


def test_it_is_not_moved_by_a_file(at_a_site: Transmitter, chef: Any) -> None:
    found = importing.look(
        content=file("Panelerna;0012;Lillby;;;;;;"),
        file_name="x.csv",
        functions=FUNCTIONS,
        by=chef,
        now=now(),
    )
    assert [(one.row, one.column) for one in found.checked.errors] == [(2, "Kommun")]
    assert found.waiting is None
