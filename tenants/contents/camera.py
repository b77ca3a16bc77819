"""Pictures and streams of a case, who has opened them, and their erasure. Call in the case's municipality."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from central.ids import new_id
from tenants.contents.models import Opening, Picture, StreamLink


@dataclass(frozen=True, slots=True)
class Seen:
    """What came with a case's signals, the pictures without their bytes."""

    pictures: list[Picture]
    streams: list[StreamLink]

    def __bool__(self) -> bool:
        return bool(self.pictures or self.streams)


def of_signals(signal_ids: Collection[UUID]) -> Seen:
    """The pictures and streams of these signals, in the order they came."""
    pictures = Picture.objects.filter(signal_id__in=signal_ids).defer("content")
    streams = StreamLink.objects.filter(signal_id__in=signal_ids)
    return Seen(
        list(pictures.order_by("received_at", "signal_id", "position")),
        list(streams.order_by("signal_id", "position")),
    )


def open_until(*, case_id: UUID, by_id: int, now: datetime, since: datetime | None) -> datetime | None:
    """Until when they stand open to this person; None when they don't. What was opened before ``since`` is over."""
    openings = Opening.objects.filter(case_id=case_id, by_id=by_id, until__gt=now)
    if since is not None:
        openings = openings.filter(opened_at__gt=since)
    return openings.order_by("-until").values_list("until", flat=True).first()


def open_for(*, case_id: UUID, by_id: int, by_name: str, reason: str, now: datetime) -> Opening:
    """Open them to a person for PICTURES_OPEN_MINUTES; who calls writes audit and journal."""
    return Opening.objects.create(
        id=new_id(), case_id=case_id, by_id=by_id, by_name=by_name, reason=reason, opened_at=now,
        until=now + timedelta(minutes=settings.PICTURES_OPEN_MINUTES),
    )  # fmt: skip


def erase_old_pictures(now: datetime) -> int:
    """Erase the bytes of what came more than PICTURES_KEPT_DAYS ago, in this municipality; how many there were."""
    kept = timedelta(days=settings.PICTURES_KEPT_DAYS)
    old = Picture.objects.filter(received_at__lt=now - kept, erased_at=None)
    return old.update(content=None, erased_at=now)
