"""Read instructions of the current municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from central import kinds
from tenants.instructions.models import ActionInstruction, InstructionStep, State


def current(kind: str) -> ActionInstruction | None:
    """The valid version for a kind; None when the municipality has none."""
    return ActionInstruction.objects.filter(kind=kind, state=State.VALID).first()


def steps(instruction_id: UUID) -> list[InstructionStep]:
    """The steps of one version, in order."""
    return list(InstructionStep.objects.filter(instruction_id=instruction_id).order_by("position"))


def draft(kind: str) -> ActionInstruction | None:
    """The draft for a kind."""
    return ActionInstruction.objects.filter(kind=kind, state=State.DRAFT).first()


def versions(kind: str) -> list[ActionInstruction]:
    """Every published version, the newest first."""
    published = ActionInstruction.objects.filter(kind=kind).exclude(state=State.DRAFT)
    return list(published.order_by("-version"))


def version_before(instruction: ActionInstruction) -> ActionInstruction | None:
    """The version an instruction replaced (or, for a draft, would replace)."""
    rows = ActionInstruction.objects.filter(kind=instruction.kind).exclude(state=State.DRAFT)
    if instruction.version is not None:
        rows = rows.filter(version__lt=instruction.version)
    return rows.order_by("-version").first()


def calling_out(duty: str) -> list[ActionInstruction]:
    """The valid versions with a step that calls out a duty (its code)."""
    steps = InstructionStep.objects.filter(duty=duty).values("instruction_id")
    return list(ActionInstruction.objects.filter(state=State.VALID, pk__in=steps).order_by("title"))


@dataclass(frozen=True, slots=True)
class Line:
    """One kind in the register."""

    kind: str
    name: str
    valid: ActionInstruction | None
    has_draft: bool
    changed_at: datetime | None


def register() -> list[Line]:
    """Every kind with its valid version, if any, in the order of the kinds.

    The centre's own findings, which are no municipality's to instruct about, are left out unless somebody has.
    """
    rows = ActionInstruction.objects.exclude(state=State.SUPERSEDED)
    valid = {row.kind: row for row in rows if row.state == State.VALID}
    drafts = {row.kind for row in rows if row.state == State.DRAFT}
    return [
        Line(
            kind=kind.code,
            name=kind.name,
            valid=valid.get(kind.code),
            has_draft=kind.code in drafts,
            changed_at=valid[kind.code].valid_from if kind.code in valid else None,
        )
        for kind in kinds.KINDS.values()
        if kind.code in kinds.SENDABLE or kind.code in valid or kind.code in drafts
    ]
