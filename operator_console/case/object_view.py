"""What is known of the object behind a case: the place or the person, its transmitter, what it told lately, what stands
open nearby. Read in the case's municipality.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alarms.workqueue.models import WorkItem
from alarms.workqueue.rows import ms
from central.accounts.capabilities import rights_of
from central.accounts.models import User
from central.municipalities.context import MunicipalityRef
from operator_console.case import object_register
from operator_console.case.object_events import Event, events
from operator_console.case.object_nearby import Nearby, nearby
from operator_console.case.object_place import Place
from operator_console.case.object_transmitter import Supervised, supervised
from operator_console.times import clock


@dataclass(frozen=True, slots=True)
class ObjectView:
    """Everything the part shows. ``hides_at``: when what was asked for is hidden again (ms since the epoch)."""

    item: WorkItem
    place: Place | None
    transmitter: Supervised | None
    events: list[Event]
    nearby: Nearby
    hides_at: int | None
    hides_clock: str
    withheld: str

    @property
    def title(self) -> str:
        if self.place:
            return self.place.name
        return self.item.site or ("Larmets plats" if self.item.transmitter_id is None else "Okänt objekt")


def object_view(*, item: WorkItem, owner: MunicipalityRef, user: User, now: datetime) -> ObjectView | None:
    """None when the case has no object and nothing is open nearby."""
    rights = rights_of(user)
    found = object_register.found(item=item, user=user, rights=rights, now=now)
    own = {*found.transmitters, *([item.transmitter_id] if item.transmitter_id is not None else [])}
    near = nearby(
        item=item, own=own, metres=found.metres, functions=rights.visible_functions(owner.id), user=user
    )
    if item.transmitter_id is None:
        if not near.shown:
            return None
        return ObjectView(item, None, None, [], near, None, "", "")
    told = events(item=item, transmitters=own, readable=rights.readable_functions(owner.id), now=now)
    return ObjectView(
        item=item,
        place=found.place,
        transmitter=supervised(item.transmitter_id, now),
        events=told,
        nearby=near,
        hides_at=ms(found.hides_at),
        hides_clock=clock(found.hides_at),
        withheld=found.withheld,
    )
