"""Residents are read by home care's officers in their own municipality, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from central.municipalities.context import in_municipality
from tenants.residents import services
from tenants.residents.models import Resident
from tests.conftest import make_user
from tests.tenants.residents.conftest import GRETA, HOST, NOW

EVERYBODY_ELSE = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]


def pages(one: Resident) -> list[str]:
    base = f"/portal/residents/{one.pk}/"
    return ["/portal/residents/", base, f"{base}edit/", f"{base}end/", "/portal/residents/export/csv/"]


def test_home_care_reads_them(as_hedda: Any, greta: Resident) -> None:
    for address in pages(greta):
        assert as_hedda.get(address).status_code == 200, address
    assert "Greta Åkesson" in as_hedda.get("/portal/residents/").content.decode()
    assert 'href="/portal/residents/"' in as_hedda.get("/portal/cases/").content.decode()


@pytest.mark.parametrize("who", EVERYBODY_ELSE)
def test_nobody_else_does(cast: Any, client_of: Callable[..., Any], greta: Resident, who: str) -> None:
    client = client_of(getattr(cast, who), HOST)
    for address in pages(greta):
        assert client.get(address).status_code == 403, address
    for act in ("codes", "unmask", "end", "link", "resume"):
        assert client.post(f"/portal/residents/{greta.pk}/{act}/").status_code == 403, act


def test_nobody_reads_them_without_signing_in(greta: Resident) -> None:
    for address in pages(greta):
        assert Client(HTTP_HOST=HOST).get(address)["Location"].startswith("/login/")


def test_an_administrator_sees_no_way_to_them(arvid: Any, client_of: Callable[..., Any]) -> None:
    assert "/portal/residents/" not in client_of(arvid, HOST).get("/portal/overview/").content.decode()


def test_the_neighbours_resident_does_not_exist_here(as_hedda: Any, lillby: Any, hedda: Any) -> None:
    other = make_user("hilma", "Hilma Hemtjänst", "HI", lillby, "municipality_officer", ["home_care"])
    with in_municipality(lillby):
        theirs = services.save(
            resident_id=None, typed={**GRETA, "name": "Lill Lillbysson"}, actor=other, now=NOW
        )
    base = f"/portal/residents/{theirs.pk}/"
    for address in (base, f"{base}edit/", f"{base}end/"):
        assert as_hedda.get(address).status_code == 404, address
    for act in ("codes", "end", "unmask", "link", "resume"):
        assert as_hedda.post(f"{base}{act}/", {"reason": "Jag vill"}).status_code == 404, act
    assert "Lill Lillbysson" not in as_hedda.get("/portal/residents/").content.decode()
    with in_municipality(lillby):
        assert Resident.objects.get().ended_at is None
