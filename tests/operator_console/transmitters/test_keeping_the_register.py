"""The register kept from the page: whoever manages the intake may, operators look, nobody else comes near."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alarms.intake.models import Transmitter
from alarms.intake.registering import transmitter_key
from alarms.registry.models import Import
from central.audit.models import AuditEntry
from central.tabular import read_table
from tests.operator_console.transmitters.conftest import Standing
from tests.operator_console.transmitters.test_who_may import PAGE, PEOPLE
from tests.support.incoming import take

KEY = "00112233445566778899aabbccddeeff"
FORM = {
    "account": "0417", "municipality": "lillby", "function": "", "site": "", "area": "Åsen",
    "interval": "24 h", "tests": "7 d", "key_choice": "new", "key": KEY,
}  # fmt: skip


def post(client: Any, url: str, **data: Any) -> Any:
    return client.post(url, data, content_type="application/json")


@pytest.fixture
def chefs(committed: None, chef: Any, client_of: Callable[..., Any]) -> Any:
    """Cilla's, who manages the intake."""
    return client_of(chef)


def send(client: Any, content: bytes, name: str = "sandare.csv") -> Any:
    return client.post(f"{PAGE}import/file/", {"file": SimpleUploadedFile(name, content)})


def file(*lines: str) -> bytes:
    return "\r\n".join(["Källa;Konto;Nyckel;Kommun;Plats", *lines]).encode()


def test_only_who_manages_the_intake_keeps_the_register(
    cast: Any, client_of: Callable[..., Any], standing: Standing
) -> None:
    one = standing["heard"]
    sent = send(client_of(cast.chef), file(f"Provmottagaren;1;{KEY};Storköping;Norrskolan"))
    assert sent.status_code == 200
    waiting = sent.json()["to"]
    for name in PEOPLE:
        client = client_of(getattr(cast, name))
        pages = [
            client.get(url).status_code
            for url in (
                f"{PAGE}new/", f"{PAGE}{one.pk}/edit/", f"{PAGE}import/", waiting, f"{waiting}progress.json",
                f"{PAGE}export.csv", f"{PAGE}export.xlsx", f"{PAGE}import/example.csv",
            )
        ]  # fmt: skip
        acts = [
            post(client, f"{PAGE}new/register/").status_code,
            post(client, f"{PAGE}{one.pk}/change/").status_code,
            post(client, f"{PAGE}{one.pk}/end/").status_code,
            send(client, b"x").status_code,
        ]
        assert set(pages) == {200 if name == "chef" else 403}, (name, pages)
        assert set(acts) == {422 if name == "chef" else 403}, (name, acts)
        if name != "chef":
            assert post(client, f"{waiting}confirm/").status_code == 403
            assert post(client, f"{waiting}throw/").status_code == 403
    assert Transmitter.objects.get(pk=one.pk).active
    assert Import.objects.get().state == "previewed"


def test_nobody_signed_in_learns_nothing(client_of: Callable[..., Any], standing: Standing) -> None:
    nobody = client_of(None)
    for url in ("new/", "import/", f"{standing['heard'].pk}/edit/", "export.csv"):
        assert nobody.get(PAGE + url).status_code == 302
    assert post(nobody, f"{PAGE}new/register/").status_code == 401
    assert send(nobody, b"x").status_code == 401


def test_the_ways_in_are_shown_to_those_who_may(
    cast: Any, client_of: Callable[..., Any], standing: Standing
) -> None:
    for name in ("olga", "sven", "chef"):
        client = client_of(getattr(cast, name))
        page, one = (client.get(url).content.decode() for url in (PAGE, f"{PAGE}{standing['heard'].pk}/"))
        assert ("Ny sändare" in page) is (name == "chef")
        assert ("Ändra uppgifterna" in one) is (name == "chef")


def test_a_new_one_is_registered_and_its_key_is_never_shown(chefs: Any, standing: Standing) -> None:
    said = post(chefs, f"{PAGE}new/register/", source=str(standing["heard"].source_id), **FORM)
    assert said.status_code == 200, said.content
    assert said.json()["to"] == f"{PAGE}?said=registered&q=0417"
    one = Transmitter.objects.latest("pk")
    assert (one.area, one.interval_seconds, one.test_hours) == ("Åsen", 86_400, 168)
    assert transmitter_key(one) == bytes.fromhex(KEY)
    found = chefs.get(said.json()["to"]).content.decode()
    assert "Sändaren är registrerad." in found
    assert "Åsen" in found
    for url in (f"{PAGE}{one.pk}/edit/", f"{PAGE}{one.pk}/", PAGE):
        assert KEY not in chefs.get(url).content.decode()
    assert "0417" in chefs.get(f"{PAGE}{one.pk}/edit/").content.decode()


def test_every_mistake_is_named_by_its_field(chefs: Any, standing: Standing) -> None:
    said = post(chefs, f"{PAGE}new/register/", source="", **{**FORM, "municipality": "", "key": "kort"})
    assert said.status_code == 422
    assert set(said.json()["errors"]) == {"source", "municipality", "key"}
    assert "kort" not in said.content.decode()


def test_a_change_and_an_end(chefs: Any, standing: Standing) -> None:
    one = standing["heard"]
    said = post(
        chefs, f"{PAGE}{one.pk}/change/", **{**FORM, "account": "", "key_choice": "keep", "site": "Nya huset"}
    )
    assert said.status_code == 200, said.content
    one.refresh_from_db()
    assert one.site == "Nya huset"
    assert set(post(chefs, f"{PAGE}{one.pk}/end/", reason="").json()["errors"]) == {"reason"}
    assert post(chefs, f"{PAGE}{one.pk}/end/", reason="Rivet").status_code == 200
    assert post(chefs, f"{PAGE}{one.pk}/end/", reason="Rivet").status_code == 404
    assert chefs.get(f"{PAGE}{one.pk}/edit/").status_code == 404
    assert AuditEntry.objects.filter(verb="transmitter.ended").count() == 1


def test_homes_are_told_apart_by_the_end_of_their_account(
    olgas: Any, standing: Standing, lillby: Any
) -> None:
    from tests.support.incoming import transmitter

    transmitter(lillby, "7001234", site="", area="Åsen")
    transmitter(lillby, "7005678", site="", area="Åsen")
    html = olgas.get(PAGE).content.decode()
    assert "…1234" in html
    assert "…5678" in html
    assert "7001234" not in html


def test_a_home_whose_account_is_not_known_has_its_number(olgas: Any, standing: Standing) -> None:
    from alarms.nameplates.models import Nameplate

    Nameplate.objects.all().delete()
    assert f"nr {standing['never'].pk}" in olgas.get(PAGE).content.decode()


def test_from_an_unknown_accounts_case_to_its_registration(
    chefs: Any, cast: Any, client_of: Callable[..., Any], standing: Standing
) -> None:
    from alarms.intake.models import UnknownAccount
    from tests.support.incoming import said

    take([said(standing["heard"], account="0988")])
    case = UnknownAccount.objects.get()
    html = chefs.get(f"{PAGE}new/?case={case.item_id}").content.decode()
    assert 'value="0988"' in html
    assert AuditEntry.objects.filter(verb="transmitter.account_read", actor_id=cast.chef.pk).count() == 1
    for other in ("x", "00000000-0000-0000-0000-000000000000"):
        assert "finns inte att hämta" in chefs.get(f"{PAGE}new/?case={other}").content.decode()
    assert client_of(cast.sven).get(f"{PAGE}new/?case={case.item_id}").status_code == 403
    made = post(chefs, f"{PAGE}new/register/", source=str(case.source_id), **{**FORM, "account": "0988"})
    assert made.status_code == 200
    take([said(standing["heard"], account="0988")])
    assert UnknownAccount.objects.get().count == 1


def test_unknown_callers_are_listed_until_they_are_registered(
    chefs: Any, olgas: Any, standing: Standing, storkoping: Any
) -> None:
    from alarms.intake.models import UnknownAccount
    from tests.support.incoming import said, transmitter

    assert "Okända konton" not in chefs.get(PAGE).content.decode()
    take([said(standing["heard"], account="0988"), said(standing["heard"], account="0989")])
    assert "Okända konton <b>2</b>" in chefs.get(PAGE).content.decode()
    assert "Okända konton" not in olgas.get(PAGE).content.decode()
    assert olgas.get(f"{PAGE}unknown/").status_code == 403
    html = chefs.get(f"{PAGE}unknown/").content.decode()
    assert "0988" not in html
    for case in UnknownAccount.objects.all():
        assert f"new/?case={case.item_id}" in html
    transmitter(storkoping, "0988")
    assert "Okända konton <b>1</b>" in chefs.get(PAGE).content.decode()
    transmitter(storkoping, "0989")
    assert "Alla som har larmat står i registret." in chefs.get(f"{PAGE}unknown/").content.decode()


def test_a_file_is_read_shown_and_written(chefs: Any, standing: Standing) -> None:
    content = file(
        f"Provmottagaren;0500;{KEY};Lillby;Badhuset", "Provmottagaren;1;;Storköping;Nya Norrskolan"
    )
    to = send(chefs, content).json()["to"]
    html = chefs.get(to).content.decode()
    assert "Badhuset" in html
    assert "Nya Norrskolan" in html
    assert KEY not in html
    assert not Transmitter.objects.filter(site="Badhuset").exists()
    first, again = (post(chefs, f"{to}confirm/") for _ in range(2))
    assert first.json() == again.json() == {"added": 1, "changed": 1, "unchanged": 0}
    assert Transmitter.objects.filter(site="Badhuset").count() == 1
    assert chefs.get(f"{to}progress.json").json() == {
        "done": 2,
        "total": 2,
        "finished": True,
        "state": "done",
    }
    assert "1 nya, 1 ändrade" in chefs.get(to).content.decode()


def test_mistakes_in_a_file_are_all_told(chefs: Any, standing: Standing) -> None:
    said = send(chefs, file("Provmottagaren;x y;;Nystad;A", f"Provmottagaren;5;{KEY}00;Lillby;B"))
    assert said.status_code == 422
    html = said.json()["html"]
    for part in ("2", "Kommun", "Ingen kommun heter så.", "3", "Nyckel", "Nyckeln har 34 siffror"):
        assert part in html
    assert KEY not in html
    assert not Import.objects.exists()
    for bad in (b"", b"\xd0\xcf\x11\xe0xx", b'"'):
        answer = send(chefs, bad)
        assert (answer.status_code, answer.json()["field"]) == (422, "file")


def test_a_file_thrown_away_is_gone(chefs: Any, standing: Standing) -> None:
    to = send(chefs, file("Provmottagaren;0500;;Lillby;Badhuset")).json()["to"]
    assert post(chefs, f"{to}throw/").status_code == 200
    assert chefs.get(to).status_code == 410
    assert post(chefs, f"{to}confirm/").status_code == 410


def test_what_was_not_seen_is_not_written(chefs: Any, standing: Standing) -> None:
    to = send(chefs, file("Provmottagaren;1;;Storköping;Annat")).json()["to"]
    Transmitter.objects.filter(pk=standing["heard"].pk).update(site="Ändrat under tiden")
    said = post(chefs, f"{to}confirm/")
    assert (said.status_code, said.json()["error"]) == (409, "register_changed")
    assert Transmitter.objects.get(pk=standing["heard"].pk).site == "Ändrat under tiden"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_register_is_taken_out_without_keys_and_told_in_the_log(
    chefs: Any, cast: Any, standing: Standing, form: str
) -> None:
    Transmitter.objects.filter(pk=standing["fault"].pk).update(function="social_jour")
    answer = chefs.get(f"{PAGE}export.{form}")
    assert answer["Content-Disposition"].endswith(f'.{form}"')
    table = read_table(answer.content, f"x.{form}")
    assert table.headings == (
        "Källa",
        "Konto",
        "Kommun",
        "Verksamhet",
        "Plats",
        "Område",
        "Intervall",
        "Prov",
    )
    assert len(table.rows) == 5  # the closed function's is not hers
    assert {row.cells["Konto"] for row in table.rows} == {"1", "2", "4", "5", "kamera-1"}
    entry = AuditEntry.objects.get(verb="transmitter.exported")
    assert (entry.actor_id, entry.municipality_id) == (
        cast.chef.pk,
        cast.chef.memberships.get().municipality_id,
    )


def test_the_example_is_a_file_that_is_accepted(chefs: Any, standing: Standing) -> None:
    for form in ("csv", "xlsx"):
        content = chefs.get(f"{PAGE}import/example.{form}").content
        assert read_table(content, f"x.{form}").rows[0].cells["Konto"] == "0012"
