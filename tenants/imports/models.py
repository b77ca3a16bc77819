"""A file between its preview and its confirmation."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from central.ids import new_id


class State(models.TextChoices):
    """How far an import has come."""

    RECEIVED = "received", "Läses"
    REFUSED = "refused", "Går inte att läsa in"
    CONFIRMED = "confirmed", "Skrivs"
    PREVIEWED = "previewed", "Väntar på svar"
    DONE = "done", "Klar"


class Note(models.TextChoices):
    """Why the differences are shown again."""

    CHANGED = "changed", "Registret har ändrats sedan du tittade. Inget är gjort. Så här blir det nu:"
    INTERRUPTED = "interrupted", "Inläsningen avbröts. Inget är gjort. Försök igen."


class ImportRun(models.Model):
    """A large file is received, read by the worker, and its confirmation written there; a small one is read at once.

    The rows of one file, sealed and kept an hour at most for who brought it; afterwards only how many they were."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    register = models.CharField(max_length=12)  # "sites" or "residents"
    by_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
    in_worker = models.BooleanField(default=False)
    file_sealed = models.TextField(blank=True, default="")  # until it is read
    told_sealed = models.TextField(
        blank=True, default=""
    )  # what the worker found: its mistakes, or the preview
    note = models.CharField(max_length=12, choices=Note, blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    rows_sealed = models.TextField(blank=True, default="")
    end_missing = models.BooleanField(default=False)
    seen_digest = models.CharField(max_length=64, blank=True, default="")
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    ended = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return str(self.id)
