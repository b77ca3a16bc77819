"""Instructions on paper: what the binder on the desk holds when screens fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from central import kinds, paper
from central.paper import Heading, NewPage, Part, Steps, Table, Text
from tenants.instructions import conditions, queries
from tenants.instructions.conditions import Condition
from tenants.instructions.models import ActionInstruction, StepType
from tenants.instructions.rules import Step, numbers
from tenants.oncall import queries as oncall
from tenants.oncall import windows

STOCKHOLM = ZoneInfo("Europe/Stockholm")
STANDING = {
    "draft": "UTKAST, gäller inte",
    "review": "GRANSKAS, gäller inte",
    "coming": "Gäller inte än",
    "ended": "Gäller inte längre",
    "superseded": "Ersatt, gäller inte längre",
    "never": "Har aldrig gällt",
}


def one(instruction: ActionInstruction, *, municipality: str, now: datetime) -> bytes:
    """One version as PDF. What does not count now says so first."""
    title = f"{instruction.title}, version {instruction.version}"
    return paper.document(f"{municipality}: {title}", printed=now, parts=_parts(instruction, _duties(), now))


def everything(*, municipality: str, now: datetime) -> bytes:
    """Every version that counts now, a page each, with a list first, as PDF."""
    rows = sorted(
        queries.valid(now), key=lambda row: (list(kinds.KINDS).index(row.kind), *queries.order_of(row))
    )
    sites, duties = queries.names_of_sites(), _duties()
    listing = Table(
        ["Slag", "Rubrik", "Objekt", "Tider", "Version"],
        [
            [
                kinds.KINDS[row.kind].name,
                row.title,
                queries.where(row.series, sites) or "Hela kommunen",
                windows.words(windows.read(row.hours)),
                str(row.version),
            ]
            for row in rows
        ],
        widths=[3, 5, 4, 4, 1.5],
        empty="Ingen instruktion gäller just nu.",
    )
    intro = (
        "Följ den instruktion som är skriven för objektet, annars den för hela kommunen; den som har egna tider går "
        "före. Skriv klockslag och signatur vid varje steg, och för in dem i ärendet när skärmarna fungerar igen. "
        "Vid fara för liv: ring 112."
    )  # fmt: skip
    parts: list[Part] = [Text(intro), listing]
    for row in rows:
        parts += [NewPage(), Heading(row.title, 1), *_parts(row, duties, now)]
    return paper.document(f"{municipality}: alla åtgärdsinstruktioner", printed=now, parts=parts)


def _duties() -> dict[str, str]:
    return {duty.code: duty.name for duty in oncall.duties()}


def _parts(instruction: ActionInstruction, duties: Mapping[str, str], now: datetime) -> list[Part]:
    standing = STANDING.get(instruction.standing(now))
    where = queries.where(instruction.series, queries.names_of_sites()) or "hela kommunen"
    about = [
        f"{kinds.KINDS[instruction.kind].name} · {where} · {windows.words(windows.read(instruction.hours))}",
        f"Version {instruction.version} · gäller från {_moment(instruction.valid_from)} · godkänd av "
        f"{instruction.approved_by_name}",
    ]  # fmt: skip
    parts: list[Part] = [Text(standing, tone="strong")] if standing else []
    steps = [Step.of(row) for row in queries.steps(instruction.pk)]
    return [*parts, Text("\n".join(about), tone="muted"), Steps(_steps(steps, duties))]


def _steps(steps: Sequence[Step], duties: Mapping[str, str]) -> list[paper.Step]:
    places, found = numbers(steps), []
    for number, step in enumerate(steps, 1):
        lines = []
        if when := conditions.words(Condition.of(step.condition), places):
            lines.append(f"{when[:1].upper()}{when[1:]}.")
        if step.duty:
            wanted = f", {step.wanted} behövs" if step.wanted else ""
            lines.append(f"Jour: {duties.get(step.duty, step.duty)}{wanted}.")
        if step.message:
            lines.append(f"Sms: ”{step.message}”")
        if step.minutes:
            lines.append(f"Inom {step.minutes} minuter, annars {step.late_words(duties)}.")
        if not step.required:
            lines.append("Frivilligt.")
        verb = StepType(step.type).label
        doubled = step.text.lower().startswith(verb.lower())
        text = step.text if doubled else f"{verb}: {step.text}"
        found.append(paper.Step(str(number), text, lines, step.choices))
    return found


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}" if at else ""
