"""What a municipality learns from its cases: improvements, and the goals it measures itself by."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from central import functions
from tenants.followup.figures import MEASURES


class State(models.TextChoices):
    PLANNED = "planned", "Att göra"
    UNDER_WAY = "under_way", "Pågår"
    DONE = "done", "Klart"
    DROPPED = "dropped", "Görs inte"


OPEN = (State.PLANNED, State.UNDER_WAY)


class Improvement(models.Model):
    """Something to be better at: whose it is, by when, and how everybody will see that it is done.

    It is about a case, the version of an instruction, both or neither. ``owner_id`` is an account of a member here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField("vad", max_length=160)
    detail = models.TextField("mer om det", blank=True, default="", db_default="")
    done_when = models.CharField("klart när", max_length=240)
    function = models.CharField(max_length=20, choices=functions.CHOICES)
    case = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="improvements"
    )
    instruction = models.ForeignKey(
        "instructions.ActionInstruction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="improvements",
        help_text="Den version som förslaget gäller",
    )
    owner_id = models.BigIntegerField(help_text="Konto i det gemensamma registret; ingen främmande nyckel")
    owner_name = models.CharField(max_length=120)
    due_on = models.DateField("senast")
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=120)
    changed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="improvement_done_has_a_time",
                condition=Q(state=State.DONE, done_at__isnull=False) | ~Q(state=State.DONE) & Q(done_at=None),
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_on"], name="improvement_state"),
        ]

    def __str__(self) -> str:
        return self.title


class Goal(models.Model):
    """What share shall be within how long; function "" is for all that have none of their own."""

    measure = models.CharField(max_length=8, choices=[(code, name) for code, (name, _) in MEASURES.items()])
    function = models.CharField(max_length=20, blank=True, default="")
    seconds = models.PositiveIntegerField()
    share = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["measure", "function"], name="one_goal_each"),
            models.CheckConstraint(
                name="goal_within_reason", condition=Q(seconds__range=(1, 86_400), share__range=(1, 100))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.function}"
