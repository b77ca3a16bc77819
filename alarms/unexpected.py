"""An SMS that nobody waits for becomes a case of the centre's own: a person reads it, whatever it says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.opening import NewCase, open_cases
from alarms.workqueue.words import set_word
from central.carriers.listeners import Listener, Route
from central.carriers.models import Leg
from central.events.services import unit_of_work
from central.kinds import KINDS
from central.municipalities.directory import centre

PURPOSE = "unexpected"
KIND = KINDS["call"]


class Unexpected(Listener):
    """Registered as the last: it takes every SMS that no other listener expects."""

    def route(self, number_hash: str, now: datetime) -> Route:
        return Route(centre().id, _open_case_of(number_hash) or uuid4())

    def inbound(self, leg: Leg, number: str, body: str, now: datetime) -> None:
        """The first opens a case; more from the same number, while it is open, go to its journal."""
        if leg.subject_id is None:
            return
        with unit_of_work():
            if WorkItem.objects.filter(pk=leg.subject_id).exists():
                set_word(item_id=leg.subject_id, verb="sms_received", text=body, now=now)
                return
            open_cases(
                [
                    NewCase(
                        id=leg.subject_id,
                        municipality_id=centre().id,
                        kind=KIND.code,
                        function=KIND.function,
                        priority=KIND.priority,
                        received_at=now,
                        area="sms utan ärende",
                        call_back=number,
                        story=body,
                        source_name="Sms till centralen",
                    )
                ]
            )


def _open_case_of(number_hash: str) -> UUID | None:
    earlier = Leg.objects.filter(purpose=PURPOSE, number_hash=number_hash, direction="in").values(
        "subject_id"
    )
    found = (
        WorkItem.objects.filter(pk__in=earlier).exclude(state=State.CLOSED).order_by("-received_at").first()
    )
    return found.pk if found else None
