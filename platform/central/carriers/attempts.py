"""How a try to hand a leg over ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from central.carriers.models import Attempt


def end(leg_id: UUID, number: int, outcome: str, now: datetime, code: str = "") -> None:
    """`outcome` is sent, refused, unknown or released; `code` the carrier's own."""
    Attempt.objects.filter(leg_id=leg_id, number=number).update(
        ended_at=now, outcome=outcome, error_code=code
    )
