"""Calendars as other programs write them, and as nobody should: read right, or refused in words, and never slowly."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.oncall import calendars
from tenants.oncall.calendars import BadCalendar, Told

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def ics(*parts: str) -> bytes:
    whole = "\r\n".join(parts)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{whole}\r\nEND:VCALENDAR\r\n".encode()


def event(*lines: str, uid: str = "1") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def read(content: bytes, start: str = "2026-03-01", days: int = 60) -> list[Told]:
    begins = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return calendars.read(content, begins, begins + timedelta(days=days))


def on_the_wall(found: list[Told]) -> list[tuple[str, str]]:
    return [
        (f"{one.start.astimezone(STOCKHOLM):%m-%d %H:%M}", f"{one.end.astimezone(STOCKHOLM):%m-%d %H:%M}")
        for one in found
    ]


def test_a_weekly_shift_keeps_its_hours_across_the_spring_change() -> None:
    found = read(
        ics(event(
            "DTSTART;TZID=Europe/Stockholm:20260321T160000", "DTEND;TZID=Europe/Stockholm:20260322T070000",
            "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:Nils Ek",
        ))
    )  # fmt: skip
    assert on_the_wall(found) == [
        ("03-21 16:00", "03-22 07:00"), ("03-28 16:00", "03-29 07:00"), ("04-04 16:00", "04-05 07:00"),
    ]  # fmt: skip
    assert found[1].end - found[1].start == timedelta(hours=14)


def test_a_weekly_shift_keeps_its_hours_across_the_autumn_change() -> None:
    found = read(
        ics(event(
            "DTSTART;TZID=Europe/Stockholm:20261017T160000", "DTEND;TZID=Europe/Stockholm:20261018T070000",
            "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:Nils Ek",
        )),
        "2026-10-01",
    )  # fmt: skip
    assert [start for start, _ in on_the_wall(found)] == ["10-17 16:00", "10-24 16:00", "10-31 16:00"]
    assert found[1].end - found[1].start == timedelta(hours=16)


def test_floating_times_are_by_the_clock_in_stockholm() -> None:
    found = read(ics(event("DTSTART:20260328T160000", "DURATION:PT15H", "SUMMARY:Nils Ek")))
    assert on_the_wall(found)[0][0] == "03-28 16:00"


def test_whole_days_are_from_midnight_to_midnight() -> None:
    several = event("DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330", "SUMMARY:Nils Ek")
    one = event("DTSTART;VALUE=DATE:20260402", "SUMMARY:Sara Dahl", uid="2")
    assert on_the_wall(read(ics(several, one))) == [
        ("03-28 00:00", "03-30 00:00"), ("04-02 00:00", "04-03 00:00"),
    ]  # fmt: skip


def test_one_of_a_row_that_was_moved_stands_where_it_was_moved_to() -> None:
    row = event(
        "DTSTART;TZID=Europe/Stockholm:20260302T160000", "DTEND;TZID=Europe/Stockholm:20260303T070000",
        "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:Nils Ek",
    )  # fmt: skip
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Stockholm:20260309T160000", "DTSTART;TZID=Europe/Stockholm:20260310T180000",
        "DTEND;TZID=Europe/Stockholm:20260311T070000", "SUMMARY:Sara Dahl",
    )  # fmt: skip
    found = read(ics(row, moved))
    assert [(one.name, start) for one, (start, _) in zip(found, on_the_wall(found), strict=True)] == [
        ("Nils Ek", "03-02 16:00"), ("Sara Dahl", "03-10 18:00"), ("Nils Ek", "03-16 16:00"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["W. Europe Standard Time", "Customized Time Zone", "(UTC+01:00) Stockholm"])
def test_a_time_zone_by_another_name_is_read_by_its_own_rules(name: str) -> None:
    zone = "\r\n".join([
        "BEGIN:VTIMEZONE", f"TZID:{name}",
        "BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
        "BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE",
    ])  # fmt: skip
    found = read(
        ics(zone, event(
            f'DTSTART;TZID="{name}":20260323T160000', f'DTEND;TZID="{name}":20260324T070000',
            "RRULE:FREQ=WEEKLY;COUNT=2", "SUMMARY:Nils Ek",
        ))
    )  # fmt: skip
    assert on_the_wall(found) == [("03-23 16:00", "03-24 07:00"), ("03-30 16:00", "03-31 07:00")]


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:20260101T000000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY"],
        ["DTSTART:20260101T000000Z", "DURATION:PT1M", "RRULE:FREQ=MINUTELY"],
        ["DTSTART:20260101T000000Z", "RRULE:FREQ=DAILY;BYMINUTE=" + ",".join(map(str, range(60)))],
        ["DTSTART:00010101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"],
    ],
)
def test_repetitions_without_end_are_refused_at_once(lines: list[str]) -> None:
    began = time.monotonic()
    with pytest.raises(BadCalendar) as refused:
        read(ics(event(*lines, "SUMMARY:x")))
    assert "upprepas" in refused.value.message
    assert time.monotonic() - began < 2


def test_many_repetitions_are_refused_at_once() -> None:
    rows = [
        event("DTSTART:20260101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", "SUMMARY:x", uid=str(nth))
        for nth in range(3_000)
    ]
    with pytest.raises(BadCalendar, match="3000"):
        read(ics(*rows))


def test_a_long_text_is_cut() -> None:
    (told,) = read(ics(event("DTSTART:20260310T160000Z", "DURATION:PT1H", f"SUMMARY:{'x' * 9_000}")))
    assert len(told.name) == calendars.LONGEST_NAME


values = st.one_of(
    st.sampled_from([
        "20260310T160000Z", "20260310", "20260230T160000Z", "99991231T235959Z", "00010101T000000", "PT15H", "-P1D",
        "P99999999D", "FREQ=WEEKLY", "FREQ=DAILY;UNTIL=20260401", "FREQ=YEARLY;BYYEARDAY=-400", "FREQ=;COUNT=x",
        "FREQ=MONTHLY;BYSETPOS=0", "FREQ=DAILY;INTERVAL=0", "Nils Ek", "", "20260310T160000Z/PT1H",
    ]),
    st.text(max_size=20),
)  # fmt: skip
names = st.sampled_from([
    "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "SUMMARY", "STATUS",
    "DTSTART;VALUE=DATE", "DTSTART;TZID=Nowhere/At all", "DTEND;TZID=Europe/Stockholm", "RDATE;VALUE=PERIOD",
    "BEGIN", "END", "UID", "SEQUENCE",
])  # fmt: skip


@given(st.lists(st.lists(st.tuples(names, values), max_size=6), max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_calendar_it_is_read_or_refused(parts: list[list[Any]]) -> None:
    lines = [
        event(*(f"{name}:{value}" for name, value in one), uid=str(nth)) for nth, one in enumerate(parts)
    ]
    _read_or_refused(ics(*lines))


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_whatever_bytes_come_they_are_read_or_refused(content: bytes) -> None:
    _read_or_refused(content)
    _read_or_refused(b"BEGIN:VCALENDAR\r\n" + content + b"\r\nEND:VCALENDAR\r\n")


def _read_or_refused(content: bytes) -> None:
    with suppress(BadCalendar):
        assert all(one.start < one.end for one in read(content))
