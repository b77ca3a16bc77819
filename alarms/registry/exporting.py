"""The register as a file: what a person sees of it, never a key."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from alarms.registry.columns import columns
from alarms.registry.rows import shown_to
from central.accounts.models import User
from central.audit.services import record
from central.tabular import to_csv, to_xlsx

FORMATS = ("csv", "xlsx")


def export(file_format: str, *, functions: Collection[str]) -> bytes:
    """A file with the columns of an import but the key's, which an empty or missing column leaves as it is."""
    written = [one for one in columns(functions) if not one.secret]
    lines = [[one.show(row[one.name]) for one in written] for row in shown_to(functions)]
    headings = [one.heading for one in written]
    return to_xlsx(headings, lines, title="Sändare") if file_format == "xlsx" else to_csv(headings, lines)


def tell(*, by: User, centre_id: int, file_format: str, now: datetime) -> None:
    """That the register was taken out of the house."""
    record(
        "transmitter.exported",
        actor_id=by.pk,
        actor_name=by.name,
        municipality_id=centre_id,
        details={"format": file_format},
        at=now,
    )
