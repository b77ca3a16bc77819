"""The steps as they stand in the editor's form: everything typed is kept, whatever is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tenants.instructions.rules import Step

BLANK: dict[str, Any] = {
    "type": "check",
    "text": "",
    "required": True,
    "duty": "",
    "choices": "",
    "answer_within": "",
}
MOST = 60  # rows read from one form


@dataclass(slots=True)
class StepForm:
    """The rows of the form, in order, as typed."""

    rows: list[dict[str, Any]]

    def move(self, act: str) -> bool:
        """Do what an "add", "up-2", "down-2" or "remove-2" button asks; False for other acts."""
        verb, _, number = act.partition("-")
        if verb == "add":
            self.rows.append(dict(BLANK))
            return True
        place = int(number) - 1 if number.isdigit() else -1
        if verb not in ("up", "down", "remove") or not 0 <= place < len(self.rows):
            return False
        row = self.rows.pop(place)
        if verb != "remove":
            self.rows.insert(max(0, place - 1) if verb == "up" else place + 1, row)
        return True

    def steps(self) -> tuple[list[Step], dict[str, str]]:
        """The steps, and what can't be read as one (same keys as `rules.problems`)."""
        steps: list[Step] = []
        wrong: dict[str, str] = {}
        for number, row in enumerate(self.rows, 1):
            within = row["answer_within"].strip()
            if within and not within.isdigit():
                wrong[f"steps-{number}-answer_within"] = (
                    f"Steg {number}: skriv svarstiden som sekunder, till exempel 300."
                )
            choices = tuple(line.strip() for line in row["choices"].splitlines() if line.strip())
            steps.append(
                Step(
                    type=row["type"],
                    text=row["text"],
                    required=row["required"],
                    duty=row["duty"] if row["type"] == "call_out" else "",
                    choices=choices,
                    answer_within=int(within) if within.isdigit() else None,
                )
            )
        return steps, wrong


def read_steps(data: QueryDict) -> StepForm:
    """Rows `steps-1-text` … from a form."""
    rows: list[dict[str, Any]] = []
    for number in range(1, MOST + 1):
        if f"steps-{number}-text" not in data:
            break
        row: dict[str, Any] = {name: data.get(f"steps-{number}-{name}", "") for name in BLANK}
        row["required"] = f"steps-{number}-required" in data
        rows.append(row)
    return StepForm(rows)
