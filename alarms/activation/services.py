"""Starting and declining what the rules propose. Only who holds the case does; what is started is a case of its own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from alarms.activation import wording
from alarms.activation.models import Proposal, State
from alarms.workqueue import changes
from alarms.workqueue.errors import BadInput, NotNow
from alarms.workqueue.models import Attention, WorkItem
from alarms.workqueue.opening import NewCase, open_cases
from central.accounts.models import User
from central.agreements.models import Agreement, Shared
from central.agreements.queries import holds
from central.municipalities.context import MunicipalityRef, in_municipality
from central.municipalities.directory import by_id
from tenants.casefiles import queries as casefiles
from tenants.casefiles.models import CaseFile
from tenants.crossing.models import ProposalLetter
from tenants.residents.queries import resident_of
from tenants.sites.models import Site
from tenants.sites.queries import site_of

SOURCE = "Kopplat ärende"
"""What stands as the source of a case that was started from another."""


def start(*, item_id: UUID, operator: User, proposal_id: UUID, now: datetime) -> UUID:
    """Open the linked case in the acting municipality's queue; its id. Twice is once.

    Raises NotYours, UnknownItem, BadInput for a proposal of another case, NotNow when it was declined or the agreement
    has ended.
    """
    with changes.holding(item_id, operator) as item:
        proposal = _proposal(item, proposal_id)
        if proposal.state == State.STARTED and proposal.child_id is not None:
            return proposal.child_id
        if proposal.state == State.DECLINED:
            raise NotNow("Förslaget är redan besvarat med nej.")
        owner, acting = by_id(item.municipality_id), by_id(proposal.municipality_id)
        case = _case(item, owner, acting, proposal, _agreement(proposal, now), operator, now)
        open_cases([case])
        child = changes.locked(case.id)
        with in_municipality(acting):
            ProposalLetter.objects.filter(pk=proposal.pk).update(child_id=child.pk)
        changes.save(
            child,
            verb="activated",
            now=now,
            actor=operator,
            text=wording.begun_line(item, owner),
            touched=False,
        )
        proposal.child = child
        _answer(proposal, State.STARTED, operator, now)
        _answered(item)
        changes.save(
            item, verb="crossed", now=now, actor=operator, text=wording.started_line(proposal, owner, child)
        )
        return child.pk


def decline(*, item_id: UUID, operator: User, proposal_id: UUID, reason: str, now: datetime) -> None:
    """It isn't needed, and why. Twice is once. Raises as :func:`start`, and NotNow when it has been started."""
    if reason not in wording.DECLINED:
        raise BadInput("reason", "Välj varför det inte behövs.")
    with changes.holding(item_id, operator) as item:
        proposal = _proposal(item, proposal_id)
        if proposal.state == State.DECLINED:
            return
        if proposal.state == State.STARTED:
            raise NotNow("Det är redan startat. Avsluta det kopplade ärendet i stället.")
        _answer(proposal, State.DECLINED, operator, now)
        _answered(item)
        text = wording.declined_line(proposal, by_id(item.municipality_id), reason)
        changes.save(item, verb="not_crossed", now=now, actor=operator, text=text)


def _proposal(item: WorkItem, proposal_id: UUID) -> Proposal:
    found = Proposal.objects.select_for_update().filter(pk=proposal_id, parent=item).first()
    if found is None:
        raise BadInput("proposal", "Förslaget hör till ett annat ärende. Läs om ärendet.")
    return found


def _answer(proposal: Proposal, state: State, operator: User, now: datetime) -> None:
    proposal.state, proposal.answered_at, proposal.answered_by_id = state, now, operator.pk
    proposal.save(update_fields=["state", "child", "answered_at", "answered_by_id"])


def _answered(item: WorkItem) -> None:
    """The mark leaves the case with its last open proposal; the caller saves it."""
    if not Proposal.objects.filter(parent=item, state=State.PROPOSED).exists():
        item.attention = [one for one in item.attention if one != Attention.PROPOSAL]


def _agreement(proposal: Proposal, now: datetime) -> Agreement | None:
    if proposal.agreement_id is None:
        return None
    agreement = holds(proposal.agreement_id, on=localdate(now))
    if agreement is None:
        raise NotNow("Avtalet mellan kommunerna gäller inte längre. Ring den andra kommunen.")
    return agreement


def _case(
    item: WorkItem,
    owner: MunicipalityRef,
    acting: MunicipalityRef,
    proposal: Proposal,
    agreement: Agreement | None,
    operator: User,
    now: datetime,
) -> NewCase:
    """The linked case: what its rule says, and of the other case no more than may be told."""
    shares = set(Shared.values) if agreement is None else set(agreement.shares)
    with in_municipality(owner):
        letter = casefiles.case(item.pk)
        site = site_of(item.transmitter_id) if item.transmitter_id is not None else None
        place = _place(item, letter, site, Shared.SITE in shares)
    with in_municipality(acting):
        words = ProposalLetter.objects.get(pk=proposal.pk)
        theirs = list(Site.objects.filter(pk__in=words.sites, ended_at=None))
    told = [f"Larmtext: {letter.story}"] if Shared.STORY in shares and letter.story else []
    name = theirs[0].name if len(theirs) == 1 else (item.site if Shared.SITE in shares else "")
    return NewCase(
        municipality_id=acting.id,
        kind=proposal.opens,
        function=proposal.function,
        priority=proposal.priority,
        received_at=now,
        occurred_at=item.received_at,
        site=name,
        area=item.area,
        exercise=item.exercise,
        place=place,
        access=letter.access if Shared.ACCESS in shares else "",
        call_back=letter.call_back if Shared.CALL_BACK in shares else "",
        story=wording.story(words.text, item, owner, told),
        source_name=SOURCE,
        actor_id=operator.pk,
        parent_id=item.pk,
    )


def _place(item: WorkItem, letter: CaseFile, site: Site | None, named: bool) -> str:
    """The case's address; a protected person's never leaves its case."""
    resident = resident_of(item.transmitter_id) if item.transmitter_id is not None else None
    if resident is not None and resident.protected_identity:
        return ""
    written = letter.place or (site.address if site else "") or (resident.address if resident else "")
    if site is not None and not named:
        written = site.address or written.removeprefix(site.name).strip(" ,·")
    return written
