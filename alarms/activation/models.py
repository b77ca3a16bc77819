"""Cases to look up, and what was proposed for them (public schema; what was found stands in the acting municipality)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from central import functions, kinds, priorities


class Lookup(models.Model):
    """A case whose address is to be asked about: written with the case, gone when asked. The id is the case's."""

    id = models.UUIDField(primary_key=True, editable=False)
    priority = models.SmallIntegerField(choices=priorities.CHOICES)
    since = models.DateTimeField(help_text="När ärendet kom in")
    at = models.DateTimeField(help_text="När det ska slås upp; senare efter ett fel")
    tries = models.SmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["priority", "at", "id"]

    def __str__(self) -> str:
        return str(self.pk)


class State(models.TextChoices):
    PROPOSED = "proposed", "Väntar på svar"
    STARTED = "started", "Startat"
    DECLINED = "declined", "Behövdes inte"


class Proposal(models.Model):
    """One rule of one municipality says that its function should act in a case; once, however often it is looked up.

    Its words: tenants.crossing.ProposalLetter, same UUID. ``agreement_id``: by which another municipality's case was
    looked up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    parent = models.ForeignKey("workqueue.WorkItem", on_delete=models.PROTECT, related_name="proposals")
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rule_id = models.UUIDField()
    agreement_id = models.UUIDField(null=True)
    function = models.CharField(max_length=20, choices=functions.CHOICES)
    opens = models.CharField(max_length=24, choices=kinds.CHOICES)
    priority = models.SmallIntegerField(choices=priorities.CHOICES)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    child = models.OneToOneField("workqueue.WorkItem", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["priority", "proposed_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["parent", "municipality", "rule_id"], name="one_proposal_per_rule"
            ),
            models.CheckConstraint(
                name="proposal_started_has_a_case",
                condition=Q(state="started", child__isnull=False) | (~Q(state="started") & Q(child=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} {self.state}"
