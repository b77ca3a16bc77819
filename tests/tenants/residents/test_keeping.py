"""How residents are written: sealed codes, numbers that are numbers, and erased in due time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality, in_public
from tenants.contents.models import AuditDetail
from tenants.residents import queries, services
from tenants.residents.models import Resident, ResidentTransmitter
from tests.support.canaries import filled, places_of, through_django
from tests.tenants.residents.conftest import CODE, GRETA, NOW


def test_a_code_stands_nowhere_in_clear(greta: Resident, storkoping: Any, as_hedda: Any) -> None:
    assert not places_of(through_django, storkoping.schema_name, CODE)
    base = f"/portal/residents/{greta.pk}/"
    for address in ("/portal/residents/", base, f"{base}edit/", "/portal/residents/export/csv/"):
        assert CODE not in as_hedda.get(address).content.decode(), address
    assert CODE in as_hedda.post(f"{base}codes/").content.decode()
    with in_municipality(storkoping):
        assert AuditEntry.objects.filter(verb="resident.codes_shown", subject=str(greta.pk)).count() == 1
    assert not places_of(through_django, storkoping.schema_name, CODE)


def test_an_empty_code_leaves_it_and_a_dash_takes_it_away(
    greta: Resident, hedda: Any, storkoping: Any
) -> None:
    with in_municipality(storkoping):
        services.save(resident_id=greta.pk, typed={"door_code": "", "team": "Söder"}, actor=hedda, now=NOW)
        assert queries.codes(Resident.objects.get()) == [("Portkod", CODE)]
        services.save(resident_id=greta.pk, typed={"door_code": "-"}, actor=hedda, now=NOW)
        assert queries.codes(Resident.objects.get()) == []


@pytest.mark.parametrize("number", ["112", "+46112", "0112", "12", "hej"])
def test_a_number_that_is_none_is_refused_by_its_field_and_nothing_typed_is_lost(
    as_hedda: Any, number: str
) -> None:
    typed = {**GRETA, "risks": ["oxygen", "dog"], "phone": number, "next_of_kin": "Per Åkesson, son, 112"}
    answer = as_hedda.post("/portal/residents/new/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="wrong_phone"' in page
    assert 'id="wrong_next_of_kin"' in page
    assert "Rad 1: 112 är ett nödnummer" in page
    for text in ("Greta Åkesson", "Ågatan 1", number, CODE):
        assert text in page, text


def test_a_resident_is_added_and_changed_on_the_page(as_hedda: Any, storkoping: Any) -> None:
    typed = {**GRETA, "risks": ["oxygen", "dog"]}
    assert as_hedda.post("/portal/residents/new/", typed).status_code == 302
    with in_municipality(storkoping):
        one = Resident.objects.get()
        assert (one.phone, one.risks) == ("+46701740610", ["oxygen", "dog"])
        assert one.next_of_kin == [{"name": "Per Åkesson", "relation": "son", "phone": "+46701740611"}]
    page = as_hedda.get(f"/portal/residents/{one.pk}/edit/").content.decode()
    assert "Per Åkesson, son, 070-174 06 11" in page
    again = as_hedda.post("/portal/residents/new/", typed)
    assert "redan det kundnumret" in again.content.decode()


def test_the_audit_says_which_fields_and_never_what(greta: Resident, hedda: Any, storkoping: Any) -> None:
    with in_municipality(storkoping):
        services.save(
            resident_id=greta.pk, typed={"name": "Greta Nygift", "address": "Ågatan 1"}, actor=hedda, now=NOW
        )
        entry = AuditEntry.objects.get(verb="resident.changed")
        details = AuditDetail.objects.get(pk=entry.pk).details
    assert details["fields"] == ["name"]
    assert "Nygift" not in str(details)


def test_who_ended_is_hidden_from_cases_and_erased_in_due_time(
    greta: Resident, hedda: Any, storkoping: Any
) -> None:
    with in_municipality(storkoping):
        ResidentTransmitter.objects.create(transmitter_id=7, resident=greta, linked_at=NOW)
        assert queries.resident_of(7) == greta
        services.end(resident_id=greta.pk, actor=hedda, now=NOW)
        assert queries.resident_of(7) is None
        assert not queries.listed().exists()
    with in_public():
        assert services.erase_ended(NOW + timedelta(days=89)) == 0
        assert services.erase_ended(NOW + timedelta(days=90)) == 1
    assert not places_of(through_django, storkoping.schema_name, "Greta|Ågatan|701740610")
    with in_municipality(storkoping):
        assert AuditEntry.objects.filter(verb="resident.erased", subject=str(greta.pk)).exists()


def test_how_long_who_ended_is_kept_is_the_installations(
    greta: Resident, as_hedda: Any, hedda: Any, storkoping: Any, settings: Any
) -> None:
    settings.RESIDENTS_KEPT_DAYS = 14
    assert "14 dagar" in as_hedda.get(f"/portal/residents/{greta.pk}/end/").content.decode()
    with in_municipality(storkoping):
        services.end(resident_id=greta.pk, actor=hedda, now=NOW)
    assert "raderas 14 dagar efter" in as_hedda.get(f"/portal/residents/{greta.pk}/").content.decode()
    with in_public():
        assert services.erase_ended(NOW + timedelta(days=13)) == 0
        assert services.erase_ended(NOW + timedelta(days=14)) == 1


def test_an_end_can_be_taken_back(greta: Resident, as_hedda: Any, storkoping: Any) -> None:
    base = f"/portal/residents/{greta.pk}/"
    assert as_hedda.post(f"{base}end/").status_code == 302
    assert "Återta personen" in as_hedda.get(base).content.decode()
    as_hedda.post(f"{base}resume/")
    with in_municipality(storkoping):
        assert Resident.objects.get().ended_at is None


def test_nothing_of_it_stands_with_the_neighbour(greta: Resident, siv: Resident, lillby: Any) -> None:
    assert not {one for one in filled(through_django, lillby.schema_name) if one.startswith("residents_")}
    with in_public():
        assert not places_of(through_django, "public", "Åkesson|Ågatan|701740610")


def test_long_lists_come_in_pages_in_swedish_order(as_hedda: Any, storkoping: Any) -> None:
    names = ["Ödman", "Zetterlund", "Åberg", "Ärling", *[f"Berg{n:03}" for n in range(60)]]
    with in_municipality(storkoping):
        Resident.objects.bulk_create(
            Resident(number=str(n), name=name, address="Gatan 1", created_at=NOW, changed_at=NOW)
            for n, name in enumerate(names)
        )
        order = [one.name for one in queries.listed()]
    assert order[-4:] == ["Zetterlund", "Åberg", "Ärling", "Ödman"]
    page = as_hedda.post("/portal/residents/", {"page": "2"}).content.decode()
    assert "Sida 2 av 2" in page
    assert "Ödman" in page
    assert "Ödman" in as_hedda.post("/portal/residents/", {"q": "ödm"}).content.decode()
