"""When a step applies: wall clock in Stockholm, Swedish days, the season, and answers. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.calendar_days import TOKENS, WEEKDAYS, tokens
from tenants.instructions import conditions
from tenants.instructions.conditions import Condition, begins, covers, evaluate, holds, in_season
from tenants.instructions.rules import Step
from tenants.oncall.schedule import Window

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ALL = frozenset(WEEKDAYS)
NIGHT = Window(ALL, time(22), time(6))


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-11-23 21:59", False),
        ("2026-11-23 22:00", True),
        ("2026-11-24 05:59", True),
        ("2026-11-24 06:00", False),
        # spring: 02–03 does not exist; the night is an hour shorter and ends at 06 on the wall all the same
        ("2026-03-29 01:59", True),
        ("2026-03-29 03:00", True),
        ("2026-03-29 05:59", True),
        ("2026-03-29 06:00", False),
        # autumn: 02–03 comes twice
        ("2026-10-25 05:59", True),
        ("2026-10-25 06:00", False),
    ],
)
def test_a_night_is_a_night_on_the_wall(at: str, open_: bool) -> None:
    assert covers([NIGHT], local(at)) is open_


@pytest.mark.parametrize("fold", [0, 1])
def test_both_hours_of_the_autumn_night_count(fold: int) -> None:
    assert covers([NIGHT], local("2026-10-25 02:30", fold))


@pytest.mark.parametrize(
    ("days", "at", "open_"),
    [
        ({"holiday"}, "2026-12-25 12:00", True),
        ({"eve"}, "2026-12-24 12:00", True),
        ({"holiday"}, "2026-12-24 12:00", False),
        ({"dayoff"}, "2026-06-19 12:00", True),  # midsommarafton
        ({"workday"}, "2026-06-19 12:00", False),
        ({"workday"}, "2026-04-03 12:00", False),  # långfredagen
        ({"workday"}, "2026-11-23 12:00", True),
        ({"sun"}, "2026-11-22 23:59", True),
        ({"sun"}, "2026-11-23 00:00", False),
    ],
)
def test_days_are_swedish_days(days: set[str], at: str, open_: bool) -> None:
    assert covers([Window(frozenset(days), time(0), time(0))], local(at)) is open_


def test_a_window_over_midnight_belongs_to_the_day_it_began() -> None:
    friday_night = [Window(frozenset({"fri"}), time(22), time(6))]
    assert covers(friday_night, local("2026-11-28 03:00"))
    assert not covers(friday_night, local("2026-11-27 03:00"))


@pytest.mark.parametrize(
    ("season", "at", "holds_"),
    [
        (("11-01", "03-31"), "2026-11-01 00:00", True),
        (("11-01", "03-31"), "2026-10-31 23:59", False),
        (("11-01", "03-31"), "2027-01-15 12:00", True),
        (("11-01", "03-31"), "2026-03-31 23:59", True),
        (("11-01", "03-31"), "2026-04-01 00:00", False),
        (("06-01", "08-31"), "2026-07-01 12:00", True),
        (("06-01", "08-31"), "2026-11-01 12:00", False),
        (("02-29", "02-29"), "2028-02-29 12:00", True),
        (("02-29", "02-29"), "2027-02-28 12:00", False),
    ],
)
def test_a_season_counts_its_first_and_last_day_in_sweden(
    season: tuple[str, str], at: str, holds_: bool
) -> None:
    assert in_season(season, local(at)) is holds_


def asks(code: str, *choices: str, **more: object) -> Step:
    return Step("ask", f"Fråga {code}", choices=choices, code=code, **more)  # type: ignore[arg-type]


LIVES = asks("b", "Ja", "Nej", "Vet inte")
OPENS = Step("safe_point", "Öppna", code="c", condition={"answers": {"b": ["Ja", "Vet inte"]}})
HANGS_ON_THAT = Step("inform", "Meddela", code="d", condition={"answers": {"e": ["Ja"]}})
ASKED_IF_YES = asks("e", "Ja", "Nej", condition={"answers": {"b": ["Ja"]}})
NOON = local("2026-11-23 12:00")


def statuses(settled: dict[str, str], *steps: Step) -> list[str]:
    return [status for _, status in evaluate(steps, settled, NOON)]


@pytest.mark.parametrize(
    ("settled", "found"),
    [({}, "open"), ({"b": "Ja"}, "yes"), ({"b": "Vet inte"}, "yes"), ({"b": "Nej"}, "no"), ({"b": ""}, "no")],
)
def test_an_answer_decides_and_none_leaves_it_open(settled: dict[str, str], found: str) -> None:
    assert statuses(settled, LIVES, OPENS) == ["yes", found]


def test_what_hangs_on_a_question_that_is_not_asked_does_not_apply() -> None:
    assert statuses({}, LIVES, ASKED_IF_YES, HANGS_ON_THAT) == ["yes", "open", "open"]
    assert statuses({"b": "Nej"}, LIVES, ASKED_IF_YES, HANGS_ON_THAT) == ["yes", "no", "no"]
    assert statuses({"b": "Ja"}, LIVES, ASKED_IF_YES, HANGS_ON_THAT) == ["yes", "yes", "open"]
    assert statuses({"b": "Ja", "e": "Ja"}, LIVES, ASKED_IF_YES, HANGS_ON_THAT) == ["yes", "yes", "yes"]


def test_the_hour_goes_before_an_answer_that_may_still_come() -> None:
    both = Condition((NIGHT,), None, (("b", ("Ja",)),))
    assert holds(both, NOON, {}) == "no"
    assert holds(both, local("2026-11-23 23:00"), {}) == "open"


def test_it_says_when_in_swedish() -> None:
    evenings = Window(frozenset({"workday"}), time(16), time(7))
    whole = Condition((evenings,), ("11-01", "03-31"), (("b", ("Ja", "Vet inte")),))
    assert conditions.words(whole, {"b": 3}) == (
        "bara vardagar 16:00–07:00, 1 november–31 mars, om svaret på steg 3 är Ja eller Vet inte"
    )
    assert conditions.words(Condition(), {}) == ""


windows = st.builds(
    Window,
    st.frozensets(st.sampled_from(TOKENS), min_size=1),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)
seasons = st.none() | st.tuples(
    *[st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda d: f"{d:%m-%d}")] * 2
)
answers = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.lists(st.sampled_from(["Ja", "Nej"]), min_size=1, unique=True).map(tuple),
)
some_conditions = st.builds(
    Condition,
    st.lists(windows, max_size=2).map(tuple),
    seasons,
    answers.map(lambda kept: tuple(sorted(kept.items()))),
)
SPANS = [
    ("2026-01-01", "2028-12-31"),
    ("2026-03-28", "2026-03-31"),  # both clock changes
    ("2026-10-24", "2026-10-27"),
    ("2026-12-22", "2027-01-08"),  # Christmas to Epiphany, Easter, Midsummer
    ("2027-03-24", "2027-03-31"),
    ("2026-06-18", "2026-06-22"),
]
moments = st.one_of(
    st.datetimes(datetime.fromisoformat(first), datetime.fromisoformat(last), timezones=st.just(UTC))
    for first, last in SPANS
)


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is slow, and nothing here is about speed."""


def by_the_wall(window: Window, at: datetime) -> bool:
    """An oracle that only knows what the clock on the wall shows; not asked in the hour the clocks skip or repeat."""
    wall = at.astimezone(STOCKHOLM).replace(tzinfo=None)
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        starts = datetime.combine(day, window.starts)
        ends = datetime.combine(day + timedelta(days=window.ends <= window.starts), window.ends)
        if window.days & tokens(day) and starts <= wall < ends:
            return True
    return False


def near_a_change(at: datetime) -> bool:
    offsets = {(at + timedelta(hours=h)).astimezone(STOCKHOLM).utcoffset() for h in (-1, 0, 1)}
    return len(offsets) > 1


@UNHURRIED
@given(window=windows, at=moments)
def test_a_window_is_open_as_the_wall_shows(window: Window, at: datetime) -> None:
    if not near_a_change(at):
        assert covers([window], at) is by_the_wall(window, at)


@UNHURRIED
@given(condition=some_conditions)
def test_what_is_kept_is_what_was_meant(condition: Condition) -> None:
    assert Condition.of(condition.as_data()) == condition


@UNHURRIED
@given(
    condition=some_conditions,
    at=moments,
    said=st.fixed_dictionaries({code: st.sampled_from(["Ja", "Nej", ""]) for code in ("a", "b", "c")}),
    known=st.sets(st.sampled_from(["a", "b", "c"])),
)
def test_more_answers_only_settle_what_was_open(
    condition: Condition, at: datetime, said: dict[str, str], known: set[str]
) -> None:
    some = holds(condition, at, {code: answer for code, answer in said.items() if code in known})
    everything = holds(condition, at, said)
    assert everything in ("yes", "no")
    assert some in (everything, "open")


@UNHURRIED
@given(condition=some_conditions, at=moments)
def test_when_it_begins_it_holds_and_not_an_instant_before(condition: Condition, at: datetime) -> None:
    starts = begins(condition, at)
    if starts is None:
        assert not conditions.holds_by_time(condition, at)
        return
    assert starts >= at
    assert conditions.holds_by_time(condition, starts)
    if starts > at:
        assert not conditions.holds_by_time(condition, at)
        assert not conditions.holds_by_time(condition, starts - timedelta(microseconds=1))
