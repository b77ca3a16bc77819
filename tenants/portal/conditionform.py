"""A step's condition as the editor's form has it: days and hours, a season, answers to earlier questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from central import wall_time
from central.calendar_days import NAMES, TOKENS
from tenants.instructions.conditions import Condition
from tenants.oncall.schedule import Window

BLANK: dict[str, Any] = {"days": [], "from": "", "to": "", "season_from": "", "season_to": "", "answers": []}
DAYS = tuple((code, NAMES[code]) for code in TOKENS)
EVERY_DAY = frozenset({"workday", "dayoff"})
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})", re.ASCII)
CLOCK = "skriv klockslaget som 22:00."
SEASON = "skriv dag och månad som 1/11."


def read(row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The condition as it is kept, and what can't be read, by field."""
    wrong: dict[str, str] = {}
    windows = _window(row, wrong)
    season = _season(row, wrong)
    answers: dict[str, list[str]] = {}
    for one in row["answers"]:
        code, _, answer = one.partition(":")
        answers.setdefault(code, []).append(answer)
    by_code = tuple(sorted((code, tuple(any_of)) for code, any_of in answers.items()))
    return Condition(windows, season, by_code).as_data(), wrong


def _window(row: dict[str, Any], wrong: dict[str, str]) -> tuple[Window, ...]:
    days = frozenset(row["days"]) & frozenset(TOKENS)
    starts, ends = row["from"].strip(), row["to"].strip()
    if not days and not starts and not ends:
        return ()
    if bool(starts) != bool(ends):
        wrong["to" if starts else "from"] = "skriv både från och till, eller inget av dem."
        return ()
    opens = _clock(starts, "from", wrong) if starts else time(0)
    closes = _clock(ends, "to", wrong) if ends else time(0)
    return (Window(days or EVERY_DAY, opens, closes),)


def _clock(text: str, name: str, wrong: dict[str, str]) -> time:
    try:
        return wall_time.read(text)
    except wall_time.BadTime:
        wrong[name] = CLOCK
        return time(0)


def _season(row: dict[str, Any], wrong: dict[str, str]) -> tuple[str, str] | None:
    first, last = row["season_from"].strip(), row["season_to"].strip()
    if not first and not last:
        return None
    if not first or not last:
        wrong["season_to" if first else "season_from"] = (
            "skriv både första och sista dagen, eller ingen av dem."
        )
        return None
    return _day(first, "season_from", wrong), _day(last, "season_to", wrong)


def _day(text: str, name: str, wrong: dict[str, str]) -> str:
    found = _DATE.fullmatch(text)
    try:
        day = date(2024, int(found[2]), int(found[1])) if found else None  # a leap year: 29/2 is a day
    except ValueError:
        day = None
    if day is None:
        wrong[name] = SEASON
        return "01-01"
    return f"{day:%m-%d}"


def typed(kept: dict[str, Any]) -> dict[str, Any]:
    """A kept condition as the form's fields."""
    condition = Condition.of(kept)
    fields: dict[str, Any] = {**BLANK, "days": [], "answers": []}
    for window in condition.windows[:1]:
        if window.days != EVERY_DAY:
            fields["days"] = [day for day in TOKENS if day in window.days]
        if (window.starts, window.ends) != (time(0), time(0)):
            fields["from"], fields["to"] = f"{window.starts:%H:%M}", f"{window.ends:%H:%M}"
        elif window.days == EVERY_DAY:
            fields["from"] = fields["to"] = "00:00"
    if condition.season:
        fields["season_from"], fields["season_to"] = (
            f"{int(one[3:])}/{int(one[:2])}" for one in condition.season
        )
    fields["answers"] = [f"{code}:{answer}" for code, any_of in condition.answers for answer in any_of]
    return fields


def offered(rows: Sequence[dict[str, Any]], before: int) -> list[dict[str, Any]]:
    """The questions that come before row number ``before``, and their answers as choices: value and whether it is ticked.

    What is ticked but no longer exists is offered still, marked, so that it can be unticked.
    """
    ticked = list(rows[before - 1]["answers"])
    questions = []
    for number, row in enumerate(rows[: before - 1], 1):
        words = [line.strip() for line in row["choices"].splitlines() if line.strip()]
        if not words:
            continue
        answers = [{"value": f"{row['code']}:{word}", "word": word} for word in words]
        questions.append({"number": number, "text": row["text"], "answers": answers})
    known = {one["value"] for question in questions for one in question["answers"]}
    lost = [one for one in ticked if one not in known]
    if lost:
        answers = [{"value": one, "word": one.partition(":")[2]} for one in lost]
        questions.append({"number": 0, "text": "", "answers": answers})
    return questions


def is_set(row: dict[str, Any]) -> bool:
    """Whether anything of it is typed."""
    return any(row[name] for name in BLANK)
