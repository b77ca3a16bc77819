"""What waits for the next shift, and how decisions are made. Call in the municipality."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from tenants.decided.models import Deferred, Policy

SHOWN_FOR = timedelta(days=14)


def waiting(functions: Collection[str]) -> list[Deferred]:
    """What somebody has to receipt for, in the order in which shifts begin."""
    return list(Deferred.objects.filter(function__in=functions, received_at=None, came_back_at=None))


def settled(functions: Collection[str], now: datetime) -> list[Deferred]:
    """What was received, or came back to the centre, in the last two weeks; the newest first."""
    rows = Deferred.objects.filter(function__in=functions, starts_at__gt=now - SHOWN_FOR)
    return list(rows.exclude(received_at=None, came_back_at=None).order_by("-starts_at", "reference"))


def one(decision_id: UUID, functions: Collection[str]) -> Deferred | None:
    """One of those that this person may read."""
    return Deferred.objects.filter(pk=decision_id, function__in=functions).first()


def policies() -> dict[str, Policy]:
    """By function; "" is for all the others."""
    return {row.function: row for row in Policy.objects.all()}
