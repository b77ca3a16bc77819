"""When numbers are tested, each round of tests, and what became of every contact in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from central.ids import new_id


class Plan(models.Model):
    """One row: the weekday (0 is Monday) and the wall-clock time of the weekly test; no weekday is no test."""

    weekday = models.SmallIntegerField("veckodag", null=True, blank=True)
    at = models.TimeField("klockslag")


class Round(models.Model):
    """Everybody on call tested at one time. ``planned_for`` is the day of a weekly one: there is one per day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    planned_for = models.DateField(null=True, unique=True)
    by_name = models.CharField(max_length=120, blank=True, default="", help_text="Tomt: enligt schemat")
    started_at = models.DateTimeField()
    rings_at = models.DateTimeField(help_text="När de som inte svarat på sms rings upp")
    rung_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(models.Value(1), condition=Q(ended_at=None), name="one_open_round")
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class State(models.TextChoices):
    WAITING = "waiting", "Väntar"
    ANSWERED = "answered", "Svarade"
    SILENT = "silent", "Svarade inte"
    UNREACHABLE = "unreachable", "Numret går inte att nå"
    UNKNOWN = "unknown", "Osäkert om det gick fram"


class NumberTest(models.Model):
    """One contact in a round. ``trouble`` is the carrier's last code, "" when there was none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="tests")
    contact = models.ForeignKey("oncall.Contact", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    texted = models.BooleanField(default=False)
    rung_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=5, blank=True, default="", help_text="sms, voice: hur svaret kom")
    trouble = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["contact__name", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "contact"], name="one_test_per_contact_and_round")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.state}"
