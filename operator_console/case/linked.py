"""Linked cases as the pane shows them: what the rules propose and what it led to, or what this case was started from.

Call in the case's municipality. Of an acting municipality's registers a case shows counts and sites; who lives there is
told in the started case, while it is open, to who may read home care's cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from alarms.activation import queries, wording
from alarms.activation.models import Proposal, State
from alarms.workqueue.models import State as ItemState
from alarms.workqueue.models import WorkItem
from central import kinds
from central.accounts.capabilities import BOARD_VIEW, CASE_READ, Rights, rights_of
from central.accounts.models import User
from central.municipalities.context import MunicipalityRef, in_municipality
from central.municipalities.directory import by_id
from operator_console.times import clock
from tenants.crossing import queries as crossing
from tenants.residents.queries import Shown, shown
from tenants.residents.rules import FUNCTION
from tenants.sites.models import Site


@dataclass(frozen=True, slots=True)
class Case:
    """Another case as a line; ``opens``: whether this person may go there."""

    id: UUID
    reference: str
    kind: str
    priority: int
    state: str
    came: str
    opens: bool


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposal. ``why``: what was found at the address, in numbers. ``first``: the one that the keys are for."""

    id: UUID
    who: str
    what: str
    text: str
    why: str
    priority: int
    open: bool
    first: bool
    answered: str
    child: Case | None


@dataclass(frozen=True, slots=True)
class Origin:
    """What the case was started from, and whom and what for. ``count``: residents, told or not."""

    parent: Case
    municipality: str
    count: int
    residents: list[Shown]
    withheld: str
    sites: list[Site]


@dataclass(frozen=True, slots=True)
class Linked:
    """Everything the pane shows of linked cases."""

    proposals: list[ProposalLine]
    origin: Origin | None

    @property
    def waiting(self) -> int:
        return sum(one.open for one in self.proposals)


def linked(*, item: WorkItem, owner: MunicipalityRef, user: User) -> Linked | None:
    """None for a case that is linked to no other and to which nothing is proposed."""
    proposals = queries.of_case(item.pk)
    started = queries.started_as(item.pk) if item.parent_id is not None else None
    if not proposals and started is None:
        return None
    rights = rights_of(user)
    return Linked(
        _lines(proposals, item, owner, rights),
        _origin(started, item, rights) if started is not None else None,
    )


def _lines(
    proposals: Sequence[Proposal], item: WorkItem, owner: MunicipalityRef, rights: Rights
) -> list[ProposalLine]:
    told: dict[UUID, tuple[str, str]] = {}
    for acting_id in {one.municipality_id for one in proposals}:
        if rights.can(BOARD_VIEW, acting_id):
            told |= _told(
                [one.pk for one in proposals if one.municipality_id == acting_id], acting_id, rights
            )
    first = next((one.pk for one in proposals if one.state == State.PROPOSED), None)
    closed = item.state == ItemState.CLOSED
    found = []
    for one in proposals:
        text, why = told.get(one.pk, ("", ""))
        unanswered = one.state == State.PROPOSED
        found.append(
            ProposalLine(
                id=one.pk,
                who=wording.who(one, owner),
                what=kinds.KINDS[one.opens].name,
                text=text,
                why=why,
                priority=one.priority,
                open=unanswered and not closed,
                first=one.pk == first,
                answered="Inte besvarat" if unanswered else _answered(one),
                child=_case(one.child, rights) if one.child else None,
            )
        )
    return found


def _answered(proposal: Proposal) -> str:
    return "" if proposal.state == State.STARTED else f"Kopplades inte in {clock(proposal.answered_at)}"


def _told(ids: list[UUID], acting_id: int, rights: Rights) -> dict[UUID, tuple[str, str]]:
    """The rule's words, and what it found, of one municipality's proposals."""
    counts = rights.can(CASE_READ, acting_id, FUNCTION)
    told = {}
    with in_municipality(by_id(acting_id)):
        for pk, letter in crossing.letters(ids).items():
            why = [one.name for one in crossing.sites_of(letter)]
            if letter.residents and counts:
                why.append(f"{len(letter.residents)} med trygghetslarm på adressen")
            told[pk] = (letter.text, ", ".join(why))
    return told


def _origin(started: Proposal, item: WorkItem, rights: Rights) -> Origin:
    letter = crossing.letter_of_child(item.pk)
    withheld = ""
    if letter is not None and letter.residents:
        if item.state == ItemState.CLOSED:
            withheld = "De boende visas bara medan ärendet är öppet."
        elif not rights.can(CASE_READ, item.municipality_id, FUNCTION):
            withheld = "Du saknar behörighet för hemtjänst."
    told = letter is not None and not withheld
    return Origin(
        parent=_case(started.parent, rights),
        municipality=by_id(started.parent.municipality_id).name,
        count=len(letter.residents) if letter else 0,
        residents=[shown(one) for one in crossing.residents_of(letter)] if told and letter else [],
        withheld=withheld,
        sites=crossing.sites_of(letter) if letter else [],
    )


def _case(item: WorkItem, rights: Rights) -> Case:
    state = ItemState(item.state).label
    if item.state == ItemState.HELD and item.claimed_by:
        state = f"◐ {item.claimed_by.initials}"
    elif item.state == ItemState.CLOSED:
        state = f"✓ Klart {clock(item.closed_at)}"
    return Case(
        id=item.pk,
        reference=item.reference,
        kind=kinds.KINDS[item.kind].name,
        priority=item.priority,
        state=state,
        came=clock(item.received_at),
        opens=rights.can(BOARD_VIEW, item.municipality_id, item.function),
    )
