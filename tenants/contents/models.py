"""The letters behind public rows, under the same UUID, in the owner's schema."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class SignalContent(models.Model):
    """What a sender's signal said, exactly as it came."""

    id = models.UUIDField(primary_key=True, help_text="Samma som signalens")
    account = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    stored_at = models.DateTimeField(db_default=Now())


class Direction(models.TextChoices):
    OUT = "out", "Ut"
    IN = "in", "In"


class MessageContent(models.Model):
    """To or from whom a message went, and its text."""

    id = models.UUIDField(primary_key=True, help_text="Samma som försändelsens")
    direction = models.CharField(max_length=3, choices=Direction)
    number = models.CharField(max_length=20, help_text="E.164")
    contact_name = models.CharField(max_length=80, blank=True)
    body = models.TextField()
    stored_at = models.DateTimeField()


class RunPlan(models.Model):
    """Whom an escalation asks, in what order and how, as it was decided when it began; never changed."""

    id = models.UUIDField(primary_key=True, help_text="Samma som körningens")
    plan = models.JSONField()
    made_at = models.DateTimeField()


class CalloutLetter(models.Model):
    """Who was asked, on which number, and what they reported back."""

    id = models.UUIDField(primary_key=True, help_text="Samma som utlarmningens")
    contact_name = models.CharField(max_length=80)
    number = models.CharField(max_length=20, help_text="E.164")
    report = models.TextField(blank=True, default="")
    made_at = models.DateTimeField()


class HandoverLetter(models.Model):
    """What a shift handover said, line by line as it was written, and what who left asked to think of. The centre's."""

    id = models.UUIDField(primary_key=True, help_text="Samma som överlämningens")
    lines = models.JSONField(default=list)
    notes = models.TextField(blank=True, default="")
    saved_at = models.DateTimeField()


class AuditDetail(models.Model):
    """The details behind an audit entry; may be erased without breaking the chain."""

    id = models.UUIDField(primary_key=True, help_text="Samma som revisionspostens")
    details = models.JSONField()
    salt = models.CharField(max_length=64)


class Picture(models.Model):
    """A still picture that came with a signal, exactly as it came; erased after a while, the row stays."""

    id = models.UUIDField(primary_key=True)
    signal_id = models.UUIDField(db_index=True)
    position = models.SmallIntegerField()
    content_type = models.CharField(max_length=20, help_text="Avgjord av innehållet")
    width = models.IntegerField()
    height = models.IntegerField()
    content = models.BinaryField(null=True, help_text="Tomt när bilden är gallrad")
    sha256 = models.BinaryField(max_length=32)
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="picture_kept", condition=models.Q(erased_at=None))
        ]


class StreamLink(models.Model):
    """Where a camera can be watched live. We never fetch it; only a person's browser does."""

    id = models.UUIDField(primary_key=True)
    signal_id = models.UUIDField(db_index=True)
    position = models.SmallIntegerField()
    url = models.CharField(max_length=500)


class Opening(models.Model):
    """One person's access to a case's pictures and streams, with the reason, for a while."""

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case_id", "by_id", "-until"], name="opening_of")]


class MappingDraft(models.Model):
    """What somebody is agreeing with a webhook's sender: the draft, the pasted sample, and what was last tried.

    Stands with the centre: a sample may tell of people.
    """

    source_id = models.BigIntegerField(primary_key=True)
    mapping = models.JSONField(default=dict)
    sample = models.TextField(blank=True)
    tried = models.CharField(
        max_length=64, blank=True, help_text="Digest av det som provades med gott utfall"
    )
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)
