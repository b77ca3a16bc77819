"""The Celery task that the doorbell rings."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from central.carriers import gateway


@shared_task(name="carriers.drain", ignore_result=True)
def drain() -> None:
    """Send and look up everything that is due."""
    gateway.drain(timezone.now())
