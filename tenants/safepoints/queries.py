"""Read the register and what is live, in the current municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q

from central.swedish import swedish_key
from tenants.safepoints.models import Activation, Answer, Offer, PointLog, SafePoint, StaffCall, State


@dataclass(frozen=True, slots=True)
class PublicPoint:
    """What the public is told of one live point."""

    name: str
    address: str
    offers: tuple[str, ...]
    state: str
    text: str
    since: datetime


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Everything on the public page; `changed_at` is the last change of any point."""

    points: tuple[PublicPoint, ...]
    changed_at: datetime | None


def public_page() -> PublicPage:
    """Open points first, then those being prepared; no name of any person, no case."""
    rows = (
        Activation.objects.filter(ended_at__isnull=True)
        .exclude(point__state=State.CLOSED)
        .select_related("point")
    )
    points = [
        PublicPoint(
            name=row.point.name,
            address=row.point.address,
            offers=tuple(str(Offer(code).label) for code in row.point.offers if code in Offer.values),
            state=row.point.state,
            text=row.public_text,
            since=row.point.opened_at or row.started_at,
        )
        for row in rows
    ]
    points.sort(key=lambda point: (point.state != State.OPEN, swedish_key(point.name)))
    changed = SafePoint.objects.aggregate(last=Max("last_change_at"))["last"]
    return PublicPage(tuple(points), changed)


@dataclass(frozen=True, slots=True)
class LivePoint:
    """A point in use, for the people who work with it."""

    point: SafePoint
    activation: Activation
    coming: int
    asked: int


def live(case_id: UUID | None = None) -> list[LivePoint]:
    """The points in use (for one case, where named), with how many staff come of how many asked."""
    rows = Activation.objects.filter(ended_at__isnull=True).select_related("point")
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    counted = rows.annotate(
        asked=Count("calls"), coming=Count("calls", filter=Q(calls__answer=Answer.COMING))
    )
    found = [LivePoint(row.point, row, row.coming, row.asked) for row in counted]
    return sorted(found, key=lambda one: swedish_key(one.point.name))


def register() -> list[SafePoint]:
    """Every point in the register, in Swedish order."""
    rows = SafePoint.objects.filter(removed_at__isnull=True).annotate(staff_count=Count("staff"))
    return sorted(rows, key=lambda point: swedish_key(point.name))


def log(point_id: UUID) -> list[PointLog]:
    """A point's changes, the newest first."""
    return list(PointLog.objects.filter(point_id=point_id)[:50])


def calls(activation_id: UUID) -> list[StaffCall]:
    """Who was asked to staff an activation, and what they answered."""
    return list(StaffCall.objects.filter(activation_id=activation_id))
