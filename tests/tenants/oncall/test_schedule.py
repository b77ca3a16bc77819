"""Who is on duty by layers in turn, kinds of days and replacements, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.calendar_days import KINDS, WEEKDAYS, kind, name
from tenants.oncall.schedule import Layer, Override, Shift, Window, at_wall, gaps, needed, on_duty, shifts

DAY = timedelta(days=1)
MONDAY = date(2026, 1, 5)
ALWAYS = Layer(id=1, rank=1, members=(1, 2, 3), first_day=MONDAY, turns_at=time(8))
NIGHTS = Window(frozenset({"workday"}), time(16), time(8))
FREE_DAYS = Window(frozenset({"dayoff"}), time(8), time(8))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def who(layers: list[Layer], moment: str, overrides: list[Override] | None = None) -> list[int]:
    when = at(moment)
    return [one.contact_id for one in on_duty(shifts(layers, overrides or [], when, when + DAY), when)]


@pytest.mark.parametrize(
    ("day", "what", "called"),
    [
        (date(2026, 6, 19), "eve", "Midsommarafton"), (date(2026, 6, 20), "holiday", "Midsommardagen"),
        (date(2026, 12, 24), "eve", "Julafton"), (date(2026, 1, 6), "holiday", "Trettondedag jul"),
        (date(2026, 5, 15), "workday", ""), (date(2026, 4, 5), "holiday", "Påskdagen"),
        (date(2026, 3, 7), "weekend", ""), (date(2027, 3, 26), "holiday", "Långfredagen"),
    ],
)  # fmt: skip
def test_days_are_what_they_are_in_sweden(day: date, what: str, called: str) -> None:
    assert (kind(day), name(day)) == (what, called)


@pytest.mark.parametrize(
    ("moment", "member"),
    [
        ("2026-01-05T07:59:59+01:00", []), ("2026-01-05T08:00:00+01:00", [1]),
        ("2026-01-12T07:59:59+01:00", [1]), ("2026-01-12T08:00:00+01:00", [2]),
        ("2026-01-26T08:00:00+01:00", [1]), ("2026-03-30T07:59:59+02:00", [3]),
        ("2026-03-30T08:00:00+02:00", [1]), ("2026-10-26T07:59:59+01:00", [3]),
        ("2026-10-26T08:00:00+01:00", [1]),
    ],
)  # fmt: skip
def test_each_has_a_week_in_turn_by_the_clock_on_the_wall(moment: str, member: list[int]) -> None:
    assert who([ALWAYS], moment) == member


def test_outside_office_hours_means_nights_weekends_holidays_and_eves() -> None:
    layer = Layer(1, 1, (7,), MONDAY, time(8), windows=(NIGHTS, FREE_DAYS))
    on = {
        "2026-06-18T16:00:00+02:00": True,  # the night to Midsummer's Eve
        "2026-06-19T11:00:00+02:00": True,
        "2026-06-22T07:59:59+02:00": True,
        "2026-06-22T08:00:00+02:00": False,
        "2026-06-22T12:00:00+02:00": False,
        "2026-06-22T16:00:00+02:00": True,
    }
    assert {moment: bool(who([layer], moment)) for moment in on} == on


def test_a_turn_that_changes_in_the_middle_of_a_window_changes_who_has_it() -> None:
    layer = Layer(1, 1, (1, 2), MONDAY, time(12), windows=(Window(frozenset({"mon"}), time(8), time(16)),))
    found = shifts([layer], [], at("2026-01-12T00:00+01:00"), at("2026-01-13T00:00+01:00"))
    assert [(one.contact_id, one.start, one.end) for one in found] == [
        (1, at("2026-01-12T08:00+01:00"), at("2026-01-12T12:00+01:00")),
        (2, at("2026-01-12T12:00+01:00"), at("2026-01-12T16:00+01:00")),
    ]


def test_a_replacement_takes_its_part_and_gives_the_rest_back() -> None:
    swap = Override(1, 1, at("2026-01-07T08:00+01:00"), at("2026-01-08T08:00+01:00"), 9, instead_of=1)
    times = ["2026-01-07T07:59:59+01:00", "2026-01-07T08:00:00+01:00", "2026-01-08T08:00:00+01:00"]
    assert [who([ALWAYS], moment, [swap]) for moment in times] == [[1], [9], [1]]


def test_a_replacement_of_another_changes_nothing_for_this_one() -> None:
    swap = Override(1, 1, at("2026-01-07T08:00+01:00"), at("2026-01-08T08:00+01:00"), 9, instead_of=2)
    assert who([ALWAYS], "2026-01-07T12:00+01:00", [swap]) == [9, 1]


def test_a_person_on_two_layers_is_asked_once_in_the_better_rank() -> None:
    second = Layer(2, 2, (1, 4), MONDAY, time(8))
    assert who([ALWAYS, second], "2026-01-06T12:00+01:00") == [1]
    assert who([ALWAYS, second], "2026-01-13T12:00+01:00") == [2, 4]


def test_a_layer_that_has_ended_is_over_at_the_hour_of_its_turns() -> None:
    ended = Layer(1, 1, (1,), MONDAY, time(8), until=date(2026, 1, 8))
    assert who([ended], "2026-01-08T07:59:59+01:00") == [1]
    assert who([ended], "2026-01-08T08:00:00+01:00") == []


def test_gaps_are_counted_only_when_somebody_is_needed() -> None:
    nights = Layer(1, 1, (1,), MONDAY, time(8), windows=(NIGHTS,))
    start, end = at("2026-01-16T00:00+01:00"), at("2026-01-19T00:00+01:00")
    found = shifts([nights], [], start, end)
    holes = [hole for span in needed((NIGHTS, FREE_DAYS), start, end) for hole in gaps(found, *span)]
    assert holes == [(at("2026-01-17T08:00+01:00"), end)]


@pytest.mark.parametrize("changed", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("minute", range(0, 24 * 60, 30))
def test_a_turn_at_any_time_of_a_changing_night_leaves_no_gap_and_no_double_cover(
    changed: date, minute: int
) -> None:
    layer = Layer(1, 1, (1, 2), changed - 5 * DAY, time(minute // 60, minute % 60), turn_days=1)
    start = datetime(changed.year, changed.month, changed.day, tzinfo=UTC) - DAY
    found = shifts([layer], [], start, start + 3 * DAY)
    assert not gaps(found, start, start + 3 * DAY)
    for quarter in range(3 * 24 * 4):
        assert len(on_duty(found, start + timedelta(minutes=15 * quarter))) == 1


@st.composite
def windows(draw: st.DrawFn) -> Window:
    times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
    days = st.frozensets(st.sampled_from([*WEEKDAYS, *KINDS]), min_size=1)
    return Window(draw(days), draw(times), draw(times))


@settings(deadline=None)
@given(
    st.lists(windows(), max_size=3),
    st.integers(1, 4),
    st.integers(1, 14),
    st.integers(0, 365 * 24),
    st.integers(0, 23),
)
def test_what_a_moment_says_is_what_the_whole_year_says(
    given_windows: list[Window], people: int, turn_days: int, hour: int, turns: int
) -> None:
    """However narrow the question, the answer is the same, each moment has at most one, and turns are in order."""
    layer = Layer(1, 1, tuple(range(people)), MONDAY, time(turns), turn_days, tuple(given_windows))
    year = shifts([layer], [], at("2026-01-01T00:00+01:00"), at("2027-01-01T00:00+01:00"))
    for before, after in pairwise(year):
        assert before.end <= after.start
    moment = at("2026-01-01T00:00+01:00") + timedelta(hours=hour)
    narrow = on_duty(shifts([layer], [], moment, moment + timedelta(seconds=1)), moment)
    assert [one.contact_id for one in narrow] == [one.contact_id for one in on_duty(year, moment)]


def test_a_shift_says_where_it_comes_from() -> None:
    found = shifts([ALWAYS], [], at("2026-01-06T00:00+01:00"), at("2026-01-07T00:00+01:00"))
    assert found == [Shift(at_wall(MONDAY, time(8)), at_wall(MONDAY + 7 * DAY, time(8)), 1, 1, layer_id=1)]
