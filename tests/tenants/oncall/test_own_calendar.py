"""The calendar a person subscribes to: its shifts, that it is asked for again cheaply, and its secret in no log."""

from __future__ import annotations

from typing import Any

import icalendar
import pytest
from django.test import Client
from prometheus_client import generate_latest

from tests.support import logged
from tests.tenants.oncall.conftest import Road, noon


def test_the_calendar_holds_the_year_to_come(road: Road, phone: Client) -> None:
    answer = phone.get(f"{road.path}kalender.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events: list[Any] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert (events[0]["DTSTART"].dt, events[0]["DTEND"].dt) == (noon(1), noon(2))
    assert str(events[0]["SUMMARY"]) == "Vägjour"
    assert 180 < len(events) < 184
    assert answer["Referrer-Policy"] == "no-referrer"
    for name in ("Nils", "Sara", "0701740607"):
        assert name not in answer.content.decode()


def test_what_has_not_changed_is_not_sent_again(road: Road, phone: Client) -> None:
    path = f"{road.path}kalender.ics"
    tag = phone.get(path)["ETag"]
    again = phone.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert phone.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_only_its_head_is_sent_to_who_asks_for_that(road: Road, phone: Client) -> None:
    whole, head = phone.get(f"{road.path}kalender.ics"), phone.head(f"{road.path}kalender.ics")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == whole["ETag"]
    assert phone.post(f"{road.path}kalender.ics").status_code == 405


def test_the_page_gives_both_forms_of_the_address(road: Road, phone: Client) -> None:
    page = phone.get(road.path).content.decode()
    assert f'href="webcal://storkoping.localhost:8000{road.path}kalender.ics"' in page
    assert f'value="http://storkoping.localhost:8000{road.path}kalender.ics"' in page


def test_the_secret_stands_in_no_log_and_no_metric(
    road: Road, phone: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = road.path.strip("/").rpartition("/")[2]
    wrong = secret[::-1]
    strict = Client(
        HTTP_HOST=phone.defaults["HTTP_HOST"], enforce_csrf_checks=True, raise_request_exception=False
    )
    with logged.set_up("DEBUG"):
        for path in (road.path, f"/jour/{wrong}/", f"{road.path}byte/?pass=x", f"{road.path}nothing/here/"):
            strict.get(path)
        strict.post(f"{road.path}svar/1/", {"answer": "yes"})  # refused: no token
        strict.get(f"{road.path}svar/1/")  # refused: method
        monkeypatch.setattr("tenants.oncall.own_page.turns", lambda *_: 1 / 0)
        assert strict.get(road.path).status_code == 500
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "Not Found" in told or "%s: %s" in told
    for one in (secret, wrong):
        assert one not in told
        assert one not in generate_latest().decode()
