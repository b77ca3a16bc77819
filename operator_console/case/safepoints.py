"""Safe points as the operator's sheet offers and opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from alarms.workqueue.errors import NotNow, NotYours
from alarms.workqueue.models import WorkItem
from central.accounts.capabilities import SAFEPOINT_ACTIVATE, require
from central.accounts.models import User
from operator_console.access import opened_case
from tenants.casefiles import queries as casefiles
from tenants.safepoints import services
from tenants.safepoints.models import Offer, SafePoint, State


def offered_points(item: WorkItem) -> dict[str, Any]:
    """``{"points": [{id, name, address, offers, staff, state, public_text}], "public_text"}``; in the municipality.

    A point whose name or address shares the case's area or place comes first; closed ones before live ones.
    Not by distance: a point may know where it lies, but an alarm carries no position yet, only words.
    """
    case = casefiles.case(item.pk)
    near = f"{case.place} {item.area} {item.site}".lower()
    points = list(SafePoint.objects.filter(removed_at=None).prefetch_related("staff"))
    points.sort(key=lambda point: (point.state != State.CLOSED, not _shares_a_name(point, near), point.name))
    return {
        "points": [
            {
                "id": str(point.pk),
                "name": point.name,
                "address": point.address,
                "offers": ", ".join(Offer(code).label.lower() for code in point.offers),
                "staff": point.staff.count(),
                "state": str(point.state),
                "public_text": point.public_text,
            }
            for point in points
        ],
        "public_text": "",
    }


def _shares_a_name(point: SafePoint, near: str) -> bool:
    words = f"{point.name} {point.address}".lower().replace(",", " ").split()
    return any(len(word) > 4 and (word in near or word.rstrip("s") in near) for word in words)


def activate(*, user: User, item_id: UUID, point_id: UUID, public_text: str, now: datetime) -> None:
    """Put a point into use for a case. Raises UnknownItem, NotAllowed, NotYours and NotNow."""
    with _for_case(user, item_id, now) as item:
        services.activate(point_id=point_id, case_id=item.pk, actor=user, public_text=public_text, now=now)


def mark_open(*, user: User, item_id: UUID, point_id: UUID, now: datetime) -> None:
    """Somebody on the spot has said that the doors are open. Raises as `activate`."""
    with _for_case(user, item_id, now):
        services.mark_open(point_id=point_id, actor=user, now=now)


def close(*, user: User, item_id: UUID, point_id: UUID, now: datetime) -> None:
    """The point is not needed any more. Raises as `activate`."""
    with _for_case(user, item_id, now):
        services.close_point(point_id=point_id, actor=user, now=now)


@contextmanager
def _for_case(user: User, item_id: UUID, now: datetime) -> Iterator[WorkItem]:
    with opened_case(user=user, item_id=item_id, now=now) as (item, owner):
        require(user, SAFEPOINT_ACTIVATE, owner)
        if item.claimed_by_id != user.pk:
            raise NotYours(item.claimed_by.name if item.claimed_by else "")
        try:
            yield item
        except (services.UnknownPoint, services.WrongState) as error:
            raise NotNow(error.message) from None
