"""Reading what was proposed for a case, and what it was started from."""

from __future__ import annotations

from uuid import UUID

from alarms.activation.models import Proposal, State
from alarms.activation.wording import who
from alarms.workqueue.errors import Remaining
from alarms.workqueue.models import WorkItem
from central.municipalities.directory import by_id


def of_case(item_id: UUID) -> list[Proposal]:
    """Everything proposed for a case with the cases it led to, the most urgent first."""
    return list(Proposal.objects.filter(parent_id=item_id).select_related("child", "child__claimed_by"))


def started_as(item_id: UUID) -> Proposal | None:
    """The proposal that a case was started by, with the case it was proposed for; None for other cases."""
    return Proposal.objects.filter(child_id=item_id).select_related("parent").first()


def unanswered(item: WorkItem) -> list[Remaining]:
    """A case stays open while nobody has said yes or no to what the rules propose."""
    open_ones = Proposal.objects.filter(parent=item, state=State.PROPOSED)
    owner = by_id(item.municipality_id)
    return [
        Remaining(
            "proposal", f"Förslaget att koppla in {who(one, owner)} är inte besvarat", f"proposal-{one.pk}"
        )
        for one in open_ones
    ]
