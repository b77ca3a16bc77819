"""Hedda, home care's officer in Storköping, and two residents: one like most, one whose identity is protected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from central.municipalities.context import in_municipality
from tenants.residents import services
from tenants.residents.models import Resident
from tests.conftest import make_user

NOW = datetime(2026, 3, 1, 1, 13, 20, tzinfo=UTC)
HOST = "storkoping.localhost"
CODE = "8642KOD"
SECRETS = ("Siv Hemlig", "Dolda gatan", "070-174 06 12", "+46701740612", "Rut Släkting", "Bakom brandposten")
"""What must be seen nowhere of who is protected."""

GRETA = {
    "number": "100", "name": "Greta Åkesson", "address": "Ågatan 1", "phone": "070-174 06 10", "team": "Norr",
    "door_code": CODE, "risks": "oxygen,dog", "next_of_kin": "Per Åkesson, son, 070-174 06 11",
}  # fmt: skip
SIV = {
    "number": "200", "name": "Siv Hemlig", "address": "Dolda gatan 9", "phone": "070-174 06 12", "team": "Norr",
    "next_of_kin": "Rut Släkting, dotter, 070-174 06 13", "key_box": "Bakom brandposten",
    "protected_identity": "ja",
}  # fmt: skip


@pytest.fixture
def hedda(storkoping: Any) -> Any:
    return make_user("hedda", "Hedda Hemtjänst", "HH", storkoping, "municipality_officer", ["home_care"])


@pytest.fixture
def as_hedda(hedda: Any, client_of: Callable[..., Any]) -> Any:
    return client_of(hedda, HOST)


@pytest.fixture
def greta(storkoping: Any, hedda: Any) -> Resident:
    with in_municipality(storkoping):
        return services.save(resident_id=None, typed=GRETA, actor=hedda, now=NOW)


@pytest.fixture
def siv(storkoping: Any, hedda: Any) -> Resident:
    with in_municipality(storkoping):
        return services.save(resident_id=None, typed=SIV, actor=hedda, now=NOW)
