"""The municipality's rules for decisions, what each decision rested on, and what waits for the next shift."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models
from django.db.models import Q

from central import functions


class Choice(models.TextChoices):
    """What the decision function may choose."""

    SPECIAL = "special", "Särskild ordning"
    NEXT_SHIFT = "next_shift", "Nästa arbetspass"


class Policy(models.Model):
    """How a function's cases are decided when nobody takes them; one row for each, "" is for all the others.

    ``duty`` is the code of the duty that decides; without one, or with nobody on it, the default counts at once.
    """

    function = models.CharField("verksamhet", max_length=20, blank=True, default="", unique=True)
    duty = models.CharField("beslutsfunktion", max_length=40, blank=True, default="")
    minutes = models.PositiveSmallIntegerField("minuter att besluta", default=10)
    default_choice = models.CharField("annars", max_length=12, choices=Choice, default=Choice.SPECIAL)
    shift_days = models.JSONField("arbetspass börjar", default=list)
    shift_starts = models.TimeField("klockan", default=time(7))
    receipt_minutes = models.PositiveSmallIntegerField("minuter att kvittera", default=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="policy_minutes", condition=Q(minutes__range=(1, 240))),
            models.CheckConstraint(name="policy_receipt", condition=Q(receipt_minutes__range=(5, 1440))),
        ]

    def __str__(self) -> str:
        return functions.NAMES.get(self.function, "Alla verksamheter")


class DecisionLetter(models.Model):
    """Who decided, why, with what, and on what information: the words of a decision (alarms.decisions, same UUID)."""

    id = models.UUIDField(primary_key=True, help_text="Samma som beslutets")
    case_id = models.UUIDField(db_index=True)
    information = models.JSONField(help_text="Vad som var känt när frågan ställdes")
    decided_by_name = models.CharField(max_length=80, blank=True, default="")
    way = models.CharField(
        max_length=12, blank=True, default="", help_text="sms, voice, link, console, default"
    )
    reason = models.TextField(blank=True, default="")
    with_what = models.TextField(blank=True, default="", help_text="Särskild ordning: med vad")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)


class Deferred(models.Model):
    """A case that waits for the receiving team's next shift; receipted for by a person, or it comes back."""

    id = models.UUIDField(primary_key=True, help_text="Samma som beslutets")
    case_id = models.UUIDField(db_index=True)
    reference = models.CharField(max_length=16)
    function = models.CharField(max_length=20, choices=functions.CHOICES)
    headline = models.CharField(max_length=120)
    reason = models.TextField(blank=True, default="")
    starts_at = models.DateTimeField(help_text="När passet börjar")
    receipt_due_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    received_by_id = models.BigIntegerField(null=True)
    received_by_name = models.CharField(max_length=80, blank=True, default="")
    came_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at", "reference"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["function", "starts_at"],
                name="deferred_waiting",
                condition=Q(received_at=None, came_back_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.reference
