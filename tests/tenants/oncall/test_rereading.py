"""Calendars read again by the worker: the clock only rings, trouble keeps the shifts, and a day of it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarms.escalation.chores import CHORES
from central.municipalities.context import in_municipality
from tenants.oncall import calendar_files, fetching, rereading
from tenants.oncall.models import Calendar, CalendarFile, CalendarShift, Contact, Duty

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 14, 2, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
URL = "https://kalender.example/jour.ics"


def ics(*names: str) -> bytes:
    whole = "\r\n".join(
        f"BEGIN:VEVENT\r\nUID:{nth}\r\nDTSTART:202603{15 + nth}T160000Z\r\nDURATION:PT8H\r\nSUMMARY:{name}\r\nEND:VEVENT"
        for nth, name in enumerate(names)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{whole}\r\nEND:VCALENDAR\r\n".encode()


@pytest.fixture
def calendar(storkoping: Any, arvid: Any) -> Iterator[Calendar]:
    with in_municipality(storkoping):
        duty = Duty.objects.create(code="tib", name="TiB", function="general")
        Contact.objects.create(name="Nils Ek", phone="+46701740621")
        file = calendar_files.bring(
            duty=duty, name="TiB", rank=1, content=ics("Nils Ek", "Okänd"), url=URL, by=arvid, now=NOW
        )
        yield calendar_files.confirm(file=file, names={}, by=arvid, now=NOW)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bytes | Exception]:
    """What the address gives, in turn; the last one for good."""
    given: list[bytes | Exception] = [ics("Nils Ek")]

    def fetch(url: str) -> bytes:
        assert url == URL
        answer = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(fetching, "fetch", fetch)
    return given


def test_a_calendar_is_read_every_half_hour_and_no_oftener(
    calendar: Calendar, answers: list[bytes | Exception]
) -> None:
    answers[:] = [ics("Nils Ek", "Nils Ek", "Nils Ek")]
    assert rereading.read_due(NOW + 29 * MINUTE) == 0
    assert rereading.read_due(NOW + 30 * MINUTE) == 1
    assert rereading.read_due(NOW + 31 * MINUTE) == 0
    calendar.refresh_from_db()
    assert calendar.read_at == NOW + 30 * MINUTE
    assert CalendarShift.objects.count() == 3
    assert calendar.unknown == []


def test_what_it_held_last_is_kept_for_telling_names(
    calendar: Calendar, answers: list[bytes | Exception], arvid: Any
) -> None:
    answers[:] = [ics("Ny", "Ny")]
    rereading.read_due(NOW + 30 * MINUTE)
    who = Contact.objects.get().pk
    calendar.refresh_from_db()
    assert calendar.unknown == ["Ny"]
    kept = calendar_files.change_names(calendar=calendar, names={"Ny": who}, by=arvid, now=NOW + 31 * MINUTE)
    assert (kept.unknown, CalendarShift.objects.count()) == ([], 2)
    rereading.read_due(NOW + 61 * MINUTE)  # and the next reading knows it
    assert CalendarShift.objects.count() == 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (fetching.NotFetched("kalender.example svarade inte."), "svarade inte"),
        (b"<html>Logga in</html>", "inte att läsa som en kalender"),
        (RuntimeError("Nils Ek"), "ett fel hos oss"),
    ],
)
def test_trouble_keeps_the_shifts_and_is_told(
    calendar: Calendar, answers: list[bytes | Exception], answer: bytes | Exception, told: str
) -> None:
    answers[:] = [answer]
    assert rereading.read_due(NOW + 30 * MINUTE) == 1
    calendar.refresh_from_db()
    assert told in calendar.trouble
    assert "Nils" not in calendar.trouble
    assert (calendar.read_at, calendar.tried_at) == (NOW, NOW + 30 * MINUTE)
    assert CalendarShift.objects.count() == 1
    assert not rereading.is_lost(calendar, NOW + 30 * MINUTE)
    assert rereading.lost(NOW + timedelta(hours=24)) == [calendar]
    answers[:] = [ics("Nils Ek")]
    rereading.read_due(NOW + 61 * MINUTE)
    calendar.refresh_from_db()
    assert calendar.trouble == ""


def test_the_row_is_written_before_anybody_is_asked(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def fetch(url: str) -> bytes:
        seen.append(Calendar.objects.get().tried_at)
        return ics("Nils Ek")

    monkeypatch.setattr(fetching, "fetch", fetch)
    rereading.read_due(NOW + 30 * MINUTE)
    assert seen == [NOW + 30 * MINUTE]


def test_two_threads_of_a_worker_do_not_read_at_once(calendar: Calendar) -> None:
    with rereading._reading:
        assert rereading.read_due(NOW + 30 * MINUTE) == 0
    assert Calendar.objects.get().tried_at == NOW


def test_a_file_is_not_read_again(calendar: Calendar, answers: list[bytes | Exception]) -> None:
    Calendar.objects.update(url="")
    assert rereading.read_due(NOW + 60 * MINUTE) == 0


def test_the_clock_only_rings_and_only_while_any_is_due(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(url: str) -> bytes:
        raise AssertionError("the clock asks nobody")

    rung = threading.Event()
    monkeypatch.setattr(fetching, "fetch", fetch)
    monkeypatch.setattr(rereading, "_ring", rung.set)
    (chore,) = [one for one in CHORES if one.name == "calendars"]
    assert chore.work(NOW + 29 * MINUTE) == 0
    assert not rung.wait(0.05)
    assert chore.work(NOW + 30 * MINUTE) == 1
    assert rung.wait(5)


def test_the_task_is_the_one_that_is_rung_for(calendar: Calendar, answers: list[bytes | Exception]) -> None:
    from tenants.oncall.tasks import read_calendars

    assert read_calendars.name == rereading.TASK
    read_calendars()
    assert (Calendar.objects.get().read_at or NOW) > NOW


def test_a_file_that_nobody_confirms_is_thrown_away(calendar: Calendar, arvid: Any) -> None:
    calendar_files.bring(duty=calendar.duty, name="x", rank=1, content=ics("Nils Ek"), by=arvid, now=NOW)
    assert CalendarFile.objects.count() == 2
    rereading.ring_due(NOW + timedelta(hours=2))
    assert CalendarFile.objects.get().calendar_id == calendar.pk


def test_what_is_kept_is_sealed(calendar: Calendar) -> None:
    assert "Nils" not in CalendarFile.objects.get().content_sealed


def test_who_has_left_is_nobodys_name(
    calendar: Calendar, answers: list[bytes | Exception], arvid: Any
) -> None:
    who = Contact.objects.get()
    calendar_files.change_names(calendar=calendar, names={"Okänd": who.pk}, by=arvid, now=NOW)
    assert CalendarShift.objects.count() == 2
    Contact.objects.update(removed_at=NOW)
    answers[:] = [ics("Nils Ek", "Okänd")]
    rereading.read_due(NOW + 30 * MINUTE)
    assert Calendar.objects.get().unknown == ["Nils Ek", "Okänd"]
