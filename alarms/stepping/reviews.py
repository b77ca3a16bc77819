"""Instructions that municipalities ask the centre to review. What they say stands with the municipality."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from alarms.stepping.models import ReviewRequest


def ask(*, municipality_id: int, instruction_id: UUID, now: datetime) -> None:
    """Put it on the shift leaders' list; asked twice it stands once."""
    ReviewRequest.objects.get_or_create(
        instruction_id=instruction_id,
        settled_at=None,
        defaults={"municipality_id": municipality_id, "asked_at": now},
    )


def settled(*, municipality_id: int, instruction_id: UUID, now: datetime) -> None:
    """It was approved, sent back or withdrawn."""
    ReviewRequest.objects.filter(
        municipality_id=municipality_id, instruction_id=instruction_id, settled_at=None
    ).update(settled_at=now)


def waiting() -> list[ReviewRequest]:
    """Those still to be read, the oldest first."""
    return list(ReviewRequest.objects.filter(settled_at=None).select_related("municipality"))
