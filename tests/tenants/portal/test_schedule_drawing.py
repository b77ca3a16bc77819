"""The schedule as it is drawn: hours where the wall's clock says, holidays by name, nobody hatched and named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from central.municipalities.context import in_municipality
from tenants.oncall.models import Contact, Duty, Replacement
from tenants.portal.schedule_drawing import draw
from tests.support.rosters import always, layer

pytestmark = pytest.mark.django_db
WEEK = 7 * 100 / 14
CHRISTMAS = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def duty(storkoping: Any) -> Iterator[Duty]:
    with in_municipality(storkoping):
        yield Duty.objects.create(code="fastighet", name="Fastighetsjour", function="property")


def contact(name: str) -> Contact:
    return Contact.objects.create(name=name, phone="+46701740621")


def test_a_weekly_turn_is_drawn_with_who_and_the_hour_of_change(duty: Duty) -> None:
    layer(duty, [contact("Nils Ek"), contact("Sara Dahl")], first_day=date(2026, 12, 14), turns_at=time(12))
    drawing = draw([duty], CHRISTMAS)
    first, second, third = drawing.rows[0].bars
    assert [one.name for one in (first, second, third)] == ["Nils E", "Sara Dahl", "Nils Ek"]
    assert (first.left, first.width) == ("0.000", f"{50 / 14:.3f}")
    assert (second.left, second.width) == (f"{50 / 14:.3f}", f"{WEEK:.3f}")
    assert second.told == "Sara Dahl, mån 21 dec 12:00–mån 28 dec 12:00"
    assert [first.other, second.other, third.other] == [False, True, False]


def test_holidays_and_eves_are_named_and_off(duty: Duty) -> None:
    days = {day.date: (day.name, day.off) for day in draw([duty], CHRISTMAS).days}
    assert days["24 dec"] == ("Julafton", True)
    assert days["26 dec"] == ("Annandag jul", True)
    assert days["27 dec"] == ("", True)
    assert days["28 dec"] == ("", False)
    assert days["1 jan"] == ("Nyårsdagen", True)


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_hours_stand_where_the_clock_on_the_wall_says_when_it_is_changed(duty: Duty, sunday: date) -> None:
    nights = [{"days": ["sat", "sun"], "from": "18:00", "to": "06:00"}]
    layer(duty, [contact("Nils Ek")], windows=nights)
    now = datetime.combine(sunday - timedelta(days=1), time(8), UTC)
    before, after, *_ = (one for one in draw([duty], now).rows[0].bars if one.kind == "turn")
    assert before.width == after.width == f"{50 / 14:.3f}"
    assert (before.hours, after.hours) == ("18–06", "18–06")


def test_nobody_is_drawn_and_told_from_now_and_only_when_needed(duty: Duty) -> None:
    duty.needed = [{"days": ["mon"], "from": "08:00", "to": "16:30"}]
    duty.save()
    drawing = draw([duty], CHRISTMAS)
    assert [(one.kind, one.told) for one in drawing.rows[0].bars] == [
        ("hole", "Ingen, mån 21 dec 10:00–16:30"), ("hole", "Ingen, mån 28 dec 08:00–16:30"),
    ]  # fmt: skip
    assert [(line.name, line.rank) for line in drawing.lines] == [("", 0), ("", 0)]


def test_an_hour_without_anybody_still_has_its_word(duty: Duty) -> None:
    layer(
        duty, [contact("Nils Ek")], windows=[{"days": ["workday", "dayoff"], "from": "08:00", "to": "07:00"}]
    )
    row = draw([duty], CHRISTMAS).rows[0]
    assert row.flagged
    assert {one.name for one in row.bars if one.narrow} == {"Ingen"}


def test_one_alone_has_no_end_to_be_told(duty: Duty) -> None:
    always(duty, contact("Nils Ek"))
    drawing = draw([duty], CHRISTMAS)
    assert [one.told for one in drawing.rows[0].bars] == ["Nils Ek, tills vidare"]
    assert [(line.start, line.end) for line in drawing.lines] == [(None, None)]


def test_ranks_stand_under_each_other_and_a_swap_shows_as_one(duty: Duty) -> None:
    nils, sara, eva = contact("Nils Ek"), contact("Sara Dahl"), contact("Eva Lans")
    always(duty, nils)
    always(duty, sara, rank=2)
    Replacement.objects.create(
        duty=duty, starts_at=CHRISTMAS + timedelta(days=2), ends_at=CHRISTMAS + timedelta(days=3),
        contact=eva, instead_of=nils, state="valid", asked_by_name="Arvid", asked_at=CHRISTMAS,
        taker_said_at=CHRISTMAS, giver_said_at=CHRISTMAS,
    )  # fmt: skip
    drawing = draw([duty], CHRISTMAS)
    assert [(row.rank, row.first) for row in drawing.rows] == [(1, True), (2, False)]
    assert [(one.name, one.kind) for one in drawing.rows[0].bars] == [
        ("Nils Ek", "turn"), ("Eva Lans", "taken"), ("Nils Ek", "turn"),
    ]  # fmt: skip
    assert drawing.rows[0].bars[1].told.endswith("byte")
    assert {line.origin for line in drawing.lines} == {"turordning", "byte"}


def test_two_in_the_same_rank_at_once_do_not_cover_each_other(duty: Duty) -> None:
    nils, eva = contact("Nils Ek"), contact("Eva Lans")
    always(duty, nils)
    Replacement.objects.create(
        duty=duty, starts_at=CHRISTMAS, ends_at=CHRISTMAS + timedelta(days=3), contact=eva,
        instead_of=contact("Sara Dahl"), state="valid", asked_by_name="Arvid", asked_at=CHRISTMAS,
        taker_said_at=CHRISTMAS, giver_said_at=CHRISTMAS,
    )  # fmt: skip
    row = draw([duty], CHRISTMAS).rows[0]
    assert (row.lanes, {one.lane for one in row.bars}) == (2, {0, 1})
