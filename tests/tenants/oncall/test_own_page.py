"""A person's own page: what stands on it, what it refuses, and that its address is passed on to nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from central.municipalities.context import in_municipality
from tenants.contents.models import MessageContent
from tenants.oncall import doors, links, replacements
from tenants.oncall.models import Contact, Duty, Layer, Replacement
from tenants.oncall.replacements import Part
from tests.support.rosters import always
from tests.tenants.oncall.conftest import HOST, Road, noon, path_of


def body(answer: Any) -> str:
    return str(answer.content.decode())


def ask_nils(road: Road) -> Replacement:
    """Sara asks Nils to take her shift the day after tomorrow."""
    part = Part(road.duty.pk, noon(2), noon(3), road.nils.pk, road.sara.pk)
    return replacements.ask(
        parts=[part], said_yes=[road.sara.pk], by_name="Sara Dahl", reason="Kurs", now=timezone.now()
    )[0]


def test_who_has_no_duty_now_sees_the_next_one(road: Road, phone: Client) -> None:
    page = body(phone.get(road.path))
    assert "Du är inte i tjänst nu." in page
    assert "Nästa pass: Vägjour" in page
    assert page.count("Byt<span") == 28


def test_who_has_a_duty_now_sees_until_when(road: Road, phone: Client, storkoping: Any) -> None:
    with in_municipality(storkoping):
        always(Duty.objects.create(code="it", name="IT-jour", function="it"), road.nils)
    assert "<strong>tills vidare</strong>" in body(phone.get(road.path))
    with in_municipality(storkoping):
        Layer.objects.all().delete()
        always(road.duty, road.nils, road.sara)
    page = body(phone.get(road.path)) + body(phone.get(_path(storkoping, road.sara)))
    assert "Du är i tjänst nu</span> till <strong>mån" in page


def _path(storkoping: Any, contact: Contact) -> str:
    with in_municipality(storkoping):
        return path_of(contact)


def test_other_peoples_shifts_and_numbers_are_not_there(road: Road, phone: Client, storkoping: Any) -> None:
    with in_municipality(storkoping):
        other = Duty.objects.create(code="it", name="IT-jour", function="it")
        always(other, road.eva)
    home, ask = body(phone.get(road.path)), body(phone.get(f"{road.path}byte/?pass={road.shift(1)}"))
    assert "Sara" not in home
    assert "Eva" not in home
    assert ask.count("Sara Dahl") in (28, 29)  # as a colleague, and her shifts of the same duty
    assert ask.count("Eva Lans") == 1
    assert "IT-jour" not in home + ask
    assert "0701740" not in (home + ask).replace(" ", "").replace("-", "")


def test_a_secret_that_is_wrong_or_revoked_is_told_nothing(
    road: Road, phone: Client, storkoping: Any, arvid: Any
) -> None:
    wrong = phone.get("/jour/AAAAAAAAAAAAAAAAAAAAAA/")
    with in_municipality(storkoping):
        links.revoke(contact_id=road.nils.pk, actor=arvid, now=timezone.now())
    revoked, odd = phone.get(road.path), phone.get("/jour/x/kalender.ics")
    assert [one.status_code for one in (wrong, revoked, odd)] == [404] * 3
    assert wrong.content == revoked.content == odd.content
    assert "Nils" not in body(revoked)
    for one in (wrong, revoked, odd):
        assert one["Referrer-Policy"] == "no-referrer"


def test_the_secret_of_one_municipality_is_nobodys_in_another(road: Road, lillby: Any) -> None:
    assert Client(HTTP_HOST="lillby.localhost").get(road.path).status_code == 404


def test_who_has_left_has_no_page(road: Road, phone: Client, storkoping: Any) -> None:
    with in_municipality(storkoping):
        Contact.objects.filter(pk=road.nils.pk).update(removed_at=timezone.now())
    assert phone.get(road.path).status_code == 404


def test_the_page_is_kept_nowhere_and_its_address_passed_on_to_nobody(road: Road, phone: Client) -> None:
    for path in (road.path, f"{road.path}byte/?pass={road.shift(1)}"):
        answer = phone.get(path)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "sessionid" not in phone.cookies


def test_guessing_is_slowed_down_and_locks_nobody_out(road: Road, phone: Client) -> None:
    for _ in range(doors.WRONG_PER_MINUTE):
        assert phone.get("/jour/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404
    refused = phone.get("/jour/AAAAAAAAAAAAAAAAAAAAAA/")
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    assert phone.get(road.path).status_code == 200
    assert phone.get("/jour/AAAAAAAAAAAAAAAAAAAAAA/", REMOTE_ADDR="192.0.2.7").status_code == 404


def test_a_question_is_answered_once(road: Road, phone: Client, storkoping: Any) -> None:
    with in_municipality(storkoping):
        row = ask_nils(road)
    page = body(phone.get(road.path))
    assert "Sara Dahl frågar:" in page
    assert "i stället för Sara Dahl?" in page
    assert "Skäl: Kurs" in page
    for _ in range(2):
        done = phone.post(f"{road.path}svar/{row.pk}/", {"answer": "yes"}, follow=True)
        assert "Bytet gäller." in body(done)
    with in_municipality(storkoping):
        row.refresh_from_db()
        assert (row.state, row.settled_by_name) == ("valid", "Nils Ek")
    late = phone.post(f"{road.path}svar/{row.pk}/", {"answer": "no"}, follow=True)
    assert "väntar inte längre på svar" in body(late)


def test_a_no_ends_it(road: Road, phone: Client, storkoping: Any) -> None:
    with in_municipality(storkoping):
        row = ask_nils(road)
    assert "Du har svarat nej." in body(
        phone.post(f"{road.path}svar/{row.pk}/", {"answer": "no"}, follow=True)
    )
    with in_municipality(storkoping):
        row.refresh_from_db()
        assert row.state == "declined"


def test_nobody_answers_or_takes_back_for_somebody_else(road: Road, phone: Client, storkoping: Any) -> None:
    with in_municipality(storkoping):
        row = ask_nils(road)
        eva = path_of(road.eva)
    for path in (f"{eva}svar/{row.pk}/", f"{eva}aterkalla/{row.pk}/", f"{road.path}aterkalla/{row.pk}/"):
        assert "Frågan finns inte längre." in body(phone.post(path, {"answer": "yes"}, follow=True))
    with in_municipality(storkoping):
        row.refresh_from_db()
        assert row.state == "asked"


@pytest.mark.parametrize("origin", [None, "null", f"http://{HOST}"])
def test_a_form_without_its_token_is_refused(road: Road, storkoping: Any, origin: str | None) -> None:
    with in_municipality(storkoping):
        row = ask_nils(road)
    strict = Client(HTTP_HOST=HOST, enforce_csrf_checks=True)
    more: Any = {"HTTP_ORIGIN": origin} if origin else {}
    path = f"{road.path}svar/{row.pk}/"
    assert strict.post(path, {"answer": "yes"}, **more).status_code == 403
    strict.get(road.path)
    assert strict.post(path, {"answer": "yes"}, **more).status_code == 403
    token = strict.cookies["csrftoken"].value
    form = {"answer": "yes", "csrfmiddlewaretoken": token}
    assert strict.post(path, form, HTTP_ORIGIN="http://elsewhere.example").status_code == 403
    assert strict.post(path, form, **more).status_code == 302


def test_only_posts_change_anything(road: Road, phone: Client, storkoping: Any) -> None:
    with in_municipality(storkoping):
        row = ask_nils(road)
    assert phone.get(f"{road.path}svar/{row.pk}/?answer=yes").status_code == 405
    assert phone.get(f"{road.path}aterkalla/{row.pk}/").status_code == 405


def test_what_one_is_asked_stands_in_the_sms_without_a_number(road: Road, storkoping: Any) -> None:
    with in_municipality(storkoping):
        ask_nils(road)
        (letter,) = MessageContent.objects.all()
    assert letter.body.endswith(f"{road.path}")
