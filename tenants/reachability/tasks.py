"""The Celery task that the clock's ring starts."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tenants.reachability import working


@shared_task(name=working.TASK, ignore_result=True)
def advance() -> None:
    """Take every test of numbers on."""
    working.advance(timezone.now())
