"""The Celery task that reads and writes the registers' large files."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from central.municipalities.context import in_public
from tenants.imports import working
from tenants.imports.registers import Register
from tenants.residents.importing import Residents
from tenants.sites.importing import Sites

REGISTERS: dict[str, Register] = {"sites": Sites(), "residents": Residents()}


@shared_task(name=working.TASK, ignore_result=True)
def drain_imports() -> None:
    """Read and write whatever waits."""
    with in_public():
        working.drain(REGISTERS, timezone.now())
