"""Shifts as calendars: what we write others can read, and what a municipality's own calendar says becomes shifts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest

from central.municipalities.context import in_municipality
from tenants.oncall import calendars, queries, subscriptions
from tenants.oncall.models import Calendar, CalendarShift, Contact, Duty
from tests.support.rosters import always

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 14, 2, 11, tzinfo=UTC)


def ics(*events: str) -> bytes:
    whole = "\r\n".join(f"BEGIN:VEVENT\r\nUID:{nth}\r\n{one}\r\nEND:VEVENT" for nth, one in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{whole}\r\nEND:VCALENDAR\r\n".encode()


WEEKLY = (
    "DTSTART;TZID=Europe/Stockholm:20260302T160000\r\nDTEND;TZID=Europe/Stockholm:20260303T070000\r\n"
    "RRULE:FREQ=WEEKLY;BYDAY=MO,TH\r\nEXDATE;TZID=Europe/Stockholm:20260319T160000\r\nSUMMARY:Jour: Nils Ek (TiB)"
)
SINGLE = "DTSTART;VALUE=DATE:20260404\r\nDTEND;VALUE=DATE:20260406\r\nSUMMARY:Sara Dahl"


@pytest.fixture
def here(storkoping: Any) -> Iterator[None]:
    with in_municipality(storkoping):
        yield


@pytest.fixture
def duty(here: None) -> Duty:
    return Duty.objects.create(code="tib", name="Tjänsteperson i beredskap", function="general")


@pytest.fixture
def nils(duty: Duty) -> Contact:
    return Contact.objects.create(name="Nils Ek", phone="+46701740621")


def keep(duty: Duty, content: bytes, **more: Any) -> Calendar:
    told: dict[str, Any] = {"rank": 1, "name": "TiB", "names": {}, "actor": None, "now": NOW, **more}
    return subscriptions.keep(duty_id=duty.pk, content=content, **told)


def test_repetitions_exceptions_and_whole_days_become_shifts(duty: Duty, nils: Contact) -> None:
    sara = Contact.objects.create(name="Sara Dahl", phone="+46701740622")
    keep(duty, ics(WEEKLY, SINGLE))
    on = {
        "2026-03-16T16:00+01:00": "Nils Ek",
        "2026-03-17T07:00+01:00": "",
        "2026-03-19T18:00+01:00": "",  # the exception
        "2026-03-30T16:00+02:00": "Nils Ek",  # after the change of clocks, still four o'clock
        "2026-04-05T23:59+02:00": sara.name,
        "2026-04-06T00:00+02:00": "",
    }
    found = {
        moment: "".join(
            one.contact.name for one in queries.on_duty("tib", datetime.fromisoformat(moment)).people
        )
        for moment in on
    }
    assert found == on


def test_names_that_nobody_has_are_listed_and_may_be_told(duty: Duty, nils: Contact) -> None:
    content = ics(WEEKLY, SINGLE.replace("Sara Dahl", "N.E."))
    looked = subscriptions.look(content=content, names={}, now=NOW)
    assert looked.unknown == {"N.E.": 1}
    kept = keep(duty, content, names={"N.E.": nils.pk})
    assert kept.unknown == []
    assert kept.shifts.count() == len(looked.shifts) + 1


def test_what_a_calendar_says_replaces_what_it_said(duty: Duty, nils: Contact) -> None:
    first = keep(duty, ics(WEEKLY))
    again = keep(duty, ics(SINGLE.replace("Sara Dahl", "NILS EK")), calendar_id=first.pk)
    assert again.pk == first.pk
    assert CalendarShift.objects.get().contact == nils


def test_a_file_that_is_no_calendar_leaves_what_stands(duty: Duty, nils: Contact) -> None:
    kept = keep(duty, ics(SINGLE.replace("Sara Dahl", "Nils Ek")))
    for content in (
        b"",
        b"hej",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:x\r\n",
        b"x" * 2_000_001,
    ):
        with pytest.raises(calendars.BadCalendar):
            keep(duty, content, calendar_id=kept.pk)
    subscriptions.note_trouble(calendar_id=kept.pk, trouble="Svarar inte", now=NOW)
    assert kept.shifts.count() == 1


def test_cancelled_and_endless_events_are_left_out() -> None:
    read = calendars.read(
        ics(f"{SINGLE}\r\nSTATUS:CANCELLED", "DTSTART:20260101T000000Z\r\nDTEND:20270101T000000Z\r\nSUMMARY:x"),
        NOW, NOW + timedelta(days=60),
    )  # fmt: skip
    assert read == []


def test_a_persons_calendar_is_read_by_other_programs(duty: Duty, nils: Contact) -> None:
    always(duty, nils, Contact.objects.create(name="Sara Dahl", phone="+46701740622"))
    shifts = queries.shifts_of(nils.pk, NOW, NOW + timedelta(days=60))
    written = calendars.written(name="Nils Ek", domain="storkoping.localhost", shifts=shifts, now=NOW)
    events: list[Any] = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert [one["SUMMARY"] for one in events] == ["Tjänsteperson i beredskap"] * len(shifts)
    assert [(one["DTSTART"].dt, one["DTEND"].dt) for one in events] == [
        (one.start, one.end) for _, one in shifts
    ]
    assert len({str(one["UID"]) for one in events}) == len(shifts) >= 4
    assert (
        calendars.matched(
            calendars.read(written, NOW, NOW + timedelta(days=60)), {"Tjänsteperson i beredskap": 7}
        )[1]
        == {}
    )
