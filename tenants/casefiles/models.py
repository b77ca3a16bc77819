"""The letter of a case: who, where, story and journal, in the municipality's own schema.

A case file has the same UUID as its envelope in the shared queue, and keeps its own copy of state, times and handler,
so that the municipality's pages never read the queue.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from central import functions, kinds, priorities


class State(models.TextChoices):
    UNANSWERED = "unanswered", "Obesvarat"
    HELD = "held", "Hanteras"
    PARKED = "parked", "Vilar"
    CLOSED = "closed", "Klart"


class Followup(models.TextChoices):
    """How far the municipality has come with what a closed case taught it."""

    OPEN = "open", "Inte uppföljt"
    COMMENTED = "commented", "Kommenterat"
    DONE = "done", "Uppföljt"


class CaseFile(models.Model):
    """One case as its municipality keeps it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16)
    kind = models.CharField(max_length=24, choices=kinds.CHOICES)
    function = models.CharField(max_length=20, choices=functions.CHOICES)
    priority = models.SmallIntegerField(choices=priorities.CHOICES)
    state = models.CharField(
        max_length=12, choices=State, default=State.UNANSWERED, db_default=State.UNANSWERED
    )
    headline = models.CharField(max_length=160, default="", db_default="")
    handler_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    received_at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True, default="", db_default="")
    followup = models.CharField(
        max_length=12,
        choices=Followup,
        default=Followup.OPEN,
        db_default=Followup.OPEN,
        help_text="Gäller när ärendet är avslutat; börjar om när det öppnas igen",
    )
    place = models.TextField(blank=True, default="", db_default="")
    person = models.TextField(blank=True, default="", db_default="")
    access = models.TextField(blank=True, default="", db_default="")
    call_back = models.CharField(max_length=20, blank=True, default="", db_default="", help_text="E.164")
    story = models.TextField(blank=True, default="", db_default="")
    account = models.CharField(max_length=64, blank=True, default="", db_default="")
    source_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    warnings = ArrayField(models.CharField(max_length=80), default=list, blank=True, db_default=[])
    instruction_id = models.UUIDField(null=True, help_text="Den version som gällde när ärendet togs")
    exercise = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["reference"], name="one_case_per_reference")]
        indexes = [
            models.Index(fields=["function", "-received_at"], name="casefile_function"),
            models.Index(fields=["state", "-received_at"], name="casefile_state"),
            models.Index(
                fields=["-closed_at"],
                name="casefile_followup",
                condition=models.Q(state="closed", followup__in=["open", "commented"]),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class JournalEntry(models.Model):
    """What happened to a case, by whom and when; never changed, never deleted."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="journal")
    at = models.DateTimeField()
    by_id = models.BigIntegerField(
        null=True, help_text="Konto i den gemensamma registret; ingen främmande nyckel"
    )
    by_name = models.CharField(max_length=80, blank=True)
    by_initials = models.CharField(max_length=4, blank=True)
    verb = models.CharField(max_length=24)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["case", "-at"], name="journal_case")]


class GatheredObject(models.Model):
    """One transmitter of a case that gathers many: since when something is wrong there, and when it was over.

    The account it gave stands with its first signal. The case's count is kept on its envelope, under the same lock.
    """

    case = models.ForeignKey(
        CaseFile, on_delete=models.PROTECT, related_name="objects_gathered", db_index=False
    )
    transmitter_id = models.BigIntegerField(help_text="I det gemensamma registret; ingen främmande nyckel")
    signal_id = models.UUIDField(null=True, help_text="Den första signalen; tomt för en sändare som tystnade")
    site = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="Tomt för ett hem"
    )
    area = models.CharField(max_length=60, blank=True, default="", db_default="")
    priority = models.SmallIntegerField(choices=priorities.CHOICES)
    count = models.IntegerField(default=1, db_default=1)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "transmitter_id"], name="each_object_once_in_a_case"),
            models.CheckConstraint(
                condition=models.Q(priority__range=(2, 4)), name="what_is_about_lives_is_not_gathered"
            ),
        ]
        indexes = [
            models.Index(fields=["transmitter_id", "-began_at"], name="gathered_of_transmitter"),
        ]


class StepState(models.TextChoices):
    DONE = "done", "Klart"
    SKIPPED = "skipped", "Överhoppat"


class StepRecord(models.Model):
    """A step of the pinned instruction: who did it, when, and how it went."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="steps")
    position = models.SmallIntegerField()
    state = models.CharField(max_length=8, choices=StepState)
    outcome = models.CharField(max_length=200, blank=True)
    by_id = models.BigIntegerField(null=True)
    by_initials = models.CharField(max_length=4, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="one_record_per_step")]


class Draft(models.Model):
    """What somebody has begun to type on a case: nothing is lost on reload."""

    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="drafts")
    user_id = models.BigIntegerField()
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user_id"], name="one_draft_per_person")]
