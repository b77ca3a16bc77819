"""What belongs to calls alone (public schema): what was said and pressed in them, and wishes that they end."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class Turn(models.Model):
    """One time we were asked what to say in a call: what was pressed, and that it was acted on, once.

    What was said stands under this row's UUID with the municipality, so that a repeat is answered the same again.
    """

    class Kind(models.TextChoices):
        WORDS = "words", "Orden"
        KEY = "key", "Knapp"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No constraint: it is checked at COMMIT with a lock on the leg, which whoever tells about the call holds while it
    # waits for the matter that a pressed key has locked.
    leg = models.ForeignKey(
        "carriers.Leg", on_delete=models.CASCADE, related_name="turns", db_constraint=False
    )
    sid = models.CharField(max_length=64)
    number = models.SmallIntegerField()
    kind = models.CharField(max_length=5, choices=Kind)
    digit = models.CharField(max_length=1, blank=True, default="")
    listens = models.BooleanField(default=False, help_text="Efteråt väntar vi på en knapp")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sid", "number", "kind"], name="turn_once")]


class Ending(models.Model):
    """A wish that a call shall end; the row is the queue.

    A row of its own without a foreign key: whoever wishes holds locks of their own matter, and whoever tells about a
    call holds the leg's lock and wants theirs. Here the two never wait for each other.
    """

    leg_id = models.UUIDField(primary_key=True)
    wanted_at = models.DateTimeField()
    answered_too = models.BooleanField(help_text="Också om någon redan har svarat")
    next_at = models.DateTimeField(null=True, help_text="Nästa försök; tomt när inget mer ska göras")
    tries = models.SmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ending_waits_or_is_done", condition=Q(next_at__isnull=True) ^ Q(done_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["next_at"], name="ending_due", condition=Q(next_at__isnull=False))]
