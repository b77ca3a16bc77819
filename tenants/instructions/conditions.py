"""When a step of an instruction applies: the hour, the day, the season, and what was answered before. Pure.

Kept as ``{"windows": [...], "season": ["11-01", "03-31"], "answers": {"b": ["Ja"]}}``: every part must hold; an empty
condition always does. Windows are those of tenants.oncall.windows, by the clock on the wall in Stockholm; a season is
from its first day to its last, both counted, across New Year when the last comes before the first. An answer names its
question by the step's code, and holds when it is any of those listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from central.calendar_days import tokens
from tenants.oncall import windows as kept_windows
from tenants.oncall.schedule import Window, at_wall

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = timedelta(days=1)
AHEAD = 8
"""Days looked ahead for when a condition of time begins to hold."""
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip

type Holds = Literal["yes", "no", "open"]
"""``open``: it depends on a question that nobody has answered yet."""


@dataclass(frozen=True, slots=True)
class Condition:
    """All of it must hold. ``season`` is "MM-DD" to "MM-DD"; ``answers`` are (code of a question, any of these)."""

    windows: tuple[Window, ...] = ()
    season: tuple[str, str] | None = None
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Condition:
        """From the database."""
        season = data.get("season")
        return cls(
            kept_windows.read(data.get("windows", ())),
            (season[0], season[1]) if season else None,
            tuple(sorted((code, tuple(any_of)) for code, any_of in data.get("answers", {}).items())),
        )

    def as_data(self) -> dict[str, Any]:
        """For the database; nothing of what is empty."""
        data: dict[str, Any] = {}
        if self.windows:
            data["windows"] = kept_windows.kept(self.windows)
        if self.season:
            data["season"] = list(self.season)
        if self.answers:
            data["answers"] = {code: list(any_of) for code, any_of in self.answers}
        return data


ALWAYS = Condition()


class Conditional(Protocol):
    """A step, as far as its condition goes: a stored row, or one as it is written."""

    @property
    def code(self) -> str: ...

    @property
    def condition(self) -> Any:
        """As it is kept."""
        ...


def covers(windows: Sequence[Window], at: datetime) -> bool:
    """Whether one of the windows is open then; always when there are none. Starts count, ends don't."""
    if not windows:
        return True
    today = at.astimezone(STOCKHOLM).date()
    return any(
        opens <= at < closes
        for day in (today - DAY, today)
        for one in windows
        if one.days & tokens(day)
        for opens, closes in [(at_wall(day, one.starts), at_wall(day + _over(one), one.ends))]
    )


def _over(window: Window) -> timedelta:
    return DAY if window.ends <= window.starts else timedelta()


def in_season(season: tuple[str, str] | None, at: datetime) -> bool:
    """Whether the day, in Sweden, is within it."""
    if season is None:
        return True
    first, last = season
    today = f"{at.astimezone(STOCKHOLM):%m-%d}"
    return first <= today <= last if first <= last else today >= first or today <= last


def holds_by_time(condition: Condition, at: datetime) -> bool:
    """The hour, the day and the season alone."""
    return in_season(condition.season, at) and covers(condition.windows, at)


def holds(condition: Condition, at: datetime, answers: Mapping[str, str]) -> Holds:
    """Whether it holds then, with these answers by code ("" where a question was passed over)."""
    if not holds_by_time(condition, at):
        return "no"
    return _by_answers(condition, answers)


def _by_answers(condition: Condition, answers: Mapping[str, str]) -> Holds:
    if any(code in answers and answers[code] not in any_of for code, any_of in condition.answers):
        return "no"
    return "open" if any(code not in answers for code, _ in condition.answers) else "yes"


def evaluate[S: Conditional](
    steps: Sequence[S], settled: Mapping[str, str], at: datetime
) -> list[tuple[S, Holds]]:
    """Every step in order, and whether it applies. ``settled``: code → outcome of the steps done or passed over.

    A question that does not apply, and was not answered, gives no answer: what hangs on it does not apply either.
    """
    answers, found = dict(settled), []
    for step in steps:
        status = holds(Condition.of(step.condition), at, answers)
        if status == "no":
            answers.setdefault(step.code, "")
        found.append((step, status))
    return found


def begins(condition: Condition, at: datetime) -> datetime | None:
    """The first moment from ``at`` on when its time holds; None when that is more than a week away."""
    if holds_by_time(condition, at):
        return at
    today = at.astimezone(STOCKHOLM).date()
    moments = {
        at_wall(today + nth * DAY, starts)
        for nth in range(AHEAD + 1)
        for starts in {time(0), *(one.starts for one in condition.windows)}
    }
    return next((one for one in sorted(moments) if one > at and holds_by_time(condition, one)), None)


def words(condition: Condition, numbers: Mapping[str, int]) -> str:
    """``bara vardagar 16:00–07:00, 1 november–31 mars, om svaret på steg 3 är Ja``; "" when it always holds.

    ``numbers``: code → the step's number in its version.
    """
    parts = [kept_windows.words(condition.windows)] if condition.windows else []
    if condition.season:
        parts.append("–".join(_date(one) for one in condition.season))
    for code, any_of in condition.answers:
        number = str(numbers.get(code, "som är borttaget"))
        parts.append(f"om svaret på steg {number} är {_or(any_of)}")
    return "bara " + ", ".join(parts) if parts else ""


def _date(text: str) -> str:
    return f"{int(text[3:])} {MONTHS[int(text[:2]) - 1]}"


def _or(words_: Iterable[str]) -> str:
    *head, last = words_
    return f"{', '.join(head)} eller {last}" if head else last
