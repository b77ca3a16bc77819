"""Residents from a file: the same way, for home care, and whoever is protected stays so."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from alarms.intake.registering import register_source, register_transmitter
from central.municipalities.context import in_municipality, in_public
from central.tabular import to_csv, to_xlsx
from tenants.residents import queries
from tenants.residents.models import Resident
from tests.support.canaries import places_of, through_django

URL = "/portal/residents/import/"
HEAD = [
    "Kundnummer",
    "Namn",
    "Adress",
    "Telefon",
    "Risker",
    "Anhöriga",
    "Skyddade personuppgifter",
    "Konto",
    "Källa",
]


def sent(client: Any, content: bytes, name: str = "brukare.csv") -> Any:
    file = BytesIO(content)
    file.name = name
    return client.post(URL, {"file": file})


@pytest.mark.parametrize("make", [to_csv, to_xlsx])
def test_residents_come_with_their_transmitters(as_hedda: Any, storkoping: Any, make: Any) -> None:
    with in_public():
        first, second = (register_source(name=name)[0] for name in ("Telefonerna", "Larmen"))
        phone = register_transmitter(
            source=first, account="001", municipality=storkoping, function="home_care"
        )
        register_transmitter(source=second, account="001", municipality=storkoping, function="home_care")
    row = [
        "7",
        "Åke Ört",
        "Ängen 1",
        "070-174 06 15",
        "Hund, Faller ofta",
        "Bo Ört, bror, 070-174 06 16",
        "",
        "001",
        "",
    ]
    assert "Skriv också vilken: " in sent(as_hedda, make(HEAD, [row])).content.decode()
    answer = sent(as_hedda, make(HEAD, [[*row[:-1], "Telefonerna"]]))
    assert not places_of(through_django, storkoping.schema_name, "Ängen|Åke Ört")
    page = as_hedda.post(answer["Location"], follow=True).content.decode()
    assert "1 nya" in page
    with in_municipality(storkoping):
        one = queries.resident_of(phone.pk)
        assert one is not None
        assert (one.name, one.phone, one.risks) == ("Åke Ört", "+46701740615", ["dog", "falls"])
    again = sent(as_hedda, make(HEAD, [[*row[:-1], "Telefonerna"]]))
    assert "Det finns inget att ändra" in as_hedda.get(again["Location"]).content.decode()


def test_protection_is_not_taken_away_by_a_file(as_hedda: Any, siv: Resident, storkoping: Any) -> None:
    head = ["Kundnummer", "Namn", "Adress", "Skyddade personuppgifter"]
    answer = sent(as_hedda, to_csv(head, [["200", "Siv Hemlig", "Dolda gatan 9", "nej"]]))
    assert answer.status_code == 422
    assert "Siv" not in answer.content.decode()
    answer = sent(as_hedda, to_csv(head, [["200", "Siv Nyhemlig", "Dolda gatan 9", ""]]))
    as_hedda.post(answer["Location"])
    with in_municipality(storkoping):
        one = Resident.objects.get()
        assert (one.name, one.protected_identity) == ("Siv Nyhemlig", True)


def test_an_export_brought_back_changes_nothing_of_who_is_protected(
    as_hedda: Any, siv: Resident, greta: Resident, storkoping: Any
) -> None:
    taken = as_hedda.get("/portal/residents/export/xlsx/").content
    answer = sent(as_hedda, taken, "brukare.xlsx")
    assert "Det finns inget att ändra" in as_hedda.get(answer["Location"]).content.decode()
    unknown = ["900", "Skyddad identitet", "Skyddas"]
    answer = sent(as_hedda, to_csv(["Kundnummer", "Namn", "Adress"], [unknown]))
    assert "Personen är ny" in answer.content.decode()
