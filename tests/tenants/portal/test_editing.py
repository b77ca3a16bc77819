"""Administrators keep the municipality's own things; what is wrong is named and what was typed stays."""

from __future__ import annotations

import re
from typing import Any

import pytest

from central.accounts.models import Membership, User
from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.instructions import queries as instructions
from tenants.instructions.series import general
from tenants.oncall.models import Contact
from tenants.safepoints.models import SafePoint, StaffContact
from tests.conftest import make_user
from tests.tenants.portal.conftest import HOST, Things

EDIT = "/portal/instructions/technical/edit/"


def draft_form(as_arvid: Any, **changed: str) -> dict[str, str]:
    page = as_arvid.get(EDIT).content.decode()
    read_at = page.split('name="read_at" value="')[1].split('"')[0]
    form = {
        "read_at": read_at,
        "title": "Driftlarm värme",
        "steps-1-type": "check",
        "steps-1-text": "Kontrollera larmpunkten",
        "steps-1-required": "on",
        "steps-1-duty": "",
        "steps-1-choices": "",
        "steps-1-answer_within": "",
        "steps-2-type": "call_out",
        "steps-2-text": "Kalla ut fastighetsjouren",
        "steps-2-required": "on",
        "steps-2-duty": "property",
        "steps-2-choices": "",
        "steps-2-answer_within": "300",
    }
    return form | changed


@pytest.fixture
def drafting(here: Things, as_arvid: Any) -> Any:
    assert as_arvid.post("/portal/instructions/technical/start/")["Location"] == EDIT
    return as_arvid


def test_what_an_author_sends_counts_when_somebody_else_has_approved_it(
    drafting: Any, storkoping: Any, client_of: Any
) -> None:
    review = "/portal/instructions/technical/review/"
    assert drafting.post(EDIT, draft_form(drafting, act="send"))["Location"] == review
    assert "Någon annan måste granska" in drafting.get(review).content.decode()
    assert drafting.post(review, {"act": "approve"}).status_code == 422
    with in_municipality(storkoping):
        assert [row.version for row in instructions.versions(general("technical"))] == [1]
    birgit = client_of(make_user("birgit", "Birgit Andra", "BA", storkoping, "municipality_admin"), HOST)
    page = birgit.get(review).content.decode()
    assert "Det här ändras sedan version 1" in page
    assert "Kalla ut: Kalla ut fastighetsjouren" in page
    assert birgit.post(review, {"act": "approve"})["Location"] == "/portal/instructions/technical/"
    with in_municipality(storkoping):
        valid = instructions.current("technical")
        assert valid is not None
        assert (valid.version, valid.title, valid.approved_by_name) == (2, "Driftlarm värme", "Birgit Andra")
    page = drafting.get("/portal/instructions/technical/").content.decode()
    assert "Det här ändrades sedan version 1" in page
    assert "Bor någon där?" in drafting.get("/portal/instructions/technical/version/1/").content.decode()
    assert AuditEntry.objects.filter(verb="instruction.published").count() == 1


def test_a_saved_draft_is_not_valid_yet(drafting: Any, storkoping: Any) -> None:
    assert drafting.post(EDIT, draft_form(drafting, act="save"))["Location"] == EDIT
    with in_municipality(storkoping):
        valid = instructions.current("technical")
        assert valid is not None
        assert valid.version == 1


def test_what_is_wrong_in_a_draft_is_named_and_everything_typed_stays(drafting: Any) -> None:
    form = draft_form(drafting, **{"steps-2-duty": "", "steps-2-answer_within": "fem", "act": "send"})
    response = drafting.post(EDIT, form)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Steg 2: skriv svarstiden som sekunder, till exempel 300." in page
    for typed in ["Driftlarm värme", "Kalla ut fastighetsjouren", 'value="fem"']:
        assert typed in page


@pytest.mark.parametrize(
    ("act", "texts"),
    [("add", ["Kontrollera", "Kalla", ""]), ("up-2", ["Kalla", "Kontrollera"]), ("remove-1", ["Kalla"])],
)
def test_steps_are_added_moved_and_removed_without_losing_text(
    drafting: Any, act: str, texts: list[str]
) -> None:
    page = drafting.post(EDIT, draft_form(drafting, act=act)).content.decode()
    for number, text in enumerate(texts, 1):
        assert f'name="steps-{number}-text" value="{text}' in page
    assert f'name="steps-{len(texts) + 1}-text"' not in page


def test_two_who_write_at_once_do_not_overwrite_each_other(drafting: Any) -> None:
    mine = draft_form(drafting, title="Min rubrik", act="save")
    drafting.post(EDIT, draft_form(drafting, title="Annans rubrik", act="save"))
    response = drafting.post(EDIT, mine)
    assert response.status_code == 422
    assert "Någon annan har sparat utkastet" in response.content.decode()
    assert 'value="Min rubrik"' in response.content.decode()


def test_a_discarded_draft_leaves_the_valid_version(drafting: Any, storkoping: Any) -> None:
    drafting.post("/portal/instructions/technical/discard/")
    with in_municipality(storkoping):
        assert instructions.draft(general("technical")) is None
        assert instructions.current("technical") is not None
    assert drafting.get(EDIT)["Location"] == "/portal/instructions/technical/"


def test_an_unknown_kind_does_not_exist(as_arvid: Any) -> None:
    for path in ["", "start/", "edit/", "discard/"]:
        method = as_arvid.post if path in ("start/", "discard/") else as_arvid.get
        assert method(f"/portal/instructions/ufo/{path}").status_code == 404


def test_a_contact_is_added_changed_and_removed(here: Things, as_arvid: Any, storkoping: Any) -> None:
    as_arvid.post("/portal/roster/add/contact/", {"name": "Nils Ek", "phone": "070-174 06 07", "sms": "on"})
    with in_municipality(storkoping):
        made = Contact.objects.get(name="Nils Ek")
        assert made.phone == "+46701740607"
    as_arvid.post(f"/portal/roster/contact/{made.pk}/", {"name": "Nils Eek", "phone": "070-174 06 07"})
    with in_municipality(storkoping):
        assert not Contact.objects.get(name="Nils Eek").sms
    as_arvid.post(f"/portal/roster/remove/contact/{made.pk}/")
    with in_municipality(storkoping):
        assert not Contact.objects.filter(pk=made.pk, removed_at=None).exists()


def test_a_number_we_never_ring_is_refused_by_name(here: Things, as_arvid: Any) -> None:
    response = as_arvid.post("/portal/roster/add/contact/", {"name": "Larmet", "phone": "112"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "112 är ett nödnummer" in page
    assert 'value="Larmet"' in page


@pytest.mark.parametrize(
    ("what", "form", "field"),
    [
        ("contact", {"name": "Larmet", "phone": "abc"}, 'name="phone"'),
        ("duty", {"name": "", "function": "property"}, 'name="name"'),
    ],
)
def test_a_refused_form_comes_back_with_the_wrong_field_in_hand(
    here: Things, as_arvid: Any, what: str, form: dict[str, Any], field: str
) -> None:
    page = as_arvid.post(f"/portal/roster/add/{what}/", form).content.decode()
    marked = re.findall(r"<[^>]*autofocus[^>]*>", page)
    assert len(marked) == 1
    assert field in marked[0]


def test_a_safe_point_is_registered_changed_and_removed(here: Things, as_arvid: Any, storkoping: Any) -> None:
    form = {"name": "Södra skolan", "address": "Byvägen 2", "capacity": "120", "offers": ["warmth", "water"]}
    made = as_arvid.post("/portal/points/new/", form)["Location"]
    assert as_arvid.post(made, form | {"capacity": "90"}).status_code == 302
    with in_municipality(storkoping):
        assert SafePoint.objects.get(name="Södra skolan").capacity == 90
    assert as_arvid.post(f"{made}remove/")["Location"] == "/portal/points/"
    assert as_arvid.get(made).status_code == 404


def test_a_bad_safe_point_keeps_what_was_typed(here: Things, as_arvid: Any) -> None:
    form = {"name": "Norra skolan", "address": "", "capacity": "många", "public_text": "Ta med filt."}
    response = as_arvid.post("/portal/points/new/", form)
    page = response.content.decode()
    assert response.status_code == 422
    for words in ["Skriv adressen", "Skriv antalet platser som ett heltal", 'value="många"', "Ta med filt."]:
        assert words in page
    taken = as_arvid.post("/portal/points/new/", {"name": "Norra skolan", "address": "Byvägen 2"})
    assert "Det finns redan en trygghetspunkt med det namnet." in taken.content.decode()


def test_a_point_is_put_into_use_and_out_of_it(here: Things, as_arvid: Any, storkoping: Any) -> None:
    base = f"/portal/points/{here.point}/"
    as_arvid.post(f"{base}act/activate/", {"public_text": "Välkommen."})
    assert "Förbereds" in as_arvid.get("/portal/points/live/").content.decode()
    as_arvid.post(f"{base}act/open/")
    as_arvid.post(f"{base}act/text/", {"public_text": "Gå in från gården."})
    assert "Gå in från gården." in as_arvid.get(base).content.decode()
    assert "används just nu" in as_arvid.post(f"{base}remove/", follow=True).content.decode()
    assert "är redan öppen" in as_arvid.post(f"{base}act/activate/", follow=True).content.decode()
    as_arvid.post(f"{base}act/close/")
    with in_municipality(storkoping):
        assert SafePoint.objects.get(pk=here.point).state == "closed"
    assert as_arvid.post(f"{base}act/spräng/").status_code == 404


def test_staff_are_added_and_removed(here: Things, as_arvid: Any, storkoping: Any) -> None:
    base = f"/portal/points/{here.point}/"
    as_arvid.post(f"{base}staff/", {"staff_name": "Sara Dahl", "staff_phone": "070-174 06 08"})
    bad = as_arvid.post(f"{base}staff/", {"staff_name": "Sara Dahl", "staff_phone": "hej"})
    assert bad.status_code == 422
    assert 'value="hej"' in bad.content.decode()
    as_arvid.post(f"{base}staff/{here.staff}/remove/")
    with in_municipality(storkoping):
        assert list(StaffContact.objects.values_list("name", flat=True)) == ["Sara Dahl"]


def test_a_member_is_invited_with_a_password_shown_once(here: Things, as_arvid: Any) -> None:
    form = {
        "username": "ny.person",
        "name": "Ny Person",
        "initials": "NP",
        "role": "municipality_officer",
        "functions": ["technical"],
    }
    page = as_arvid.post("/portal/members/invite/", form).content.decode()
    password = page.split('class="once mono">')[1].split("<")[0]
    assert User.objects.get(username="ny.person").check_password(password)
    assert password not in as_arvid.get("/portal/members/").content.decode()


def test_a_bad_invitation_keeps_what_was_typed(here: Things, as_arvid: Any) -> None:
    form = {"username": "maja", "name": "Maja Två", "initials": "MT", "role": "municipality_officer"}
    response = as_arvid.post("/portal/members/invite/", form)
    assert response.status_code == 422
    assert "Välj minst en verksamhet" in response.content.decode()
    assert 'value="Maja Två"' in response.content.decode()
    taken = as_arvid.post("/portal/members/invite/", form | {"functions": ["it"]})
    assert "Användarnamnet är upptaget" in taken.content.decode()


def test_functions_are_changed_and_membership_ended(
    here: Things, as_arvid: Any, as_maja: Any, maja: Any
) -> None:
    base = f"/portal/members/{here.membership}/"
    as_arvid.post(f"{base}functions/", {"functions": ["social_jour"]})
    assert as_maja.get(f"/portal/cases/{here.social}/").status_code == 200
    assert as_maja.get(f"/portal/cases/{here.case}/").status_code == 404
    as_arvid.post(f"{base}end/")
    assert as_maja.get("/portal/cases/")["Location"].startswith("/login/")
    assert not Membership.objects.current().filter(user=maja).exists()


def test_a_reset_shows_a_new_password_once(here: Things, as_arvid: Any, maja: Any) -> None:
    page = as_arvid.post(f"/portal/members/{here.membership}/reset/").content.decode()
    password = page.split('class="once mono">')[1].split("<")[0]
    maja.refresh_from_db()
    assert maja.check_password(password)


def test_an_administrator_cannot_give_herself_letters(here: Things, as_arvid: Any, arvid: Any) -> None:
    own = Membership.objects.get(user=arvid)
    page = as_arvid.post(f"/portal/members/{own.pk}/functions/", {"functions": ["property"]}, follow=True)
    assert "Du kan inte ändra din egen behörighet" in page.content.decode()
    assert Membership.objects.get(user=arvid).functions == []


def test_the_auditor_reads_who_did_what(here: Things, as_maja: Any, agda: Any, client_of: Any) -> None:
    as_maja.get(f"/portal/cases/{here.case}/")
    page = client_of(agda, "storkoping.localhost").get("/portal/audit/").content.decode()
    assert "Läste ärende" in page
    assert "Maja Handläggare" in page
    assert AuditEntry.objects.filter(verb="audit.read").count() == 1


def test_a_form_without_its_protection_is_refused_in_words(here: Things, arvid: Any) -> None:
    from django.test import Client

    from tests.support.signing_in import sign_in

    client = Client(HTTP_HOST="storkoping.localhost", enforce_csrf_checks=True)
    sign_in(client, arvid, "storkoping.localhost")
    response = client.post("/portal/roster/add/duty/", {"name": "X"})
    assert response.status_code == 403
    assert "Ingenting sparades" in response.content.decode()
