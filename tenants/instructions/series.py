"""What an instruction is for, and how an address names it."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from central import kinds
from tenants.instructions.models import Series

LONGEST_NAME = 40


class UnknownKind(Exception):
    """There is no such kind of case."""


def general(kind: str) -> Series:
    """The series of a kind for the whole municipality, always; made the first time. Raises UnknownKind."""
    return made(kind=kind)


def made(*, kind: str, site_id: UUID | None = None, name: str = "") -> Series:
    """The series; made the first time. Raises UnknownKind."""
    if kind not in kinds.KINDS:
        raise UnknownKind(kind)
    row, _ = Series.objects.get_or_create(kind=kind, site_id=site_id, name=name.strip())
    return row


def found(key: str) -> Series | None:
    """The series that an address names (see `Series.key`); an unsaved one for a kind that has none yet."""
    kind, dash, number = key.partition("-")
    if kind not in kinds.KINDS:
        return None
    if not dash:
        row = Series.objects.filter(kind=kind, site_id=None, name="").first()
        return row or Series(kind=kind)
    if not number.isascii() or not number.isdecimal() or len(number) > 12:
        return None
    return Series.objects.filter(kind=kind, pk=int(number)).first()


def lock(series: Series) -> None:
    """One act on a series at a time in this schema, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(current_schema() || %s))", [f".instr.{series.pk}"]
        )
