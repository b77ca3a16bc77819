"""The signals of a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from alarms.intake.models import Signal

MOST = 200


def newest_of(case_id: UUID) -> list[UUID]:
    """The ids of its newest signals, so many at most."""
    found = Signal.objects.filter(item_id=case_id).order_by("-received_at")
    return list(found.values_list("pk", flat=True)[:MOST])


def times_of_the_first(case_id: UUID) -> tuple[datetime, datetime] | None:
    """When its first signal happened by the sender's clock, and when it came in; None for a case without signals."""
    found = Signal.objects.filter(item_id=case_id).order_by("received_at")
    return found.values_list("occurred_at", "received_at").first()
