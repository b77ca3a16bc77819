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


class AuditDetail(models.Model):
    """The details behind an audit entry; may be erased without breaking the chain."""

    id = models.UUIDField(primary_key=True, help_text="Samma som revisionspostens")
    details = models.JSONField()
    salt = models.CharField(max_length=64)
