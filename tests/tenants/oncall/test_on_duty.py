"""Who is on duty, also in the nights that have 23 and 25 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.oncall import rules

SPRING = date(2026, 3, 28)  # Saturday; the night to Sunday 29 March has 23 hours
AUTUMN = date(2026, 10, 24)  # Saturday; the night to Sunday 25 October has 25
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Line:
    weekday: int
    starts: time
    ends: time
    rank: int = 1
    contact_id: int = 1
    duty_id: int = 1


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


NIGHT = Line(SATURDAY, time(18), time(6))
MORNING = Line(SUNDAY, time(6), time(18), contact_id=2)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 11), (AUTUMN, 13), (date(2026, 6, 6), 12)])
def test_a_twelve_hour_night_by_the_clock_is_eleven_or_thirteen_hours_long(day: date, hours: int) -> None:
    start, end = rules.period(NIGHT, day)
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 7), 24)]
)
def test_a_whole_day_is_23_or_25_hours_long(day: date, hours: int) -> None:
    start, end = rules.period(Line(SUNDAY, time(0), time(0)), day)
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        ("2026-03-28T17:59:59+01:00", []),
        ("2026-03-28T18:00:00+01:00", [1]),
        ("2026-03-29T01:59:59+01:00", [1]),
        ("2026-03-29T03:00:00+02:00", [1]),
        ("2026-03-29T05:59:59+02:00", [1]),
        ("2026-03-29T06:00:00+02:00", [2]),
        ("2026-10-25T02:30:00+02:00", [1]),
        ("2026-10-25T02:30:00+01:00", [1]),
        ("2026-10-25T05:59:59+01:00", [1]),
        ("2026-10-25T06:00:00+01:00", [2]),
    ],
)
def test_the_clock_on_the_wall_decides(moment: str, who: list[int]) -> None:
    assert [line.contact_id for line in rules.on_duty([NIGHT, MORNING], at(moment))] == who


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("minute", range(0, 24 * 60, 30))
def test_a_hand_over_at_any_time_of_a_changing_night_leaves_no_gap_and_no_double_cover(
    day: date, minute: int
) -> None:
    """Also at 02:30, which the spring night skips and the autumn night has twice."""
    change = time(minute // 60, minute % 60)
    week = [Line(weekday, change, change, contact_id=weekday) for weekday in range(7)]
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for quarter in range(3 * 24 * 4):
        moment = begin + timedelta(minutes=15 * quarter)
        assert len(rules.on_duty(week, moment)) == 1, moment


@given(st.integers(0, 365 * 24 * 3600), st.integers(0, 1439))
def test_a_roster_without_gaps_on_the_wall_has_none_in_any_moment_of_the_year(
    second: int, minute: int
) -> None:
    change = time(minute // 60, minute % 60)
    week = [Line(weekday, change, change, contact_id=weekday) for weekday in range(7)]
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    assert len(rules.on_duty(week, moment)) == 1


def test_rank_orders_and_the_latest_start_goes_first_among_equals() -> None:
    lines = [
        Line(SATURDAY, time(12), time(0), rank=2, contact_id=3),
        Line(SATURDAY, time(0), time(0), rank=1, contact_id=1),
        Line(SATURDAY, time(17), time(0), rank=1, contact_id=2),
    ]
    assert [line.contact_id for line in rules.on_duty(lines, at("2026-06-06T20:00+02:00"))] == [2, 1, 3]


def test_until_follows_lines_that_join_and_stops_at_the_first_gap() -> None:
    lines = [NIGHT, Line(SUNDAY, time(6), time(12)), Line(SUNDAY, time(13), time(15))]
    assert rules.until(NIGHT, lines, at("2026-06-06T20:00+02:00")) == at("2026-06-07T12:00+02:00")
    assert rules.until(NIGHT, lines, at("2026-03-28T20:00+01:00")) == at("2026-03-29T12:00+02:00")


def test_round_the_clock_has_no_end_in_sight() -> None:
    lines = [Line(weekday, time(0), time(0)) for weekday in range(7)]
    assert rules.until(lines[SATURDAY], lines, at("2026-06-06T20:00+02:00")) is None


def test_gaps_and_collisions_are_told_by_the_week() -> None:
    week = [Line(weekday, time(0), time(0)) for weekday in range(7)]
    assert rules.gaps(week) == []
    assert rules.gaps(week[1:]) == [(0, 24 * 60)]
    assert rules.collision(Line(6, time(23), time(1)), week[:1]) == week[0]
    assert rules.collision(Line(6, time(23), time(0)), week[:1]) is None
    assert rules.collision(Line(0, time(8), time(9), rank=2), week[:1]) is None
