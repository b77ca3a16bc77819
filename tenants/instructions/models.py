"""Versioned action instructions. A version that has been valid never changes; a trigger sees to it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from central import kinds


class State(models.TextChoices):
    """Where a version is in its life."""

    DRAFT = "draft", "Utkast"
    VALID = "valid", "Gäller"
    SUPERSEDED = "superseded", "Ersatt"


class StepType(models.TextChoices):
    """What a step asks the operator to do."""

    CHECK = "check", "Kontrollera"
    ASK = "ask", "Fråga"
    CALL_OUT = "call_out", "Kalla ut"
    SAFE_POINT = "safe_point", "Öppna trygghetspunkt"
    INFORM = "inform", "Meddela"
    FOLLOW_UP = "follow_up", "Följ upp"


class ActionInstruction(models.Model):
    """One version of the instruction for a kind. Drafts have no version number yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24, choices=kinds.CHOICES)
    version = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField("rubrik", max_length=120)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    valid_from = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    approved_by_name = models.CharField(max_length=120, blank=True, default="")
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "version"], name="instructions_version_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state=State.VALID), name="instructions_one_valid"
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state=State.DRAFT), name="instructions_one_draft"
            ),
            models.CheckConstraint(
                name="instructions_valid_is_approved",
                condition=Q(state=State.DRAFT, version__isnull=True)
                | (Q(version__isnull=False, valid_from__isnull=False) & ~Q(approved_by_name="")),
            ),
            models.CheckConstraint(
                name="instructions_state_known", condition=Q(state__in=[state.value for state in State])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}" if self.version else f"{self.kind} utkast"


class InstructionStep(models.Model):
    """One step. `answer_within` is seconds a called-out person has to answer."""

    instruction = models.ForeignKey(ActionInstruction, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    type = models.CharField("typ", max_length=12, choices=StepType)
    text = models.CharField("text", max_length=300)
    required = models.BooleanField("obligatoriskt", default=True)
    duty = models.CharField("jour", max_length=40, blank=True, default="")
    choices = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    answer_within = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["instruction", "position"],
                name="instructions_step_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(name="instructions_step_from_one", condition=Q(position__gte=1)),
            models.CheckConstraint(
                name="instructions_call_out_names_a_duty",
                condition=~Q(type=StepType.CALL_OUT) | ~Q(duty=""),
            ),
            models.CheckConstraint(
                name="instructions_step_type_known", condition=Q(type__in=[kind.value for kind in StepType])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.text}"
