"""What a sound instruction is, and how two versions differ. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tenants.instructions.models import InstructionStep, StepType

LONGEST_TEXT = 300
LONGEST_TITLE = 120
MOST_STEPS = 40
SHORTEST_ANSWER = 30  # seconds
LONGEST_ANSWER = 3600


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it is written, before it has a row. `answer_within` is seconds."""

    type: str
    text: str
    required: bool = True
    duty: str = ""
    choices: tuple[str, ...] = ()
    answer_within: int | None = None

    @classmethod
    def of(cls, row: InstructionStep) -> Step:
        """The step of a stored row."""
        return cls(row.type, row.text, row.required, row.duty, tuple(row.choices), row.answer_within)

    def words(self) -> str:
        """The step in one line, for comparing versions."""
        parts = [f"{StepType(self.type).label}: {self.text}"]
        if self.duty:
            parts.append(f"jour {self.duty}")
        if self.choices:
            parts.append("svar: " + " / ".join(self.choices))
        if self.answer_within:
            parts.append(f"svar inom {self.answer_within} s")
        parts.append("obligatoriskt" if self.required else "frivilligt")
        return " · ".join(parts)


def problems(title: str, steps: Sequence[Step], *, finished: bool = False) -> dict[str, str]:
    """Where → what is wrong and what to do; empty when sound. `finished` also asks for at least one step."""
    found: dict[str, str] = {}
    if not title.strip():
        found["title"] = "Skriv en rubrik."
    elif len(title.strip()) > LONGEST_TITLE:
        found["title"] = f"Korta rubriken till högst {LONGEST_TITLE} tecken."
    if finished and not steps:
        found["steps"] = "Lägg till minst ett steg innan du publicerar."
    if len(steps) > MOST_STEPS:
        found["steps"] = (
            f"Det är {len(steps)} steg. Dela upp instruktionen: högst {MOST_STEPS} steg går att följa."
        )
    for number, step in enumerate(steps, 1):
        for name, text in _step_problems(step).items():
            found[f"steps-{number}-{name}"] = f"Steg {number}: {text}"
    return found


def _step_problems(step: Step) -> dict[str, str]:
    found: dict[str, str] = {}
    if step.type not in StepType.values:
        found["type"] = "välj vad steget gör."
    if not step.text.strip():
        found["text"] = "skriv vad operatören ska göra, eller ta bort steget."
    elif len(step.text.strip()) > LONGEST_TEXT:
        found["text"] = f"korta texten till högst {LONGEST_TEXT} tecken."
    if step.type == StepType.CALL_OUT and not step.duty:
        found["duty"] = "välj vilken jour som ska kallas ut."
    if len(step.choices) > 9 or any(not choice.strip() or len(choice) > 60 for choice in step.choices):
        found["choices"] = "ge högst nio svar med högst 60 tecken vardera."
    within = step.answer_within
    if within is not None and not SHORTEST_ANSWER <= within <= LONGEST_ANSWER:
        found["answer_within"] = f"ge en tid mellan {SHORTEST_ANSWER} och {LONGEST_ANSWER} sekunder."
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a comparison. `sign` is "+" for new, "-" for removed, " " for unchanged."""

    sign: str
    text: str


def differences(old: Sequence[Step], new: Sequence[Step]) -> list[Difference]:
    """The steps of two versions against each other, in the new order."""
    lines = difflib.ndiff([step.words() for step in old], [step.words() for step in new])
    return [Difference(line[0], line[2:]) for line in lines if line[0] in "+- "]


def as_steps(rows: Sequence[dict[str, Any]]) -> list[Step]:
    """Steps from plain dictionaries (seed files, the demo)."""
    return [Step(**{**row, "choices": tuple(row.get("choices", ()))}) for row in rows]
