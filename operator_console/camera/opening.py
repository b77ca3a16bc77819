"""What a case has of pictures and streams, and opening them: kept in the journal and the audit. Call in the case's
municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alarms.intake.signals_of import newest_of
from alarms.workqueue.changes import by
from alarms.workqueue.errors import BadInput, Refused
from alarms.workqueue.models import State, WorkItem
from central.accounts.models import User
from central.audit.services import record
from central.events.services import announce, unit_of_work
from tenants.casefiles.services import journal
from tenants.contents import camera
from tenants.contents.camera import Seen

USUAL = "Larm i ärendet"
OPENED = "camera_opened"
REASON_LENGTH = 200


class NothingToSee(Refused):
    """The case has neither picture nor stream."""

    code = "nothing"
    status = 404

    def __init__(self) -> None:
        super().__init__("Ärendet har ingen bild.")


@dataclass(frozen=True, slots=True)
class Camera:
    """What the part shows. ``until``: when it is hidden again, None while it is."""

    seen: Seen
    until: datetime | None
    closed: bool

    @property
    def kept(self) -> int:
        """Pictures that are not erased."""
        return sum(one.erased_at is None for one in self.seen.pictures)


def camera_of(*, item: WorkItem, user: User, now: datetime) -> Camera | None:
    """None where the case has neither picture nor stream. Three questions at most."""
    seen = camera.of_signals(newest_of(item.pk))
    if not seen:
        return None
    until = camera.open_until(case_id=item.pk, by_id=user.pk, now=now, since=_since(item))
    return Camera(seen, until, item.state == State.CLOSED)


def _since(item: WorkItem) -> datetime | None:
    """What was opened while a case was open does not stand open when it is closed."""
    return item.closed_at if item.state == State.CLOSED else None


def open_camera(*, item: WorkItem, user: User, reason: str, now: datetime) -> None:
    """Let this person see it for a while. Raises NothingToSee, BadInput on the reason."""
    found = camera_of(item=item, user=user, now=now)
    if found is None:
        raise NothingToSee
    if len(reason) < 3 or (found.closed and reason == USUAL):
        raise BadInput(
            "reason",
            "Ärendet är avslutat. Skriv varför du behöver se bilden." if found.closed else "Skriv varför.",
        )
    with unit_of_work():
        opening = camera.open_for(case_id=item.pk, by_id=user.pk, by_name=user.name, reason=reason, now=now)
        journal(item.pk, verb=OPENED, now=now, text=reason, by=by(user))
        record(
            "camera.opened",
            actor_id=user.pk,
            actor_name=user.name,
            municipality_id=item.municipality_id,
            subject=str(item.pk),
            details={"reason": reason, "pictures": found.kept, "streams": len(found.seen.streams),
                     "until": opening.until.isoformat()},
            at=now,
        )  # fmt: skip
        about = {"id": str(item.pk), "part": "journal"}
        announce("case", about, municipality_id=item.municipality_id, function=item.function)
