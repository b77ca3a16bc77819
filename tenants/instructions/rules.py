"""What a sound instruction is, and how two versions differ. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tenants.instructions import conditions
from tenants.instructions.conditions import Condition
from tenants.instructions.models import TO_A_DUTY, InstructionStep, Late, StepType

LONGEST_TEXT = 300
LONGEST_TITLE = 120
MOST_STEPS = 40
MOST_WANTED = 50
SHORTEST_ANSWER = 30  # seconds
LONGEST_ANSWER = 3600
LONGEST_DEADLINE = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it is written, before it has a row. ``answer_within`` is seconds, ``minutes`` how soon it must be done.

    ``condition`` as tenants.instructions.conditions keeps it; an empty ``code`` is given one when it is stored.
    """

    type: str
    text: str
    required: bool = True
    duty: str = ""
    choices: tuple[str, ...] = ()
    answer_within: int | None = None
    code: str = ""
    wanted: int | None = None
    message: str = ""
    condition: dict[str, Any] = field(default_factory=dict)
    minutes: int | None = None
    on_late: str = ""
    late_duty: str = ""

    @classmethod
    def of(cls, row: InstructionStep) -> Step:
        """The step of a stored row."""
        return cls(
            row.type, row.text, row.required, row.duty, tuple(row.choices), row.answer_within, row.code, row.wanted,
            row.message, row.condition, row.minutes, row.on_late, row.late_duty,
        )  # fmt: skip

    def words(self, numbers: Mapping[str, int] | None = None, duties: Mapping[str, str] | None = None) -> str:
        """The step in one line, for comparing versions. ``duties``: code → name."""
        return " · ".join([f"{StepType(self.type).label}: {self.text}", *self.details(numbers, duties)])

    def details(
        self, numbers: Mapping[str, int] | None = None, duties: Mapping[str, str] | None = None
    ) -> list[str]:
        """What stands under its text: whom it reaches, answers, when it applies, how soon."""
        named = duties or {}
        parts = [f"jour {named.get(self.duty, self.duty)}"] if self.duty else []
        if self.wanted:
            parts.append(f"{self.wanted} behövs")
        if self.message:
            parts.append(f"sms: ”{self.message}”")
        if self.choices:
            parts.append("svar: " + " / ".join(self.choices))
        if self.answer_within:
            parts.append(f"svar inom {self.answer_within} s")
        if when := conditions.words(Condition.of(self.condition), numbers or {}):
            parts.append(when)
        if self.minutes:
            parts.append(f"inom {self.minutes} min, annars {self.late_words(named)}")
        return [*parts, "obligatoriskt" if self.required else "frivilligt"]

    def late_words(self, duties: Mapping[str, str] | None = None) -> str:
        """What follows when its time is out, in the middle of a sentence."""
        if self.on_late == Late.CALL_OUT:
            return f"kallas {(duties or {}).get(self.late_duty, self.late_duty)} ut"
        return LATE_WORDS.get(self.on_late, "")


LATE_WORDS: dict[str, str] = {
    Late.REMIND: "påminns den som har ärendet",
    Late.RAISE: "höjs prioriteten",
    Late.LEADER: "får skiftledaren veta",
}


def numbers(steps: Iterable[Step | InstructionStep]) -> dict[str, int]:
    """Code → number, as conditions in words need it."""
    return {step.code: number for number, step in enumerate(steps, 1) if step.code}


def coded(steps: Sequence[Step]) -> list[Step]:
    """Every step with a code of its own; those that have one keep it."""
    taken = {step.code for step in steps}
    free = (f"s{number}" for number in range(1, len(steps) + len(taken) + 2) if f"s{number}" not in taken)
    return [step if step.code else replace(step, code=next(free)) for step in steps]


def problems(title: str, steps: Sequence[Step], *, finished: bool = False) -> dict[str, str]:
    """Where → what is wrong and what to do; empty when sound. ``finished`` also asks for at least one step."""
    found: dict[str, str] = {}
    if not title.strip():
        found["title"] = "Skriv en rubrik."
    elif len(title.strip()) > LONGEST_TITLE:
        found["title"] = f"Korta rubriken till högst {LONGEST_TITLE} tecken."
    if finished and not steps:
        found["steps"] = "Lägg till minst ett steg innan instruktionen går vidare."
    if len(steps) > MOST_STEPS:
        found["steps"] = (
            f"Det är {len(steps)} steg. Dela upp instruktionen: högst {MOST_STEPS} steg går att följa."
        )
    before: dict[str, tuple[int, tuple[str, ...]]] = {}
    for number, step in enumerate(steps, 1):
        wrong = _step_problems(step) | _condition_problems(step, before)
        if step.code in before:
            wrong["code"] = "är ett annat steg. Ta bort det och lägg till det på nytt."
        for name, text in wrong.items():
            found[f"steps-{number}-{name}"] = f"Steg {number}: {text}"
        if step.code:
            before[step.code] = (number, step.choices)
    return found


def _step_problems(step: Step) -> dict[str, str]:
    found: dict[str, str] = {}
    if step.type not in StepType.values:
        found["type"] = "välj vad steget gör."
    if not step.text.strip():
        found["text"] = "skriv vad operatören ska göra, eller ta bort steget."
    elif len(step.text.strip()) > LONGEST_TEXT:
        found["text"] = f"korta texten till högst {LONGEST_TEXT} tecken."
    if step.type in TO_A_DUTY and not step.duty:
        found["duty"] = "välj vilken jour det gäller."
    if step.type == StepType.SMS and not step.message.strip():
        found["message"] = "skriv vad det ska stå i sms:et. Skriv inga namn eller adresser i det."
    elif len(step.message.strip()) > LONGEST_TEXT:
        found["message"] = f"korta sms:et till högst {LONGEST_TEXT} tecken."
    if step.wanted is not None and not 1 <= step.wanted <= MOST_WANTED:
        found["wanted"] = f"skriv hur många som behövs, 1 till {MOST_WANTED}."
    if len(step.choices) > 9 or any(not choice.strip() or len(choice) > 60 for choice in step.choices):
        found["choices"] = "ge högst nio svar med högst 60 tecken vardera."
    elif len(set(step.choices)) != len(step.choices):
        found["choices"] = "samma svar står två gånger."
    within = step.answer_within
    if within is not None and not SHORTEST_ANSWER <= within <= LONGEST_ANSWER:
        found["answer_within"] = f"ge en tid mellan {SHORTEST_ANSWER} och {LONGEST_ANSWER} sekunder."
    return found | _deadline_problems(step)


def _deadline_problems(step: Step) -> dict[str, str]:
    found: dict[str, str] = {}
    if step.minutes is None:
        if step.type == StepType.WAIT:
            found["minutes"] = "skriv hur många minuter operatören ska vänta."
        if step.on_late:
            found["minutes"] = "skriv inom hur många minuter steget ska vara gjort."
        return found
    if not 1 <= step.minutes <= LONGEST_DEADLINE:
        found["minutes"] = f"skriv en tid mellan 1 och {LONGEST_DEADLINE} minuter."
    if step.on_late not in Late.values:
        found["on_late"] = "välj vad som händer om steget inte är gjort i tid."
    elif step.on_late == Late.CALL_OUT and not step.late_duty:
        found["late_duty"] = "välj vilken jour som kallas ut om steget inte är gjort i tid."
    return found


def _condition_problems(step: Step, before: Mapping[str, tuple[int, tuple[str, ...]]]) -> dict[str, str]:
    for code, any_of in Condition.of(step.condition).answers:
        if code not in before:
            return {
                "answers": "villkoret gäller en fråga som inte kommer före steget. Flytta steget eller frågan."
            }
        number, choices = before[code]
        for answer in any_of:
            if answer not in choices:
                return {
                    "answers": f"svaret ”{answer}” finns inte längre på steg {number}. Välj svar på nytt."
                }
    return {}


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a comparison. `sign` is "+" for new, "-" for removed, " " for unchanged."""

    sign: str
    text: str


def differences(
    old: Sequence[Step], new: Sequence[Step], duties: Mapping[str, str] | None = None
) -> list[Difference]:
    """The steps of two versions against each other, in the new order."""
    lines = difflib.ndiff(
        [step.words(numbers(old), duties) for step in old], [step.words(numbers(new), duties) for step in new]
    )
    return [Difference(line[0], line[2:]) for line in lines if line[0] in "+- "]


def differing(old: Sequence[str], new: Sequence[str]) -> list[Difference]:
    """Lines that stand in the same order in both, where they differ."""
    pairs = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    return [line for one, other in pairs for line in (Difference("-", one), Difference("+", other))]


def as_steps(rows: Sequence[dict[str, Any]]) -> list[Step]:
    """Steps from plain dictionaries (seed files, the demo)."""
    return [Step(**{**row, "choices": tuple(row.get("choices", ()))}) for row in rows]
