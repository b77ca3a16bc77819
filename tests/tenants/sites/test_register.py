"""Sites: written with every field, codes sealed and shown on request, transmitters linked by account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality, in_public
from tenants.sites import queries, services
from tenants.sites.models import Site, SiteTransmitter
from tests.support.canaries import filled, places_of, through_django
from tests.tenants.sites.conftest import CODE, HOST, NOW, SCHOOL


def test_every_field_comes_back_as_it_was_written(as_arvid: Any, school: Site) -> None:
    page = as_arvid.get(f"/portal/sites/{school.pk}/edit/").content.decode()
    for name, text in SCHOOL.items():
        if name not in ("door_code", "kind", "function"):
            assert text in page, name
    assert '<option value="school" selected>' in page
    shown = as_arvid.get(f"/portal/sites/{school.pk}/").content.decode()
    for text in (
        "070-174 06 05",
        "vaktmästare",
        "https://ritningar.example/1",
        "6193817, 364235",
        "Solceller",
    ):
        assert text in shown, text


def test_saving_the_form_as_it_stands_changes_nothing(as_arvid: Any, school: Site, storkoping: Any) -> None:
    assert as_arvid.post(f"/portal/sites/{school.pk}/edit/", {**SCHOOL, "door_code": ""}).status_code == 302
    with in_municipality(storkoping):
        again = Site.objects.get()
        assert queries.as_values(again, secrets=["door_code"]) == queries.as_values(
            school, secrets=["door_code"]
        )


def test_a_code_stands_nowhere_in_clear_and_is_shown_on_request(
    as_arvid: Any, school: Site, storkoping: Any
) -> None:
    base = f"/portal/sites/{school.pk}/"
    for address in ("/portal/sites/", base, f"{base}edit/", "/portal/sites/export/csv/"):
        assert CODE not in as_arvid.get(address).content.decode(), address
    assert CODE in as_arvid.post(f"{base}codes/").content.decode()
    assert not places_of(through_django, storkoping.schema_name, CODE)
    with in_municipality(storkoping):
        assert AuditEntry.objects.filter(verb="site.codes_shown", subject=str(school.pk)).count() == 1


def test_codes_are_for_who_keeps_the_register_and_who_owns_the_site(
    school: Site, maja: Any, client_of: Any, storkoping: Any
) -> None:
    client, address = client_of(maja, HOST), f"/portal/sites/{school.pk}/codes/"
    assert CODE in client.post(address).content.decode()
    with in_municipality(storkoping):
        Site.objects.update(function="rescue")
    assert client.post(address).status_code == 403
    assert "Visa nyckelnummer" not in client.get(f"/portal/sites/{school.pk}/").content.decode()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("name", "", "måste fyllas i"),
        ("name", "x" * 81, "Högst 80"),
        ("contacts", "Eva Ek, vakt, 112", "nödnummer"),
        ("contacts", "070-174 06 05", "skriv namnet först"),
        ("drawings", "Plan, http://osakert.example", "https://"),
        ("drawings", "Plan, javascript://x", "https://"),
        ("position", "12, 12", "latitud"),
        ("kind", "slott", "De som finns är"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field_and_kept(
    as_arvid: Any, field: str, text: str, said: str
) -> None:
    answer = as_arvid.post("/portal/sites/new/", {**SCHOOL, field: text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="wrong_{field}"' in page
    assert said in page
    assert text in page or field == "kind"  # which is chosen, not typed
    assert "Skåp vid entrén" in page


def test_a_name_stands_once_among_those_in_use(as_arvid: Any, school: Site, storkoping: Any) -> None:
    twice = {**SCHOOL, "number": "F-2", "name": "norrskolan"}
    assert "heter redan så" in as_arvid.post("/portal/sites/new/", twice).content.decode()
    as_arvid.post(f"/portal/sites/{school.pk}/end/")
    assert as_arvid.post("/portal/sites/new/", twice).status_code == 302
    back = as_arvid.post(f"/portal/sites/{school.pk}/resume/", follow=True).content.decode()
    assert "samma namn" in back
    with in_municipality(storkoping):
        assert Site.objects.filter(ended_at=None).count() == 1


def test_a_transmitter_is_linked_by_its_account(
    as_arvid: Any, school: Site, panel: Any, storkoping: Any
) -> None:
    base = f"/portal/sites/{school.pk}/"
    assert "Panelerna, konto 0417" in as_arvid.get(base).content.decode()
    assert as_arvid.post(f"{base}link/", {"account": "0417"}).status_code == 302
    assert as_arvid.post(f"{base}link/", {"account": "0417"}).status_code == 302
    with in_municipality(storkoping):
        assert queries.site_of(panel.pk) == school
        assert queries.transmitters_of(school.pk) == [panel.pk]
        assert panel.pk in queries.places_of_transmitters()
    as_arvid.post(f"{base}unlink/{panel.pk}/")
    with in_municipality(storkoping):
        assert queries.site_of(panel.pk) is None


def test_the_neighbours_transmitter_cannot_be_linked(
    as_arvid: Any, school: Site, theirs: Any, storkoping: Any
) -> None:
    base = f"/portal/sites/{school.pk}/"
    assert "0999" not in as_arvid.get(base).content.decode()
    answer = as_arvid.post(f"{base}link/", {"account": "0999"})
    assert answer.status_code == 422
    assert "ingen sändare med kontot 0999" in answer.content.decode()
    assert as_arvid.post(f"{base}link/", {"transmitter": theirs.pk}).status_code == 422
    with in_municipality(storkoping):
        assert not SiteTransmitter.objects.exists()


def test_a_transmitter_stands_at_one_site_at_a_time(
    as_arvid: Any, school: Site, panel: Any, storkoping: Any, arvid: Any
) -> None:
    with in_municipality(storkoping):
        other = services.save(site_id=None, typed={"name": "Söderskolan"}, actor=arvid, now=NOW)
        services.link_id(site_id=other.pk, transmitter_id=panel.pk, actor=arvid, now=NOW)
    answer = as_arvid.post(f"/portal/sites/{school.pk}/link/", {"account": "0417"})
    assert "kopplad till Söderskolan" in answer.content.decode()


def test_an_ended_site_is_hidden_from_cases_and_erased_in_due_time(
    school: Site, panel: Any, arvid: Any, storkoping: Any
) -> None:
    with in_municipality(storkoping):
        services.link_id(site_id=school.pk, transmitter_id=panel.pk, actor=arvid, now=NOW)
        services.end(site_id=school.pk, actor=arvid, now=NOW)
        assert queries.site_of(panel.pk) is None
    with in_public():
        assert services.erase_ended(NOW + timedelta(days=89)) == 0
        assert services.erase_ended(NOW + timedelta(days=90)) == 1


def test_nothing_of_it_stands_with_the_neighbour(school: Site, lillby: Any) -> None:
    assert not {one for one in filled(through_django, lillby.schema_name) if one.startswith("sites_")}
    with in_public():
        assert not places_of(through_django, "public", "Eva Ek|Skolvägen|701740605")


def test_search_finds_by_name_number_and_address(as_arvid: Any, school: Site) -> None:
    for words in ("NORR", "f-1", "skolvägen norrby"):
        assert "Norrskolan" in as_arvid.get("/portal/sites/", {"q": words}).content.decode(), words
    assert "Inget objekt med" in as_arvid.get("/portal/sites/", {"q": "finns ej"}).content.decode()
