"""What kind of day it is in Sweden: weekday, public holiday, or an eve that most people have off.

Source: the package ``holidays``, after lag (1989:253) om allmänna helgdagar; the eves are those that semesterlag
(1977:480) 3 a § counts as Sundays (Midsummer, Christmas and New Year's Eve).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

from holidays.constants import DE_FACTO, PUBLIC
from holidays.countries.sweden import Sweden

type Kind = Literal["workday", "weekend", "holiday", "eve"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KINDS = ("workday", "dayoff", "holiday", "eve")
TOKENS = (*WEEKDAYS, *KINDS)
"""What a rule about days may name. ``dayoff`` is any day that is not a ``workday``."""
NAMES = {
    "mon": "måndag", "tue": "tisdag", "wed": "onsdag", "thu": "torsdag", "fri": "fredag", "sat": "lördag",
    "sun": "söndag", "workday": "vardag", "dayoff": "ledig dag", "holiday": "helgdag", "eve": "helgdagsafton",
}  # fmt: skip


@cache
def _of_year(year: int) -> tuple[dict[date, str], dict[date, str]]:
    public = Sweden(years=year, categories=(PUBLIC,), include_sundays=False, language="sv")
    eves = Sweden(years=year, categories=(DE_FACTO,), include_sundays=False, language="sv")
    return dict(public.items()), dict(eves.items())


def kind(day: date) -> Kind:
    """One of four; a holiday on a Saturday or Sunday is a holiday."""
    public, eves = _of_year(day.year)
    if day in public:
        return "holiday"
    if day in eves:
        return "eve"
    return "weekend" if day.weekday() >= 5 else "workday"


def name(day: date) -> str:
    """The holiday's or the eve's Swedish name; empty on any other day."""
    public, eves = _of_year(day.year)
    return public.get(day) or eves.get(day) or ""


@cache
def tokens(day: date) -> frozenset[str]:
    """Every token of TOKENS that names this day."""
    of_day = kind(day)
    found = {WEEKDAYS[day.weekday()], "workday" if of_day == "workday" else "dayoff"}
    return frozenset(found | ({of_day} & {"holiday", "eve"}))
