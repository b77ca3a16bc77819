"""Draft, edit and publish instructions, in the current municipality.

Publishing makes a new version and supersedes the old one; a case keeps the version it was taken with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from central import kinds
from tenants.instructions.models import ActionInstruction, InstructionStep, State
from tenants.instructions.rules import Step, problems


@dataclass
class BadSteps(Exception):
    """The text can't be published: where ("title", "steps-2-duty") → what is wrong and what to do."""

    errors: dict[str, str] = field(default_factory=dict)


class UnknownKind(Exception):
    """There is no such kind of case."""


class NoDraft(Exception):
    """The draft is gone: somebody published or discarded it."""

    message = "Utkastet finns inte längre. Någon annan har publicerat eller kastat det."


class DraftChanged(Exception):
    """Somebody else saved the draft since it was read."""

    message = "Någon annan har sparat utkastet sedan du öppnade det. Dina ändringar finns kvar här."


def create_draft(*, kind: str, by_name: str, now: datetime) -> ActionInstruction:
    """The draft for a kind, made from the valid version if there is none yet. Raises UnknownKind."""
    if kind not in kinds.KINDS:
        raise UnknownKind(kind)
    with transaction.atomic():
        _lock(kind)
        draft = ActionInstruction.objects.filter(kind=kind, state=State.DRAFT).first()
        if draft is not None:
            return draft
        valid = ActionInstruction.objects.filter(kind=kind, state=State.VALID).first()
        title = valid.title if valid else kinds.KINDS[kind].name
        draft = ActionInstruction.objects.create(
            kind=kind, title=title, changed_at=now, changed_by_name=by_name
        )
        if valid is not None:
            _write_steps(draft, [Step.of(step) for step in valid.steps.all()])
    return draft


def save_draft(
    *,
    instruction_id: UUID,
    title: str,
    steps: Sequence[Step],
    by_name: str,
    now: datetime,
    read_at: datetime | None = None,
) -> ActionInstruction:
    """Replace the draft's title and steps; unfinished steps may be saved, wrong ones not.

    Raises NoDraft, BadSteps, and DraftChanged when it was saved after `read_at`.
    """
    if errors := problems(title, steps):
        raise BadSteps(errors)
    with transaction.atomic():
        draft = _draft(instruction_id)
        if read_at is not None and draft.changed_at > read_at:
            raise DraftChanged
        draft.title, draft.changed_at, draft.changed_by_name = title.strip(), now, by_name
        draft.save(update_fields=["title", "changed_at", "changed_by_name"])
        draft.steps.all().delete()
        _write_steps(draft, steps)
    return draft


def discard_draft(*, instruction_id: UUID) -> None:
    """Throw the draft away. Raises NoDraft."""
    with transaction.atomic():
        _draft(instruction_id).delete()


def publish_draft(*, instruction_id: UUID, approved_by_name: str, now: datetime) -> ActionInstruction:
    """Make the draft the valid version. Raises NoDraft and BadSteps."""
    with transaction.atomic():
        draft = _draft(instruction_id)
        errors = problems(draft.title, [Step.of(step) for step in draft.steps.all()], finished=True)
        if errors:
            raise BadSteps(errors)
        _make_valid(draft, approved_by_name, now)
    return draft


def publish(
    *, kind: str, title: str, steps: Sequence[Step], approved_by_name: str, now: datetime
) -> ActionInstruction:
    """Write and publish a version at once; a draft somebody is working on stays as it is.

    Raises UnknownKind and BadSteps.
    """
    if kind not in kinds.KINDS:
        raise UnknownKind(kind)
    if errors := problems(title, steps, finished=True):
        raise BadSteps(errors)
    with transaction.atomic():
        _lock(kind)
        waiting = ActionInstruction.objects.filter(kind=kind, state=State.DRAFT).first()
        kept = [Step.of(step) for step in waiting.steps.all()] if waiting else []
        waiting_id = waiting.pk if waiting else None
        if waiting is not None:
            waiting.delete()  # one draft per kind: it steps aside and comes back
        made = ActionInstruction.objects.create(
            kind=kind, title=title.strip(), changed_at=now, changed_by_name=approved_by_name
        )
        _write_steps(made, steps)
        _make_valid(made, approved_by_name, now)
        if waiting is not None:
            waiting.pk = waiting_id
            waiting.save(force_insert=True)
            _write_steps(waiting, kept)
    return made


def _make_valid(draft: ActionInstruction, approved_by_name: str, now: datetime) -> None:
    _lock(draft.kind)
    versions = ActionInstruction.objects.filter(kind=draft.kind)
    versions.filter(state=State.VALID).update(state=State.SUPERSEDED, superseded_at=now)
    draft.version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    draft.state, draft.valid_from, draft.approved_by_name = State.VALID, now, approved_by_name
    draft.changed_at = now
    draft.save()


def _draft(instruction_id: UUID) -> ActionInstruction:
    rows = ActionInstruction.objects.select_for_update()
    draft = rows.filter(pk=instruction_id, state=State.DRAFT).first()
    if draft is None:
        raise NoDraft
    return draft


def _write_steps(draft: ActionInstruction, steps: Sequence[Step]) -> None:
    InstructionStep.objects.bulk_create(
        InstructionStep(
            instruction=draft,
            position=position,
            type=step.type,
            text=step.text.strip(),
            required=step.required,
            duty=step.duty,
            choices=list(step.choices),
            answer_within=step.answer_within,
        )
        for position, step in enumerate(steps, 1)
    )


def _lock(kind: str) -> None:
    """One publication of a kind at a time in this schema."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || %s))", [f".instr.{kind}"])
