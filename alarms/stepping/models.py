"""Deadlines of steps and reviews that the centre was asked for (public schema). Ids, states and times; no texts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    WAITING = "waiting", "Tiden går"
    MET = "met", "I tid"
    LATE = "late", "Inte i tid"
    GONE = "gone", "Gäller inte"


class StepDeadline(models.Model):
    """When a step of a case's instruction must be done. The row is the queue, and is acted on once.

    What the step is, and what follows, stands in the version that is pinned to the case, in the municipality's schema.
    """

    work_item = models.ForeignKey(
        "workqueue.WorkItem", on_delete=models.PROTECT, related_name="step_deadlines"
    )
    position = models.SmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True, help_text="När det som följer gjordes")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["work_item", "position"], name="one_deadline_per_step"),
            models.CheckConstraint(
                name="late_deadline_was_acted_on", condition=~Q(state="late") | Q(acted_at__isnull=False)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="stepdeadline_due", condition=Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.state}"


class ReviewRequest(models.Model):
    """A municipality asks a shift leader to be the second person who reads an instruction."""

    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.CASCADE, related_name="+"
    )
    instruction_id = models.UUIDField(help_text="I kommunens schema; ingen främmande nyckel")
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["instruction_id"], condition=Q(settled_at=None), name="one_open_review_each"
            )
        ]

    def __str__(self) -> str:
        return str(self.instruction_id)
