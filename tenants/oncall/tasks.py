"""The Celery task that the clock's ring starts."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tenants.oncall import rereading


@shared_task(name=rereading.TASK, ignore_result=True)
def read_calendars() -> None:
    """Read every calendar that is due."""
    rereading.read_due(timezone.now())
