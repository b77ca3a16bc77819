"""The Celery task that reads and writes large files of transmitters."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from alarms.registry import working
from central.municipalities.context import in_public


@shared_task(name=working.TASK, ignore_result=True)
def drain_imports() -> None:
    """Read and write whatever waits."""
    with in_public():
        working.drain(timezone.now())
