"""What is known of the object behind a case: how its transmitter is now. Read in the case's municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from central.municipalities.context import MunicipalityRef
from operator_console.case.object_transmitter import Supervised, supervised


@dataclass(frozen=True, slots=True)
class ObjectView:
    """Everything the part shows."""

    item: WorkItem
    transmitter: Supervised | None


def object_view(*, item: WorkItem, owner: MunicipalityRef, user: User, now: datetime) -> ObjectView | None:
    """None when the case has no object."""
    if item.transmitter_id is None:
        return None
    return ObjectView(item=item, transmitter=supervised(item.transmitter_id, now))
