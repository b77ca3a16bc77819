"""What the shift leader must know: one open notice per thing, until it is seen or has passed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from alarms.workqueue import changes
from alarms.workqueue.errors import UnknownItem
from alarms.workqueue.models import Notice, WorkItem
from alarms.workqueue.rows import ms
from central.accounts.capabilities import SHIFT_LEAD, rights_of
from central.accounts.models import User
from central.audit.services import record
from central.events.services import announce, unit_of_work
from central.municipalities.directory import centre

AGAIN_AFTER = timedelta(minutes=5)


def as_data(notice: Notice) -> dict[str, Any]:
    """A notice as the consoles get it; nameless."""
    return {
        "id": notice.pk,
        "kind": str(notice.kind),
        "text": Notice.Kind(notice.kind).label,
        "item": str(notice.item_id) if notice.item_id else None,
        "ref": notice.item.reference if notice.item else "",
        "created": ms(notice.created_at),
        "seen": ms(notice.seen_at),
    }


def _announce(notice: Notice) -> None:
    announce(
        "notice",
        as_data(notice),
        municipality_id=notice.municipality_id,
        function=notice.item.function if notice.item else "",
    )


def notify(kind: str, *, item: WorkItem | None = None, now: datetime) -> Notice | None:
    """Tell the shift leader, once until seen; None when the same notice is open already."""
    with unit_of_work():
        notice, fresh = Notice.objects.get_or_create(
            kind=kind,
            item=item,
            seen_at=None,
            defaults={"created_at": now, "municipality_id": item.municipality_id if item else None},
        )
        if not fresh:
            return None
        _announce(notice)
        return notice


def call_leader(*, item_id: UUID, operator: User, now: datetime) -> WorkItem:
    """Ask the shift leader to come to one's case. Called and not yet seen, asking again changes nothing.

    It is no work on the case, and a draft that is being typed stays as it is.
    """
    with changes.holding(item_id, operator) as item:
        if notify(Notice.Kind.HELP, item=item, now=now) is None:
            return item
        return changes.save(item, verb="leader_called", now=now, actor=operator, touched=False)


def resolve(kind: str, *, item: WorkItem | None = None, now: datetime) -> int:
    """It has passed by itself: open notices of that kind are over. Returns how many."""
    done = 0
    with unit_of_work():
        rows = Notice.objects.select_for_update(of=("self",)).filter(kind=kind, item=item, seen_at=None)
        for notice in rows:
            notice.seen_at = now
            notice.save(update_fields=["seen_at"])
            _announce(notice)
            done += 1
    return done


def see(*, notice_id: int, leader: User, now: datetime) -> Notice:
    """A shift leader has seen it; recorded."""
    if not rights_of(leader).can(SHIFT_LEAD, centre().id):
        raise UnknownItem
    with unit_of_work():
        notice = Notice.objects.select_for_update(of=("self",)).filter(pk=notice_id).first()
        if notice is None:
            raise UnknownItem
        if notice.seen_at is None:
            notice.seen_at, notice.seen_by_id = now, leader.pk
            notice.save(update_fields=["seen_at", "seen_by_id"])
            record(
                "notice.seen",
                actor_id=leader.pk,
                actor_name=leader.name,
                municipality_id=notice.municipality_id,
                subject=str(notice.pk),
                at=now,
            )
            _announce(notice)
        return notice


def seen_lately(kind: str, now: datetime, again_after: timedelta) -> bool:
    """A leader has seen this already and is at it; told again after a while, since seen is not mended."""
    return Notice.objects.filter(
        kind=kind, item=None, seen_by_id__isnull=False, seen_at__gt=now - again_after
    ).exists()


def open_notices() -> QuerySet[Notice]:
    """Those nobody has seen, newest first."""
    return Notice.objects.filter(seen_at=None).select_related("item").order_by("-created_at")
