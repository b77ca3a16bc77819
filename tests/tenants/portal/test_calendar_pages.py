"""The municipality's own calendar in the portal: looked at first, names told, read again, and who may."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from central.municipalities.context import in_municipality
from tenants.oncall import calendar_files, fetching
from tenants.oncall.models import Calendar, CalendarFile, CalendarShift, Contact, Duty
from tenants.portal.calendar_urls import urlpatterns
from tests.tenants.portal.conftest import HOST, Things

EVERYBODY = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]
DOORS = {
    "portal_calendar_new": "GET",
    "portal_calendar_preview": "GET",
    "portal_calendar_discard": "POST",
    "portal_calendar": "GET",
    "portal_calendar_again": "POST",
    "portal_calendar_read": "POST",
    "portal_calendar_remove": "POST",
}


def ics(*names: str) -> bytes:
    begins = timezone.now() + timedelta(days=1)
    whole = "\r\n".join(
        f"BEGIN:VEVENT\r\nUID:{nth}\r\nDTSTART:{begins + timedelta(days=nth):%Y%m%d}T160000Z\r\nDURATION:PT8H\r\n"
        f"SUMMARY:{name}\r\nEND:VEVENT"
        for nth, name in enumerate(names)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{whole}\r\nEND:VCALENDAR\r\n".encode()


def upload(client: Any, path: str, content: bytes, **more: str) -> Any:
    file = SimpleUploadedFile("jour.ics", content, "text/calendar")
    return client.post(path, {"file": file, "name": "TiB", "rank": "1", "url": ""} | more)


def body(answer: Any) -> str:
    return str(answer.content.decode())


def standing(here: Things, storkoping: Any, by: Any, **more: Any) -> Calendar:
    """A calendar as it is when it has been read in: Sara, and one who is unknown."""
    with in_municipality(storkoping):
        told: dict[str, Any] = {"content": ics("Sara Dahl", "Okänd Person"), "name": "TiB", "rank": 1, **more}
        file = calendar_files.bring(duty=Duty.objects.get(pk=here.duty), by=by, now=timezone.now(), **told)
        return calendar_files.confirm(file=file, names={}, by=by, now=timezone.now())


def address(name: str, here: Things, calendar: Calendar, file: Any) -> str:
    values = {
        "portal_calendar_new": here.duty,
        "portal_calendar_preview": file,
        "portal_calendar_discard": file,
    }
    return reverse(name, "config.urls_municipality", args=[values.get(name, calendar.pk)])


def test_every_address_is_in_the_table() -> None:
    assert {one.name for one in urlpatterns} == set(DOORS)
    assert get_resolver("config.urls_municipality").resolve("/portal/roster/calendar/1/")


@pytest.mark.parametrize("who", [*EVERYBODY, None])
def test_only_the_administrator_gets_in(
    who: str | None, here: Things, storkoping: Any, arvid: Any, client_of: Any, request: pytest.FixtureRequest
) -> None:
    calendar = standing(here, storkoping, arvid)
    client = client_of(request.getfixturevalue(who), HOST) if who else Client(HTTP_HOST=HOST)
    for name, method in DOORS.items():
        with in_municipality(storkoping):
            file = calendar_files.bring(
                duty=calendar.duty, name="x", rank=1, content=ics("Sara Dahl"), by=arvid, now=timezone.now()
            )
        path = address(name, here, calendar, file.pk)
        answer = client.get(path) if method == "GET" else client.post(path, {})
        if who == "arvid":
            assert answer.status_code in (200, 302, 422), name
        elif who is None or answer.status_code == 302:
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/login/"), name
        else:
            assert answer.status_code == 403, name
    with in_municipality(storkoping):
        assert Calendar.objects.count() == 1
        assert CalendarShift.objects.count() == 1


def test_another_municipalitys_calendar_does_not_exist(
    there: Things, here: Things, lillby: Any, lisa: Any, as_arvid: Any
) -> None:
    calendar = standing(there, lillby, lisa)
    for name, method in DOORS.items():
        if name in ("portal_calendar_new", "portal_calendar_preview", "portal_calendar_discard"):
            continue
        path = address(name, here, calendar, None)
        answer = as_arvid.get(path) if method == "GET" else as_arvid.post(path, {})
        assert answer.status_code == 404, name


def test_somebody_elses_file_is_not_shown(
    here: Things, storkoping: Any, arvid: Any, as_arvid: Any, maja: Any
) -> None:
    with in_municipality(storkoping):
        file = calendar_files.bring(
            duty=Duty.objects.get(pk=here.duty), name="x", rank=1, content=ics("Sara Dahl"), by=maja,
            now=timezone.now(),
        )  # fmt: skip
    path = f"/portal/roster/calendar/file/{file.pk}/"
    assert "finns inte kvar" in body(as_arvid.get(path, follow=True))
    assert as_arvid.post(path).status_code == 302
    with in_municipality(storkoping):
        assert not Calendar.objects.exists()


def test_a_file_is_looked_at_named_and_read_in(here: Things, storkoping: Any, as_arvid: Any) -> None:
    content = ics("Jour: Sara Dahl", "N. Ek", "N. Ek", "Semester", "Ingen aning")
    answer = upload(as_arvid, f"/portal/roster/duty/{here.duty}/calendar/", content)
    path = answer["Location"]
    page = body(as_arvid.get(path))
    assert "1 pass</h2>" in page
    assert re.search(r"Jour: Sara Dahl</th><td>Sara Dahl</td><td>1", page)
    names = re.findall(r'name="name-(\d+)" value="([^"]*)"', page)
    assert [name for _, name in names] == ["Ingen aning", "N. Ek", "Semester"]
    with in_municipality(storkoping):
        assert not Calendar.objects.exists()
        nils = Contact.objects.create(name="Nils Ek", phone="+46701740607").pk
    form = {f"name-{nth}": name for nth, name in names} | {"who-0": "", "who-1": str(nils), "who-2": "0"}
    looked = body(as_arvid.post(path, form | {"act": "look"}))
    assert "3 pass</h2>" in looked
    assert f'<option value="{nils}" selected>Nils Ek' in looked
    page = body(as_arvid.post(path, form, follow=True))
    assert "Kalendern är inläst." in page
    assert "1 namn är okänt." in page
    assert "Ingen aning" in page
    assert "Hoppas över: Semester." in page
    with in_municipality(storkoping):
        calendar = Calendar.objects.get()
        assert calendar.names == {"N. Ek": nils, "Semester": 0}
        assert calendar.unknown == ["Ingen aning"]
        assert CalendarShift.objects.count() == 3
    assert "Okända namn" in body(as_arvid.get(f"/portal/roster/duty/{here.duty}/"))


def test_a_name_is_told_later(here: Things, storkoping: Any, arvid: Any, as_arvid: Any) -> None:
    calendar = standing(here, storkoping, arvid)
    path = f"/portal/roster/calendar/{calendar.pk}/"
    assert "1 namn är okänt." in body(as_arvid.get(path))
    form = {"name-0": "Okänd Person", "who-0": "999999"}
    refused = as_arvid.post(path, form)
    assert refused.status_code == 422
    assert "borttagen ur kontakterna" in body(refused)
    page = body(as_arvid.post(path, form | {"who-0": str(here.contact)}, follow=True))
    assert "Namnen är sparade." in page
    assert "okänt" not in page
    with in_municipality(storkoping):
        assert CalendarShift.objects.filter(contact_id=here.contact).count() == 2


def test_a_newer_file_replaces_what_the_older_said(
    here: Things, storkoping: Any, arvid: Any, as_arvid: Any
) -> None:
    calendar = standing(here, storkoping, arvid)
    path = f"/portal/roster/calendar/{calendar.pk}/again/"
    preview = upload(as_arvid, path, ics("Sara Dahl", "Sara Dahl", "Sara Dahl"))["Location"]
    with in_municipality(storkoping):
        assert CalendarShift.objects.count() == 1
    as_arvid.post(preview, {})
    with in_municipality(storkoping):
        assert Calendar.objects.get().pk == calendar.pk
        assert CalendarShift.objects.count() == 3
        assert CalendarFile.objects.count() == 1


def test_an_address_is_asked_and_its_trouble_told_beside_what_was_typed(
    here: Things, storkoping: Any, as_arvid: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/portal/roster/duty/{here.duty}/calendar/"
    form = {"name": "Min kalender", "rank": "3", "url": "https://127.0.0.1/a.ics"}
    page = as_arvid.post(path, form)
    assert page.status_code == 422
    assert "öppna internet" in body(page)
    assert 'value="Min kalender"' in body(page)
    assert 'value="https://127.0.0.1/a.ics"' in body(page)
    assert "<option selected>3" in body(page)
    monkeypatch.setattr(fetching, "fetch", lambda url: ics("Sara Dahl"))
    preview = as_arvid.post(path, form | {"url": "webcal://kalender.example/a.ics"})["Location"]
    as_arvid.post(preview, {})
    with in_municipality(storkoping):
        calendar = Calendar.objects.get()
    assert (calendar.url, calendar.rank, calendar.name) == (
        "https://kalender.example/a.ics",
        3,
        "Min kalender",
    )
    read = f"/portal/roster/calendar/{calendar.pk}/read/"
    assert "Kalendern är läst." in body(as_arvid.post(read, follow=True))

    def away(url: str) -> bytes:
        raise fetching.NotFetched("kalender.example svarade inte inom 10 sekunder.")

    monkeypatch.setattr(fetching, "fetch", away)
    assert "svarade inte inom 10 sekunder. Schemat står kvar" in body(as_arvid.post(read, follow=True))
    page_of_it = f"/portal/roster/calendar/{calendar.pk}/"
    assert "mer än ett dygn" not in body(as_arvid.get(page_of_it))
    with in_municipality(storkoping):
        Calendar.objects.update(read_at=timezone.now() - timedelta(hours=25))
    assert "mer än ett dygn" in body(as_arvid.get(page_of_it))
    assert "mer än ett dygn" in body(as_arvid.get("/portal/overview/"))


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"<html>", "inte att läsa som en kalender"), (b"x" * 2_000_001, "större än 2 MB")],
)
def test_what_is_no_calendar_is_refused(
    here: Things, storkoping: Any, as_arvid: Any, content: bytes, told: str
) -> None:
    answer = upload(as_arvid, f"/portal/roster/duty/{here.duty}/calendar/", content)
    assert answer.status_code == 422
    assert told in body(answer)
    assert as_arvid.post(f"/portal/roster/duty/{here.duty}/calendar/", {}).status_code == 422


def test_a_file_is_thrown_away_when_nobody_wants_it(here: Things, storkoping: Any, as_arvid: Any) -> None:
    path = upload(as_arvid, f"/portal/roster/duty/{here.duty}/calendar/", ics("Sara Dahl"))["Location"]
    assert "Inget är ändrat." in body(as_arvid.post(f"{path}discard/", follow=True))
    with in_municipality(storkoping):
        assert not CalendarFile.objects.exists()


def test_removing_asks_first(here: Things, storkoping: Any, arvid: Any, as_arvid: Any) -> None:
    calendar = standing(here, storkoping, arvid)
    path = f"/portal/roster/calendar/{calendar.pk}/remove/"
    assert "Passen ur kalendern försvinner ur schemat." in body(as_arvid.post(path))
    with in_municipality(storkoping):
        assert Calendar.objects.exists()
    as_arvid.post(path, {"sure": "1"})
    with in_municipality(storkoping):
        assert not Calendar.objects.exists()
        assert not CalendarShift.objects.exists()
