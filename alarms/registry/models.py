"""A file of transmitters between its preview and its confirmation."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from central.ids import new_id


class State(models.TextChoices):
    RECEIVED = "received", "Läses"
    REFUSED = "refused", "Går inte att läsa in"
    CONFIRMED = "confirmed", "Skrivs"
    PREVIEWED = "previewed", "Väntar på svar"
    DONE = "done", "Klar"


class Note(models.TextChoices):
    """Why the differences are shown again."""

    CHANGED = "changed", "Registret har ändrats sedan du såg skillnaderna. Inget är skrivet. Se på dem igen."
    INTERRUPTED = "interrupted", "Inläsningen avbröts. Inget är skrivet. Försök igen."


class Import(models.Model):
    """A large file is received, read by the worker, and its confirmation written there; a small one is read at once.

    The rows of one file, sealed and kept an hour at most; and afterwards only how many they were."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
    in_worker = models.BooleanField(default=False)
    file_sealed = models.TextField(blank=True, default="", help_text="Filen, krypterad, tills den är läst")
    told_sealed = models.TextField(blank=True, default="", help_text="Felen eller skillnaderna, krypterade")
    note = models.CharField(max_length=12, choices=Note, blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    rows_sealed = models.TextField(
        blank=True, help_text="Filens rader, krypterade; tomt när de inte behövs mer"
    )
    seen_digest = models.CharField(max_length=64, help_text="De skillnader som visades")
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
