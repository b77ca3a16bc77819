"""Hours of the week as a form has them: presets by office hours, or own rows; typed texts stay, whatever is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time

from django.http import QueryDict

from central import wall_time
from central.calendar_days import NAMES, TOKENS
from tenants.oncall.schedule import Window

CHOICES = (
    ("always", "Dygnet runt"),
    ("outside", "Utanför kontorstid: vardagskvällar, nätter och hela lediga dagar"),
    ("office", "Kontorstid: vardagar på dagen"),
    ("own", "Egna tider"),
)
DAYS = tuple((code, NAMES[code]) for code in TOKENS)
MOST = 20  # rows read from one form
ROW = {"days": [], "from": "", "to": ""}
CLOCK = "Skriv klockslaget som 07:00."


@dataclass(slots=True)
class HoursForm:
    """``choice`` is one of CHOICES; ``rows`` are what stands under own hours, each with days, from and to."""

    choice: str = "always"
    office_from: str = "07:00"
    office_to: str = "16:00"
    rows: list[dict[str, object]] = field(default_factory=lambda: [dict(ROW)])

    def move(self, act: str) -> bool:
        """Do what a "window-add" or "window-remove-2" button asks; False for other acts."""
        if act == "window-add":
            self.choice = "own"
            self.rows.append(dict(ROW))
            return True
        verb, _, number = act.rpartition("-")
        if verb != "window-remove" or not number.isdecimal() or not 1 <= int(number) <= len(self.rows):
            return False
        del self.rows[int(number) - 1]
        self.rows = self.rows or [dict(ROW)]
        return True

    def windows(self) -> tuple[tuple[Window, ...], dict[str, str]]:
        """What is meant, and what can't be read, by field."""
        wrong: dict[str, str] = {}
        if self.choice in ("outside", "office"):
            opens = _clock(self.office_from, "office_from", wrong)
            closes = _clock(self.office_to, "office_to", wrong)
            if not wrong and closes <= opens:
                wrong["office_to"] = "Kontorstiden slutar före den börjar."
            return (outside(opens, closes) if self.choice == "outside" else office(opens, closes)), wrong
        if self.choice == "own":
            return self._own(wrong), wrong
        if self.choice != "always":
            wrong["hours"] = "Välj vilka tider det gäller."
        return (), wrong

    def _own(self, wrong: dict[str, str]) -> tuple[Window, ...]:
        found = []
        for number, row in enumerate(self.rows, 1):
            days = frozenset(row["days"]) & set(TOKENS)  # type: ignore[call-overload]  # a list of texts
            if not days and not row["from"] and not row["to"] and len(self.rows) > 1:
                continue
            if not days:
                wrong[f"window-{number}-days"] = f"Tid {number}: välj minst en dag."
            starts = _clock(str(row["from"]), f"window-{number}-from", wrong, f"Tid {number}: ")
            ends = _clock(str(row["to"]), f"window-{number}-to", wrong, f"Tid {number}: ")
            found.append(Window(days, starts, ends))
        if not found and not wrong:
            wrong["window-1-days"] = "Tid 1: välj minst en dag."
        return tuple(found)


def outside(opens: time, closes: time) -> tuple[Window, ...]:
    """Outside office hours: the rest of working days, and days off round the clock."""
    return Window(frozenset({"workday"}), closes, opens), Window(frozenset({"dayoff"}), opens, opens)


def office(opens: time, closes: time) -> tuple[Window, ...]:
    """In office hours."""
    return (Window(frozenset({"workday"}), opens, closes),)


def shown(windows: tuple[Window, ...]) -> HoursForm:
    """The form that says this."""
    form = HoursForm()
    if not windows:
        return form
    for choice, made in (("outside", outside), ("office", office)):
        first = windows[0]
        opens, closes = (first.ends, first.starts) if choice == "outside" else (first.starts, first.ends)
        if opens < closes and windows == made(opens, closes):
            form.choice, form.office_from, form.office_to = choice, f"{opens:%H:%M}", f"{closes:%H:%M}"
            return form
    form.choice = "own"
    form.rows = [
        {"days": sorted(one.days, key=TOKENS.index), "from": f"{one.starts:%H:%M}", "to": f"{one.ends:%H:%M}"}
        for one in windows
    ]
    return form


def read(data: QueryDict) -> HoursForm:
    """What was typed."""
    rows: list[dict[str, object]] = []
    for number in range(1, MOST + 1):
        if f"window-{number}-from" not in data:
            break
        rows.append(
            {
                "days": data.getlist(f"window-{number}-days"),
                "from": data.get(f"window-{number}-from", "").strip(),
                "to": data.get(f"window-{number}-to", "").strip(),
            }
        )
    return HoursForm(
        data.get("hours", ""), data.get("office_from", ""), data.get("office_to", ""), rows or [dict(ROW)]
    )


def _clock(text: str, name: str, wrong: dict[str, str], before: str = "") -> time:
    try:
        return wall_time.read(text)
    except wall_time.BadTime:
        wrong[name] = f"{before}{CLOCK}" if not before else f"{before}{CLOCK[0].lower()}{CLOCK[1:]}"
        return time(0)


def rows(form: HoursForm, errors: dict[str, str]) -> list[dict[str, object]]:
    """The own rows with their numbers and what is wrong with each, for a template."""
    return [
        {
            **row,
            "number": number,
            "wrong": {name: errors.get(f"window-{number}-{name}", "") for name in ("days", "from", "to")},
        }
        for number, row in enumerate(form.rows, 1)
    ]
