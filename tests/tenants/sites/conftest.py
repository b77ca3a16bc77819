"""A school in Storköping, with a panel that the centre has registered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from alarms.intake.registering import register_source, register_transmitter
from central.municipalities.context import in_municipality, in_public
from tenants.sites import services
from tenants.sites.models import Site

NOW = datetime(2026, 3, 1, 1, 13, 20, tzinfo=UTC)
HOST = "storkoping.localhost"
CODE = "9753KOD"
SCHOOL = {
    "number": "F-1", "name": "Norrskolan", "kind": "school", "function": "property", "address": "Skolvägen 1",
    "area": "Norrby", "position": "55.8707, 12.8302", "key_place": "Skåp vid entrén", "door_code": CODE,
    "contacts": "Eva Ek, vaktmästare, 070-174 06 05\nNils Ek", "hazards": "Gasol: två flaskor\nSolceller på taket",
    "drawings": "Plan 1, https://ritningar.example/1\nPlan 2, pärm i expeditionen",
}  # fmt: skip


@pytest.fixture
def as_arvid(arvid: Any, client_of: Callable[..., Any]) -> Any:
    return client_of(arvid, HOST)


@pytest.fixture
def school(storkoping: Any, arvid: Any) -> Site:
    with in_municipality(storkoping):
        return services.save(site_id=None, typed=SCHOOL, actor=arvid, now=NOW)


@pytest.fixture
def panel(storkoping: Any) -> Any:
    with in_public():
        source, _ = register_source(name="Panelerna")
        return register_transmitter(source=source, account="0417", municipality=storkoping, site="Norrskolan")


@pytest.fixture
def theirs(panel: Any, lillby: Any) -> Any:
    with in_public():
        return register_transmitter(
            source=panel.source, account="0999", municipality=lillby, site="Lillskolan"
        )
