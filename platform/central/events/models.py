"""The numbered log of everything the consoles must know (public schema; nameless)."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class EventRecord(models.Model):
    """One event. Ids grow in commit order, so a reader at id N has seen everything up to N."""

    type = models.CharField(max_length=20)
    municipality_id = models.BigIntegerField(null=True)
    function = models.CharField(max_length=20, blank=True)
    item = models.TextField(help_text="JSON, encoded once; an envelope without personal data")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["at"], name="event_at")]
