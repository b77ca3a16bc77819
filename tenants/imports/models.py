"""A file between its preview and its confirmation."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from central.ids import new_id


class State(models.TextChoices):
    """How far an import has come."""

    PREVIEWED = "previewed", "Väntar på svar"
    DONE = "done", "Klar"


class ImportRun(models.Model):
    """The rows of one file, sealed and kept an hour at most for who brought it; afterwards only how many they were."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    register = models.CharField(max_length=12)  # "sites" or "residents"
    by_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
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
