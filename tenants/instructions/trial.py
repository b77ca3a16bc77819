"""A draft tried on the ten latest cases of its kind: what would have been different. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tenants.casefiles.models import CaseFile, StepRecord
from tenants.instructions import conditions, queries
from tenants.instructions.conditions import Condition
from tenants.instructions.models import ActionInstruction, Pin
from tenants.instructions.rules import Step, numbers
from tenants.oncall import windows

MOST = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one case would have met. Steps in words; ``off`` with the condition that would have been false.

    ``open``: new steps that hang on a question nobody was asked then. ``chosen`` False: another instruction would have
    been chosen for the case (``instead``, "" for none), so nothing would have changed.
    """

    chosen: bool
    instead: str = ""
    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    off: list[tuple[str, str]] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return self.chosen and not self.added and not self.gone and not self.open


@dataclass(frozen=True, slots=True)
class Tried:
    """One case: when it came, what it was worked by, and what would have changed. Nothing of its letter."""

    case_id: UUID
    reference: str
    function: str
    received_at: datetime
    closed: bool
    pinned: str
    outcome: Outcome


def compare(
    old: Sequence[Step],
    new: Sequence[Step],
    answers: Mapping[str, str],
    at: datetime,
    *,
    asked: Mapping[str, str],
) -> Outcome:
    """Pure. ``answers``: code → what was answered, in the old version; ``asked``: the same by the question's text.

    A question of the new version was answered when the old has the same code, or the same words. A step is the same when
    its code and type are, whatever has been reworded.
    """
    given = {
        step.code: answers.get(step.code, asked.get(step.text.strip().lower(), ""))
        for step in new
        if step.code in answers or step.text.strip().lower() in asked
    }
    then = {(step.code, step.type) for step, holds in conditions.evaluate(old, answers, at) if holds != "no"}
    found, places = conditions.evaluate(new, given, at), numbers(new)
    shown = {(step.code, step.type) for step, holds in found if holds != "no"}
    off = [step for step, holds in found if holds == "no"]
    unsure = [step for step, holds in found if holds == "open" and (step.code, step.type) not in then]
    gone = [step for step in old if (step.code, step.type) in then - shown]
    return Outcome(
        chosen=True,
        added=[
            _line(places, step)
            for step, holds in found
            if holds == "yes" and (step.code, step.type) not in then
        ],
        gone=[_line(numbers(old), step) for step in gone],
        off=[(_line(places, step), conditions.words(Condition.of(step.condition), places)) for step in off],
        open=[
            (_line(places, step), conditions.words(Condition.of(step.condition), places)) for step in unsure
        ],
    )


def _line(places: Mapping[str, int], step: Step) -> str:
    return f"{places.get(step.code, '')} {step.text}".strip()


def run(draft: ActionInstruction, now: datetime) -> list[Tried]:
    """The latest cases of the draft's kind, the newest first, each tried as of when it was taken (else: came in)."""
    cases = list(CaseFile.objects.filter(kind=draft.kind).order_by("-received_at", "-id")[:MOST])
    pins = Pin.objects.in_bulk([case.pk for case in cases])
    pinned = ActionInstruction.objects.select_related("series").in_bulk(
        {case.instruction_id for case in cases if case.instruction_id}
    )
    records: dict[UUID, list[StepRecord]] = {case.pk: [] for case in cases}
    for record in StepRecord.objects.filter(case_id__in=records):
        records[record.case_id].append(record)
    steps = {pk: [Step.of(row) for row in queries.steps(pk)] for pk in (*pinned, draft.pk)}
    tried = []
    for case in cases:
        pin = pins.get(case.pk)
        at = pin.at if pin else case.received_at
        row = pinned.get(case.instruction_id) if case.instruction_id else None
        other = _other(draft, case.kind, at, pin.site_id if pin else None)
        if other is None:
            outcome = _compared(steps[row.pk] if row else [], steps[draft.pk], records[case.pk], at)
        else:
            outcome = Outcome(chosen=False, instead=other)
        tried.append(
            Tried(
                case.pk, case.reference, case.function, case.received_at, case.closed_at is not None,
                _named(row) if row else "", outcome,
            )
        )  # fmt: skip
    return tried


def _compared(
    old: Sequence[Step], new: Sequence[Step], records: Sequence[StepRecord], at: datetime
) -> Outcome:
    by_position = {record.position: record.outcome for record in records}
    answers = {step.code: by_position[place] for place, step in enumerate(old, 1) if place in by_position}
    asked = {
        step.text.strip().lower(): answers[step.code] for step in old if step.code in answers and step.choices
    }
    return compare(old, new, answers, at, asked=asked)


def _other(draft: ActionInstruction, kind: str, at: datetime, site_id: UUID | None) -> str | None:
    """None when the draft, had it counted, would have been chosen; else what would ("" for nothing)."""
    series = draft.series
    covers = conditions.covers(windows.read(draft.hours), at)
    fits = series.site_id in (None, site_id) and covers
    others = [row for row in queries.fitting(kind, at=at, site_id=site_id) if row.series_id != series.pk]
    rival = others[0] if others else None
    if fits and (rival is None or queries.order_of(draft) <= queries.order_of(rival)):
        return None
    return _named(rival) if rival else ""


def _named(row: ActionInstruction) -> str:
    name = f"{row.title}, {row.series.name}" if row.series.name else row.title
    return f"{name}, version {row.version}"
