"""A case that an operator opens by hand: somebody told it, no signal did."""

from __future__ import annotations

from datetime import datetime

from alarms.workqueue.claiming import claim
from alarms.workqueue.errors import BadInput
from alarms.workqueue.models import WorkItem
from alarms.workqueue.opening import NewCase, open_cases
from central.accounts.capabilities import CASE_ACT, require
from central.accounts.models import User
from central.events.services import unit_of_work
from central.kinds import KINDS, SENDABLE
from central.municipalities.directory import UnknownMunicipality, by_id
from central.phone import BadNumber, normalise
from central.priorities import NAMES
from tenants.casefiles.words import BY_HAND

PLACE_MAX, STORY_MAX = 300, 4_000


def create_by_hand(
    *,
    operator: User,
    municipality_id: int,
    kind: str,
    priority: int | None = None,
    place: str = "",
    text: str = "",
    call_back: str = "",
    person: str = "",
    now: datetime,
) -> WorkItem:
    """Open a case and take it, in one transaction. Raises BadInput naming the field."""
    try:
        owner = by_id(municipality_id)
    except UnknownMunicipality:
        raise BadInput("municipality_id", "Välj en kommun.") from None
    if kind not in SENDABLE:
        raise BadInput("kind", "Välj vad det gäller.")
    chosen = KINDS[kind].priority if priority is None else priority
    if chosen not in NAMES:
        raise BadInput("priority", "Prioriteten är 1, 2, 3 eller 4.")
    if len(place) > PLACE_MAX:
        raise BadInput("place", f"Platsen får vara högst {PLACE_MAX} tecken.")
    if len(text) > STORY_MAX:
        raise BadInput("text", f"Texten får vara högst {STORY_MAX} tecken.")
    try:
        number = normalise(call_back) if call_back.strip() else ""
    except BadNumber as error:
        raise BadInput("call_back", str(error)) from None
    require(operator, CASE_ACT, owner, KINDS[kind].function)
    case = NewCase(
        municipality_id=owner.id,
        kind=kind,
        function=KINDS[kind].function,
        priority=chosen,
        received_at=now,
        occurred_at=now,
        place=place.strip(),
        person=person.strip(),
        call_back=number,
        story=text.strip(),
        source_name=BY_HAND,
        actor_id=operator.pk,
    )
    with unit_of_work():
        open_cases([case])
        return claim(item_id=case.id, operator=operator, now=now)
