"""Whoever is protected is seen nowhere until somebody says why, and then for ten minutes by that person alone."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality, in_public
from central.tabular import read_table
from tenants.contents.models import AuditDetail
from tenants.residents import queries, services
from tenants.residents.models import Resident, Unmasking
from tests.conftest import make_user
from tests.support.canaries import places_of, through_django
from tests.tenants.residents.conftest import HOST, NOW, SECRETS, SIV


def none_told(text: str, where: str) -> None:
    assert not [one for one in SECRETS if one in text], where


def test_no_page_list_or_search_tells_who_it_is(as_hedda: Any, siv: Resident, greta: Resident) -> None:
    base = f"/portal/residents/{siv.pk}/"
    for address in (
        "/portal/residents/",
        base,
        f"{base}edit/",
        f"{base}end/",
        "/portal/overview/",
        "/portal/cases/",
    ):
        none_told(as_hedda.get(address).content.decode(), address)
    for words in ("Siv", "Hemlig", "Dolda", "0701740612", "Släkting", "brandposten"):
        found = as_hedda.post("/portal/residents/", {"q": words}).content.decode()
        assert "kund 200" not in found, words
        assert "Skyddad identitet" not in found, words
    assert "Skyddad identitet" in as_hedda.post("/portal/residents/", {"q": "200"}).content.decode()
    told = as_hedda.post(f"{base}codes/").content.decode()
    none_told(told, "codes")


def test_a_refused_change_tells_nothing_either(as_hedda: Any, siv: Resident) -> None:
    answer = as_hedda.post(f"/portal/residents/{siv.pk}/edit/", {"number": "", "team": "Söder"})
    assert answer.status_code == 422
    none_told(answer.content.decode(), "edit")
    assert "Söder" in answer.content.decode()


def test_what_is_masked_stays_when_the_rest_is_changed(as_hedda: Any, siv: Resident, storkoping: Any) -> None:
    sent = {"number": "200", "team": "Söder", "name": "Någon Annan", "protected_identity": ""}
    assert as_hedda.post(f"/portal/residents/{siv.pk}/edit/", sent).status_code == 302
    with in_municipality(storkoping):
        one = Resident.objects.get(pk=siv.pk)
    assert (one.name, one.address, one.team, one.protected_identity) == (
        "Siv Hemlig",
        "Dolda gatan 9",
        "Söder",
        True,
    )


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_holds_the_number_alone(
    as_hedda: Any, siv: Resident, greta: Resident, file_format: str
) -> None:
    body = as_hedda.get(f"/portal/residents/export/{file_format}/").content
    cells = [" ".join(row.cells.values()) for row in read_table(body, f"x.{file_format}").rows]
    none_told(" ".join(cells), file_format)
    assert any("Greta Åkesson" in row for row in cells)
    assert any(row.startswith("200 Skyddad identitet") for row in cells)


def test_an_import_shows_nothing_in_its_preview_or_its_mistakes(as_hedda: Any, siv: Resident) -> None:
    head = "Kundnummer;Namn;Adress;Telefon;Anhöriga;Skyddade personuppgifter\r\n"
    good = f"{head}200;Siv Hemlig-Ny;Dolda gatan 10;070-174 06 14;;ja\r\n300;Ny Hemligsson;Dold 3;;;ja\r\n"
    file = BytesIO(good.encode())
    file.name = "brukare.csv"
    page = as_hedda.post("/portal/residents/import/", {"file": file}, follow=True).content.decode()
    assert "200 Skyddad identitet" in page
    for word in (*SECRETS, "Hemlig", "Dold", "070-174 06 14"):
        assert word not in page, word
    bad = f"{head}200;Siv Hemlig;Dolda gatan 10;070-174;Rut Släkting, dotter, 112;\r\n"
    file = BytesIO(bad.encode())
    file.name = "brukare.csv"
    page = as_hedda.post("/portal/residents/import/", {"file": file}).content.decode()
    assert "Telefon" in page
    assert "personuppgifterna är skyddade" in page
    none_told(page, "errors")
    assert "070-174" not in page.split("Välj fil")[0]


def test_nothing_stands_in_public_nor_in_the_audit(as_hedda: Any, siv: Resident, storkoping: Any) -> None:
    as_hedda.post(f"/portal/residents/{siv.pk}/unmask/", {"reason": "Anhörig ringde"})
    as_hedda.get(f"/portal/residents/{siv.pk}/")
    with in_public():
        for word in SECRETS:
            assert not places_of(through_django, "public", word.replace("+", r"\+")), word
    with in_municipality(storkoping):
        told = " ".join(str(one.details) for one in AuditDetail.objects.all())
    none_told(told, "audit")


def test_the_auditor_reads_the_reason_and_the_number_alone(
    as_hedda: Any, siv: Resident, agda: Any, client_of: Any
) -> None:
    as_hedda.post(f"/portal/residents/{siv.pk}/unmask/", {"reason": "Anhörig ringde"})
    page = client_of(agda, HOST).get("/portal/audit/").content.decode()
    assert "Såg skyddade personuppgifter" in page
    assert "Anhörig ringde" in page
    assert "kund 200" in page
    none_told(page, "audit page")


def test_no_reason_no_sight(as_hedda: Any, siv: Resident) -> None:
    for reason in ("", "  ", "x", "y" * 201):
        answer = as_hedda.post(f"/portal/residents/{siv.pk}/unmask/", {"reason": reason})
        assert answer.status_code == 422
        assert "Skriv varför" in answer.content.decode()
        none_told(answer.content.decode(), reason)


def test_a_reason_opens_it_for_ten_minutes_and_for_that_person_alone(
    as_hedda: Any, hedda: Any, siv: Resident, storkoping: Any, client_of: Any
) -> None:
    base = f"/portal/residents/{siv.pk}/"
    assert as_hedda.post(f"{base}unmask/", {"reason": "Larm från dottern"}).status_code == 302
    page = as_hedda.get(base).content.decode()
    assert "Siv Hemlig" in page
    assert "070-174 06 12" in page
    assert "Siv Hemlig" not in as_hedda.get("/portal/residents/").content.decode()
    other = make_user("hans", "Hans Hemtjänst", "HA", storkoping, "municipality_officer", ["home_care"])
    none_told(client_of(other, HOST).get(base).content.decode(), "the other's page")
    with in_municipality(storkoping):
        Unmasking.objects.update(until=timezone.now() - timedelta(seconds=1))
    none_told(as_hedda.get(base).content.decode(), "after ten minutes")
    with in_municipality(storkoping):
        entry = AuditEntry.objects.get(verb="resident.unmasked")
        detail = AuditDetail.objects.get(pk=entry.pk)
    assert (entry.actor_id, entry.subject) == (hedda.pk, str(siv.pk))
    assert detail.details["reason"] == "Larm från dottern"


def test_the_service_answers_unmasked_and_the_query_masked(
    siv: Resident, hedda: Any, storkoping: Any
) -> None:
    with in_municipality(storkoping):
        shown = services.unmask(resident_id=siv.pk, actor=hedda, reason="Ärende 26-1", now=NOW)
        assert shown.name == "Siv Hemlig"
        until = queries.unmasked_until(resident_id=siv.pk, user_id=hedda.pk, now=NOW)
        assert until == NOW + timedelta(minutes=10)
        assert (
            queries.unmasked_until(resident_id=siv.pk, user_id=hedda.pk, now=NOW + timedelta(minutes=10))
            is None
        )
        masked = queries.shown(siv)
    assert masked.masked
    none_told(str(masked), "shown")
    assert masked.number == SIV["number"]
