"""Decisions (public schema): what is asked about which case, by when, and what was chosen. No names, no reasons."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenants.decided.models import Choice


class State(models.TextChoices):
    ASKED = "asked", "Väntar på beslut"
    DECIDED = "decided", "Beslutat"
    DEFAULTED = "defaulted", "Enligt kommunens regel"
    WITHDRAWN = "withdrawn", "Behövdes inte"


class Decision(models.Model):
    """One question to the decision function about one case; its words: tenants.decided.DecisionLetter, same UUID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    work_item = models.ForeignKey("workqueue.WorkItem", on_delete=models.PROTECT, related_name="decisions")
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+"
    )
    function = models.CharField(max_length=20, help_text="Verksamheten som ska ta emot")
    about = models.ForeignKey("callouts.Run", on_delete=models.PROTECT, null=True, related_name="+")
    asking = models.ForeignKey("callouts.Run", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.ASKED)
    default_choice = models.CharField(max_length=12, choices=Choice)
    choice = models.CharField(max_length=12, choices=Choice, blank=True, default="")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    shift_at = models.DateTimeField(null=True, help_text="Nästa arbetspass: när det börjar")
    receipt_due_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    came_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["work_item"], condition=Q(state="asked"), name="one_open_decision_per_item"
            ),
            models.CheckConstraint(
                name="decision_chosen_when_made",
                condition=Q(state__in=["asked", "withdrawn"]) | (~Q(choice="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="decision_deferred_has_a_shift",
                condition=~Q(choice="next_shift") | Q(shift_at__isnull=False, receipt_due_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="decision_due", condition=Q(state="asked")),
            models.Index(
                fields=["receipt_due_at"],
                name="decision_unreceipted",
                condition=Q(choice="next_shift", received_at=None, came_back_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} {self.state}"
