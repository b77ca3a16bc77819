"""What the journals say of proposals and linked cases: functions, municipalities, references; never whom it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alarms.activation.models import Proposal
from alarms.workqueue.models import WorkItem
from central import functions, kinds
from central.municipalities.context import MunicipalityRef
from central.municipalities.directory import by_id
from tenants.oncall.schedule import STOCKHOLM

DECLINED: dict[str, str] = {
    "not_needed": "Behövs inte",
    "already_there": "Redan på plats eller på väg",
    "wrong_address": "Fel adress",
    "by_phone": "Har fått veta på annat sätt",
}
"""Why a proposal was declined, by code."""


def _clock(item: WorkItem) -> str:
    return f"{item.received_at.astimezone(STOCKHOLM):%H:%M}"


def who(proposal: Proposal, owner: MunicipalityRef) -> str:
    """The function, and whose where it isn't the case's own municipality."""
    name = functions.NAMES[proposal.function]
    if proposal.municipality_id == owner.id:
        return name
    return f"{name} i {by_id(proposal.municipality_id).name}"


def proposed_line(made: Iterable[Proposal], owner: MunicipalityRef) -> str:
    """What a case's journal says when the rules have spoken; each function once."""
    return ", ".join(dict.fromkeys(who(one, owner) for one in made))


def started_line(proposal: Proposal, owner: MunicipalityRef, child: WorkItem) -> str:
    """In the journal of the case it was started from."""
    return f"{who(proposal, owner)}, ärende {child.reference}"


def begun_line(item: WorkItem, owner: MunicipalityRef) -> str:
    """In the journal of the case that was started: what the other is, and no more."""
    return f"{kinds.KINDS[item.kind].name} i {owner.name}, ärende {item.reference}, {_clock(item)}"


def declined_line(proposal: Proposal, owner: MunicipalityRef, reason: str) -> str:
    """In the journal of the case it was proposed for."""
    return f"{who(proposal, owner)} ({DECLINED[reason].lower()})"


def story(text: str, item: WorkItem, owner: MunicipalityRef, told: Sequence[str]) -> str:
    """What the started case begins with: what to do, why, and what may be told."""
    why = f"Med anledning av {kinds.KINDS[item.kind].name.lower()} i {owner.name} {_clock(item)}."
    return "\n".join([text, why, *told])
