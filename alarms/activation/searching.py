"""For the clock: each case that is to be looked up is asked about once, and what the rules say is proposed.

The row is the queue: it goes with the proposals' transaction, so a process that dies has either done both or neither.
Locks: lookup, then work item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import QuerySet
from django.utils.timezone import localdate

from alarms.activation import wording
from alarms.activation.models import Lookup, Proposal
from alarms.workqueue import changes
from alarms.workqueue.models import Attention, WorkItem
from alarms.workqueue.models import State as ItemState
from central.agreements.models import Agreement
from central.agreements.queries import holding
from central.events.services import unit_of_work
from central.ids import new_id
from central.municipalities.context import MunicipalityRef, in_municipality
from central.municipalities.directory import by_id
from central.street import Street, parse
from tenants.casefiles import queries as casefiles
from tenants.crossing.finding import Found, find
from tenants.crossing.models import ProposalLetter
from tenants.residents.queries import resident_of
from tenants.sites.queries import site_of

log = structlog.get_logger(__name__)
MOST = 100
"""In one turn of the clock."""
AGAIN = (timedelta(seconds=2), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
"""After the first, second, third and every later error; the auditor tells of what has waited half a minute."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a case is. ``hidden``: it is a protected person's, and no other municipality is asked about it."""

    streets: tuple[Street, ...]
    site_id: UUID | None
    hidden: bool


def waiting_since(moment: datetime) -> QuerySet[Lookup]:
    """Cases that came before that moment and have not been looked up."""
    return Lookup.objects.filter(since__lte=moment)


def advance(now: datetime) -> int:
    """Look up what is due, the most urgent first; how many."""
    done = 0
    while done < MOST and _one(now):
        done += 1
    return done


def _one(now: datetime) -> bool:
    taken: UUID | None = None
    try:
        with unit_of_work():
            lookup = Lookup.objects.select_for_update(skip_locked=True).filter(at__lte=now).first()
            if lookup is None:
                return False
            taken = lookup.pk
            _look_up(taken, now)
            lookup.delete()
    except Exception as error:
        if taken is None:
            raise
        log.error("activation.lookup_failed", case=str(taken), error=type(error).__name__)
        _put_off(taken, now)
    return True


def _put_off(taken: UUID, now: datetime) -> None:
    with unit_of_work():
        lookup = Lookup.objects.select_for_update().filter(pk=taken).first()
        if lookup is not None:
            lookup.at = now + AGAIN[min(lookup.tries, len(AGAIN) - 1)]
            lookup.tries += 1
            lookup.save(update_fields=["at", "tries"])


def _look_up(item_id: UUID, now: datetime) -> None:
    item = changes.locked(item_id)
    if item.state == ItemState.CLOSED:
        return
    owner = by_id(item.municipality_id)
    with in_municipality(owner):
        address = _address(item)
        at_home = find(item.kind, address.streets, site_id=address.site_id)
    made = _propose(item, owner, at_home, None, now)
    for agreement, taker, found in _abroad(item, owner, address, now):
        made += _propose(item, taker, found, agreement, now)
    if not made:
        return
    item.attention = [*(one for one in item.attention if one != Attention.PROPOSAL), Attention.PROPOSAL]
    text = wording.proposed_line(made, owner)
    changes.save(item, verb="proposed", now=now, actor=None, text=text, touched=False)


def _address(item: WorkItem) -> Address:
    """The register's address of what alarmed, and what the alarm or the operator said."""
    site = resident = None
    if item.transmitter_id is not None:
        site, resident = site_of(item.transmitter_id), resident_of(item.transmitter_id)
    written = [
        site.address if site else "",
        resident.address if resident else "",
        casefiles.case(item.pk).place,
    ]
    streets = tuple(dict.fromkeys(street for one in written if one and (street := parse(one)) is not None))
    return Address(streets, site.pk if site else None, bool(resident and resident.protected_identity))


def _abroad(
    item: WorkItem, owner: MunicipalityRef, address: Address, now: datetime
) -> Iterator[tuple[Agreement, MunicipalityRef, list[Found]]]:
    if address.hidden or not address.streets:
        return
    for agreement in holding(giver_id=owner.id, kind=item.kind, on=localdate(now)):
        taker = by_id(agreement.taker_id)
        with in_municipality(taker):
            yield (
                agreement,
                taker,
                find(item.kind, address.streets, abroad=True, functions=agreement.functions),
            )


def _propose(
    item: WorkItem,
    acting: MunicipalityRef,
    found: Sequence[Found],
    agreement: Agreement | None,
    now: datetime,
) -> list[Proposal]:
    known = set(
        Proposal.objects.filter(parent=item, municipality_id=acting.id).values_list("rule_id", flat=True)
    )
    new = [(new_id(), one) for one in found if one.rule.pk not in known]
    with in_municipality(acting):
        ProposalLetter.objects.bulk_create(
            ProposalLetter(
                id=identity,
                case_id=item.pk,
                text=one.rule.text,
                residents=list(one.residents),
                sites=list(one.sites),
                found_at=now,
            )
            for identity, one in new
        )
    return Proposal.objects.bulk_create(
        Proposal(
            id=identity,
            parent=item,
            municipality_id=acting.id,
            rule_id=one.rule.pk,
            agreement_id=agreement.pk if agreement else None,
            function=one.rule.function,
            opens=one.rule.opens,
            priority=one.rule.priority,
            proposed_at=now,
        )
        for identity, one in new
    )
