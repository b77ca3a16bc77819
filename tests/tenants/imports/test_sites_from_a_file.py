"""Sites from a file: looked at first, all or nothing, once; mistakes by row and column."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from central.tabular import read_table, to_csv, to_xlsx
from tenants.imports import services
from tenants.imports.models import ImportRun
from tenants.sites import queries
from tenants.sites.importing import Sites
from tenants.sites.models import Site
from tests.conftest import make_user
from tests.support.canaries import places_of, through_django
from tests.tenants.sites.conftest import CODE, HOST, NOW

HEAD = ["Objektsnummer", "Namn", "Slag", "Kontakter", "Portkod", "Konto"]
ROWS = [
    ["F-1", "Norrskolan", "Skola", "Åsa Öberg, rektor, 070-174 06 07", "", "0417"],
    ["F-2", "Söderskolan", "skola", "", "4711KOD", ""],
]
URL = "/portal/sites/import/"


def sent(client: Any, content: bytes, name: str = "objekt.csv", **more: Any) -> Any:
    file = BytesIO(content)
    file.name = name
    return client.post(URL, {"file": file, **more})


def confirmed(client: Any, answer: Any) -> Any:
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return client.post(answer["Location"], follow=True)


@pytest.mark.parametrize("way", ["csv", "xlsx", "cp1252"])
def test_a_file_is_looked_at_and_then_written(
    as_arvid: Any, school: Site, panel: Any, storkoping: Any, way: str
) -> None:
    content = to_xlsx(HEAD, ROWS) if way == "xlsx" else to_csv(HEAD, ROWS)
    if way == "cp1252":
        content = content.decode("utf-8-sig").encode("cp1252")
    answer = sent(as_arvid, content, "objekt.xlsx" if way == "xlsx" else "objekt.csv")
    page = as_arvid.get(answer["Location"]).content.decode()
    assert "F-1 Norrskolan" in page
    assert "Åsa Öberg, rektor, 070-174 06 07" in page
    assert "Eva Ek, vaktmästare" in page
    assert "4711KOD" not in page
    with in_municipality(storkoping):
        assert Site.objects.count() == 1  # nothing is written by looking
    assert not places_of(through_django, storkoping.schema_name, "4711KOD|Söderskolan")
    done = confirmed(as_arvid, answer).content.decode()
    assert "2 rader: 1 nya, 1 ändrade, 0 oförändrade" in done
    with in_municipality(storkoping):
        first, second = Site.objects.order_by("number")
        assert first.contacts == [{"name": "Åsa Öberg", "role": "rektor", "phone": "+46701740607"}]
        assert queries.codes(first) == [("Portkod", CODE)]  # an empty cell leaves it
        assert queries.codes(second) == [("Portkod", "4711KOD")]
        assert queries.site_of(panel.pk) == first
        assert first.address == "Skolvägen 1"  # a column that the file lacks
        assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"site.changed", "sites.imported"}
        assert ImportRun.objects.get().rows_sealed == ""


def test_confirmed_again_or_sent_again_it_does_nothing_more(
    as_arvid: Any, school: Site, panel: Any, storkoping: Any
) -> None:
    answer = sent(as_arvid, to_csv(HEAD, ROWS))
    confirmed(as_arvid, answer)
    with in_municipality(storkoping):
        entries, stamps = AuditEntry.objects.count(), list(Site.objects.values_list("changed_at", flat=True))
    confirmed(as_arvid, answer)
    with in_municipality(storkoping):
        assert AuditEntry.objects.count() == entries
        assert list(Site.objects.values_list("changed_at", flat=True)) == stamps
    again = sent(as_arvid, to_csv(HEAD, ROWS))
    page = as_arvid.get(again["Location"]).content.decode()
    assert "Det finns inget att ändra" in page


def test_every_mistake_is_told_by_row_and_column_and_nothing_is_kept(
    as_arvid: Any, school: Site, theirs: Any, storkoping: Any
) -> None:
    rows = [
        ["F-9", "", "Skola", "", "", ""],
        ["F-8", "Väst", "Slott", "Eva, vakt, 112", "", ""],
        ["F-7", "Öst", "", "", "", "0999"],
        ["F-7", "Öst två", "", "", "", ""],
        ["F-6", "Norrskolan", "", "", "", ""],
        ["F-5", "Rätt", "", "", "", ""],
    ]
    answer = sent(as_arvid, to_csv(HEAD, rows))
    page = answer.content.decode()
    assert answer.status_code == 422
    for row, column, words in (
        (2, "Namn", "Cellen är tom"),
        (3, "Slag", "De som finns är"),
        (3, "Kontakter", "nödnummer"),
        (4, "Konto", "ingen sändare med kontot 0999"),
        (5, "Objektsnummer", "står redan på rad 4"),
        (6, "Namn", "heter redan så"),
    ):
        assert f'<td>{row}</td><th scope="row">{column}</th>' in page, (row, column)
        assert words in page, words
    with in_municipality(storkoping):
        assert Site.objects.count() == 1
        assert not ImportRun.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04nonsense", b"bara en rad"])
def test_a_file_that_is_no_table_is_refused_in_words(as_arvid: Any, content: bytes) -> None:
    assert sent(as_arvid, content).status_code == 422


def test_no_file_is_said(as_arvid: Any) -> None:
    assert "Välj en fil" in as_arvid.post(URL).content.decode()


def test_what_the_file_lacks_is_left_alone_unless_asked(as_arvid: Any, school: Site, storkoping: Any) -> None:
    rows = [["F-2", "Söderskolan", "Skola", "", "", ""]]
    answer = sent(as_arvid, to_csv(HEAD, rows))
    assert "De står kvar" in as_arvid.get(answer["Location"]).content.decode()
    confirmed(as_arvid, answer)
    with in_municipality(storkoping):
        assert Site.objects.filter(ended_at=None).count() == 2
    answer = sent(as_arvid, to_csv(HEAD, rows), end_missing="on")
    assert "1 avslutas" in as_arvid.get(answer["Location"]).content.decode()
    assert "1 avslutade" in confirmed(as_arvid, answer).content.decode()
    with in_municipality(storkoping):
        assert [one.number for one in Site.objects.filter(ended_at=None)] == ["F-2"]
    answer = sent(as_arvid, to_csv(HEAD, [["F-1", "Norrskolan", "Skola", "", "", ""]]))
    assert "avslutad" in as_arvid.get(answer["Location"]).content.decode()
    confirmed(as_arvid, answer)
    with in_municipality(storkoping):
        assert Site.objects.get(number="F-1").ended_at is None


def test_what_was_not_seen_is_not_done(as_arvid: Any, school: Site, storkoping: Any) -> None:
    answer = sent(as_arvid, to_csv(HEAD, ROWS[1:]))
    as_arvid.get(answer["Location"])
    with in_municipality(storkoping):
        Site.objects.create(number="F-2", name="Annat", created_at=NOW, changed_at=NOW)
    page = as_arvid.post(answer["Location"], follow=True).content.decode()
    assert "Registret har ändrats" in page
    with in_municipality(storkoping):
        assert Site.objects.get(number="F-2").name == "Annat"
    assert "1 ändrade" in confirmed(as_arvid, answer).content.decode()


def test_a_failure_in_the_middle_writes_nothing(
    as_arvid: Any, storkoping: Any, arvid: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[f"N-{n}", f"Hus {n}", "", "", "", ""] for n in range(30)]
    answer = sent(as_arvid, to_csv(HEAD, rows))
    monkeypatch.setattr(services, "CHUNK", 10)
    calls: list[int] = []
    insert = Sites.insert

    def failing(self: Any, rows: Any, actor: Any, now: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError
        insert(self, rows, actor, now)

    monkeypatch.setattr(Sites, "insert", failing)
    as_arvid.raise_request_exception = False
    assert as_arvid.post(answer["Location"]).status_code == 500
    with in_municipality(storkoping):
        assert not Site.objects.exists()
        assert ImportRun.objects.get().state == "previewed"


def test_it_is_its_owners_and_for_an_hour(
    as_arvid: Any, storkoping: Any, client_of: Any, lillby: Any
) -> None:
    answer = sent(as_arvid, to_csv(HEAD, ROWS[1:]))
    other = client_of(make_user("adam", "Adam Admin", "AD", storkoping, "municipality_admin", []), HOST)
    assert other.get(answer["Location"])["Location"] == URL
    assert other.get(f"{answer['Location']}progress/").status_code == 404
    assert as_arvid.get(f"{answer['Location']}progress/").json() == {
        "done": 0,
        "total": 1,
        "state": "previewed",
    }
    with in_municipality(storkoping):
        ImportRun.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "Filen sparas en timme" in as_arvid.post(answer["Location"], follow=True).content.decode()
    assert services.forget_old(timezone.now()) == 1


def test_a_file_can_be_thrown_away(as_arvid: Any, storkoping: Any) -> None:
    answer = sent(as_arvid, to_csv(HEAD, ROWS[1:]))
    as_arvid.post(f"{answer['Location']}discard/")
    with in_municipality(storkoping):
        assert not ImportRun.objects.exists()


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_example_and_the_export_can_be_brought_back(
    as_arvid: Any, school: Site, panel: Any, file_format: str
) -> None:
    as_arvid.post(f"/portal/sites/{school.pk}/link/", {"account": "0417"})
    name = f"objekt.{file_format}"
    made = as_arvid.get(f"{URL}template/{file_format}/").content
    assert sent(as_arvid, made, name).status_code == 302
    taken = as_arvid.get(f"/portal/sites/export/{file_format}/").content
    assert "0417" in read_table(taken, name).rows[0].cells.values()
    answer = sent(as_arvid, taken, name)
    assert "Det finns inget att ändra" in as_arvid.get(answer["Location"]).content.decode()
