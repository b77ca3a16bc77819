"""The steps as they stand in the editor's form: everything typed is kept, whatever is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tenants.instructions.models import TO_A_DUTY, Late
from tenants.instructions.rules import Step
from tenants.portal import conditionform

BLANK: dict[str, Any] = {
    "code": "",
    "type": "check",
    "text": "",
    "required": True,
    "duty": "",
    "wanted": "",
    "message": "",
    "choices": "",
    "answer_within": "",
    "minutes": "",
    "on_late": "",
    "late_duty": "",
    **conditionform.BLANK,
}
FIELDS = (
    "type", "text", "duty", "wanted", "message", "choices", "answer_within", "minutes", "on_late", "late_duty", "days",
    "from", "to", "season_from", "season_to", "answers",
)  # fmt: skip
"""What may be wrong in a row, in the order of the screen."""
MOST = 60  # rows read from one form
NUMBERS = {
    "answer_within": "skriv svarstiden som sekunder, till exempel 300.",
    "minutes": "skriv tiden som hela minuter, till exempel 15.",
    "wanted": "skriv hur många som behövs som en siffra, till exempel 4.",
}


@dataclass(slots=True)
class StepForm:
    """The rows of the form, in order, as typed. ``moved``: the number of the row that an act was about, to stand in."""

    rows: list[dict[str, Any]]
    moved: int = 0

    def move(self, act: str) -> bool:
        """Do what an "add", "add-2" (after it), "up-2", "down-2" or "remove-2" button asks; False for other acts."""
        verb, _, number = act.partition("-")
        place = int(number) - 1 if number.isdecimal() else -1
        if verb == "add":
            self.rows.insert(place + 1 if 0 <= place < len(self.rows) else len(self.rows), new_row(self.rows))
            self.moved = place + 2 if number else len(self.rows)
            return True
        if verb not in ("up", "down", "remove") or not 0 <= place < len(self.rows):
            return False
        row = self.rows.pop(place)
        if verb == "remove":
            self.moved = min(place + 1, len(self.rows))
            return True
        there = max(0, place - 1) if verb == "up" else place + 1
        self.rows.insert(there, row)
        self.moved = self.rows.index(row) + 1
        return True

    def steps(self) -> tuple[list[Step], dict[str, str]]:
        """The steps, and what can't be read as one (same keys as `rules.problems`)."""
        steps: list[Step] = []
        wrong: dict[str, str] = {}
        for number, row in enumerate(self.rows, 1):
            said: dict[str, str] = {}
            condition, bad = conditionform.read(row)
            for name, text in ({**bad, **self._unreadable(row)}).items():
                wrong[f"steps-{number}-{name}"] = f"Steg {number}: {text}"
            said = {name: _number(row[name]) for name in NUMBERS}
            steps.append(
                Step(
                    type=row["type"],
                    text=row["text"],
                    required=row["required"],
                    duty=row["duty"] if row["type"] in TO_A_DUTY else "",
                    choices=tuple(line.strip() for line in row["choices"].splitlines() if line.strip()),
                    answer_within=_int(said["answer_within"]) if row["type"] == "call_out" else None,
                    code=row["code"],
                    wanted=_int(said["wanted"]) if row["type"] == "team" else None,
                    message=row["message"] if row["type"] == "sms" else "",
                    condition=condition,
                    minutes=_int(said["minutes"]),
                    on_late=row["on_late"],
                    late_duty=row["late_duty"] if row["on_late"] == Late.CALL_OUT else "",
                )
            )
        return steps, wrong

    def _unreadable(self, row: dict[str, Any]) -> dict[str, str]:
        return {name: text for name, text in NUMBERS.items() if row[name].strip() and not _number(row[name])}


def _number(text: str) -> str:
    text = text.strip()
    return text if text.isascii() and text.isdecimal() and len(text) < 6 else ""


def _int(text: str) -> int | None:
    return int(text) if text else None


def new_row(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """An empty row with a code that no other has: later steps may depend on its answer before it is saved."""
    taken = {row["code"] for row in rows}
    free = next(f"s{number}" for number in range(1, len(rows) + len(taken) + 2) if f"s{number}" not in taken)
    return {**BLANK, "days": [], "answers": [], "code": free}


def typed(step: Step) -> dict[str, Any]:
    """A stored step as a row of the form."""
    return {
        "code": step.code,
        "type": step.type,
        "text": step.text,
        "required": step.required,
        "duty": step.duty,
        "wanted": _text(step.wanted),
        "message": step.message,
        "choices": "\n".join(step.choices),
        "answer_within": _text(step.answer_within),
        "minutes": _text(step.minutes),
        "on_late": step.on_late,
        "late_duty": step.late_duty,
        **conditionform.typed(step.condition),
    }


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def read_steps(data: QueryDict) -> StepForm:
    """Rows `steps-1-text` … from a form."""
    rows: list[dict[str, Any]] = []
    for number in range(1, MOST + 1):
        if f"steps-{number}-text" not in data:
            break
        row: dict[str, Any] = {name: data.get(f"steps-{number}-{name}", "") for name in BLANK}
        row["required"] = f"steps-{number}-required" in data
        for many in ("days", "answers"):
            row[many] = data.getlist(f"steps-{number}-{many}")
        row["code"] = row["code"][:8]
        rows.append(row if row["code"] else {**row, "code": new_row(rows)["code"]})
    return StepForm(rows)
