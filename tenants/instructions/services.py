"""Drafts of instructions, in the current municipality: begun, saved, thrown away. What then becomes of one: `reviewing`.

A case keeps the version it was taken with, whatever is approved later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import transaction

from central import kinds
from tenants.instructions import queries
from tenants.instructions import series as all_series
from tenants.instructions.models import OPEN, ActionInstruction, InstructionStep, Series, State
from tenants.instructions.rules import Step, coded, problems
from tenants.instructions.series import UnknownKind
from tenants.oncall import windows
from tenants.oncall.schedule import Window


class Actor(Protocol):
    """Who does it: an account."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...


@dataclass
class BadSteps(Exception):
    """The text can't go on: where ("title", "steps-2-duty") → what is wrong and what to do."""

    errors: dict[str, str] = field(default_factory=dict)


class NoDraft(Exception):
    """The draft is gone: somebody sent it for review or discarded it."""

    message = "Utkastet finns inte längre. Någon annan har skickat det på granskning eller kastat det."


class DraftChanged(Exception):
    """Somebody else saved the draft since it was read."""

    message = "Någon annan har sparat utkastet sedan du öppnade det. Dina ändringar finns kvar här."


def create_draft(*, series: Series, actor: Actor, now: datetime) -> ActionInstruction:
    """The open draft of a series (it may be under review), made from the newest version if there is none yet."""
    with transaction.atomic():
        if series.pk is None:
            series = all_series.made(kind=series.kind, site_id=series.site_id, name=series.name)
        all_series.lock(series)
        draft = series.versions.filter(state__in=OPEN).first()
        if draft is not None:
            return draft
        newest = queries.newest(series)
        draft = ActionInstruction.objects.create(
            series=series,
            kind=series.kind,
            title=newest.title if newest else kinds.KINDS[series.kind].name,
            hours=newest.hours if newest else [],
            changed_at=now,
            changed_by_name=actor.name,
        )
        if newest is not None:
            write_steps(draft, [Step.of(step) for step in newest.steps.all()])
    return draft


def save_draft(
    *,
    instruction_id: UUID,
    title: str,
    steps: Sequence[Step],
    hours: Sequence[Window] = (),
    actor: Actor,
    now: datetime,
    read_at: datetime | None = None,
) -> ActionInstruction:
    """Replace the draft's title, hours and steps; unfinished steps may be saved, wrong ones not.

    Whoever changes anything is one of its authors. Raises NoDraft, BadSteps, and DraftChanged when it was saved after
    `read_at`.
    """
    steps = coded(steps)
    if errors := problems(title, steps):
        raise BadSteps(errors)
    with transaction.atomic():
        draft = open_draft(instruction_id)
        if read_at is not None and draft.changed_at > read_at:
            raise DraftChanged
        kept = windows.kept(hours)
        before = [Step.of(step) for step in draft.steps.all()]
        changed = (draft.title, draft.hours, before) != (title.strip(), kept, list(steps))
        draft.title, draft.hours = title.strip(), list(kept)
        draft.changed_at, draft.changed_by_name = now, actor.name
        if changed:
            add_author(draft, actor)
        draft.save(update_fields=["title", "hours", "changed_at", "changed_by_name", "author_ids"])
        draft.steps.all().delete()
        write_steps(draft, steps)
    return draft


def discard_draft(*, instruction_id: UUID) -> None:
    """Throw the draft away. Raises NoDraft, also for one that is under review."""
    with transaction.atomic():
        open_draft(instruction_id).delete()


def publish(
    *,
    kind: str,
    title: str,
    steps: Sequence[Step],
    approved_by_name: str,
    now: datetime,
    site_id: UUID | None = None,
    name: str = "",
    hours: Sequence[Window] = (),
) -> ActionInstruction:
    """A version that counts at once, as it was agreed on elsewhere: for seeds, the demo and tests. No page does this.

    A draft somebody is working on stays as it is. Raises UnknownKind and BadSteps.
    """
    steps = coded(steps)
    series = all_series.made(kind=kind, site_id=site_id, name=name)
    if errors := problems(title, steps, finished=True):
        raise BadSteps(errors)
    with transaction.atomic():
        all_series.lock(series)
        waiting = series.versions.filter(state__in=OPEN).first()
        aside = (
            None
            if waiting is None
            else all_series.made(kind=kind, site_id=site_id, name=f"{name[:30]} utkast")
        )
        if waiting is not None and aside is not None:
            series.versions.filter(pk=waiting.pk).update(series=aside)  # one open draft per series
        made = ActionInstruction.objects.create(
            series=series, kind=kind, title=title.strip(), hours=list(windows.kept(hours)), changed_at=now,
            changed_by_name=approved_by_name,
        )  # fmt: skip
        write_steps(made, steps)
        make_approved(made, approved_by_id=None, approved_by_name=approved_by_name, valid_from=now, now=now)
        if waiting is not None and aside is not None:
            aside.versions.filter(pk=waiting.pk).update(series=series)
            aside.delete()
    return made


def make_approved(
    draft: ActionInstruction,
    *,
    approved_by_id: int | None,
    approved_by_name: str,
    valid_from: datetime,
    now: datetime,
) -> None:
    """The next version, valid from then; what counted then ends. In the lock of the series."""
    versions = ActionInstruction.objects.filter(series_id=draft.series_id, state=State.APPROVED)
    for old in versions.select_for_update():
        if old.valid_from is not None and (old.superseded_at is None or old.superseded_at > valid_from):
            old.superseded_at = max(old.valid_from, valid_from)
            old.save(update_fields=["superseded_at"])
    last = versions.order_by("-version").values_list("version", flat=True).first()
    draft.version = (last or 0) + 1
    draft.state, draft.valid_from, draft.approved_at = State.APPROVED, valid_from, now
    draft.approved_by_id, draft.approved_by_name, draft.changed_at = approved_by_id, approved_by_name, now
    draft.save()


def open_draft(instruction_id: UUID, state: State = State.DRAFT) -> ActionInstruction:
    """The locked draft (or the one in that state). Raises NoDraft."""
    rows = ActionInstruction.objects.select_for_update()
    draft = rows.filter(pk=instruction_id, state=state).first()
    if draft is None:
        raise NoDraft
    return draft


def add_author(draft: ActionInstruction, actor: Actor) -> None:
    """Everybody who wrote in it; the caller saves."""
    draft.author_ids = sorted({*draft.author_ids, actor.pk})


def write_steps(draft: ActionInstruction, steps: Sequence[Step]) -> None:
    """The steps' rows, in order."""
    InstructionStep.objects.bulk_create(
        InstructionStep(
            instruction=draft,
            position=position,
            code=step.code,
            type=step.type,
            text=step.text.strip(),
            required=step.required,
            duty=step.duty,
            wanted=step.wanted,
            message=step.message.strip(),
            choices=list(step.choices),
            answer_within=step.answer_within,
            condition=step.condition,
            minutes=step.minutes,
            on_late=step.on_late,
            late_duty=step.late_duty,
        )
        for position, step in enumerate(coded(steps), 1)
    )


__all__ = [
    "BadSteps",
    "DraftChanged",
    "NoDraft",
    "UnknownKind",
    "create_draft",
    "discard_draft",
    "publish",
    "save_draft",
]
