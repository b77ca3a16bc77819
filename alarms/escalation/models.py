"""Proof of life of the processes that keep time (public schema)."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of a process; clock and auditor watch each other's.

    The backup's is written by `deploy/backup`, in SQL, and tells when the newest whole one began.
    """

    KEEPING_TIME = ("clock", "auditor")
    BACKUP = "backup"

    process = models.CharField(max_length=16, primary_key=True)
    instance = models.CharField(max_length=40, help_text="Värd och processnummer för den som är aktiv")
    at = models.DateTimeField()
    since = models.DateTimeField(null=True, help_text="Mottagarna: utan avbrott sedan dess")

    def __str__(self) -> str:
        return self.process
