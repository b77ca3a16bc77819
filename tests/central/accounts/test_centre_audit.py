"""The centre's auditor reads every municipality's log; nobody else at the centre does."""

from __future__ import annotations

from typing import Any

import pytest

from central.accounts.models import Membership
from central.audit.models import AuditEntry
from central.audit.services import record


@pytest.fixture
def auditor(utan: Any, centre: Any) -> Any:
    Membership.objects.create(user=utan, municipality=centre, role="auditor")
    return utan


def test_the_auditor_reads_one_municipality_at_a_time(
    auditor: Any, olga: Any, storkoping: Any, lillby: Any, client_of: Any
) -> None:
    for place, verb in ((storkoping, "test.here"), (lillby, "test.there")):
        record(
            verb, actor_id=olga.pk, actor_name=olga.name, municipality_id=place.pk, details={"x": "hemligt"}
        )
    client = client_of(auditor)
    page = client.get("/account/audit/?m=storkoping").content.decode()
    assert "test.here" in page
    assert "Olga Operatör" in page
    assert "test.there" not in page
    assert "hemligt" not in page
    assert AuditEntry.objects.get(verb="audit.read").municipality_id == storkoping.pk
    assert client.get("/account/audit/?m=ingenstans").status_code == 404
    assert "/account/audit/" in client.get("/account/").content.decode()


@pytest.mark.parametrize("who", ["olga", "sven", "chef"])
def test_nobody_else_reads_it(cast: Any, client_of: Any, who: str) -> None:
    assert client_of(getattr(cast, who)).get("/account/audit/?m=storkoping").status_code == 403


def test_it_does_not_exist_on_a_municipalitys_host(agda: Any, client_of: Any) -> None:
    assert client_of(agda, "storkoping.localhost").get("/account/audit/").status_code == 404
