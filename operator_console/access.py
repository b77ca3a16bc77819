"""The only door from the console to a municipality's letters: capability → its context → audit entry.

Nothing else under ``operator_console`` enters a municipality to read a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import cache

from alarms.intake.models import UnknownAccount
from alarms.intake.registering import account_hash
from alarms.workqueue.models import WorkItem
from alarms.workqueue.queries import item_for
from central.accounts.capabilities import BOARD_VIEW, CASE_READ, INTAKE_MANAGE, require
from central.accounts.models import User
from central.audit.services import record
from central.municipalities.context import MunicipalityRef, in_municipality
from central.municipalities.directory import by_id, centre
from tenants.casefiles.models import CaseFile

READ_ONCE_PER = 600
"""Seconds within which one person's reading of one case is one audit entry: an open case refreshes itself."""


@contextmanager
def opened_case(
    *, user: User, item_id: UUID, now: datetime, capability: str = CASE_READ
) -> Iterator[tuple[WorkItem, MunicipalityRef]]:
    """Work in the schema of the case's municipality, the reading audited.

    Raises UnknownItem when there is no such case or the person may not: the two look the same.
    """
    item_for(user, item_id, BOARD_VIEW)  # a municipality's officer reads in the portal, not through here
    item = item_for(user, item_id, capability)
    owner = by_id(item.municipality_id)
    _note_reading(user, item, owner, now)
    with in_municipality(owner):
        yield item, owner


@contextmanager
def registers_of(*, user: User, municipality: MunicipalityRef) -> Iterator[None]:
    """Work with a municipality's registers (duty roster, safe points), which hold no residents.

    Raises NotAllowed.
    """
    require(user, BOARD_VIEW, municipality)
    with in_municipality(municipality):
        yield


@dataclass(frozen=True, slots=True)
class WaitingAccount:
    """What an unknown transmitter called itself, at which source, and in which case that was told."""

    source_id: int
    account: str
    reference: str


def waiting_account(*, user: User, item_id: str, now: datetime) -> WaitingAccount | None:
    """The account behind a case of an unknown transmitter, for whoever manages the intake; nothing else of its letter.

    None when there is no such case, or its letter is gone. Raises NotAllowed. The reading is audited.
    """
    require(user, INTAKE_MANAGE, centre())
    try:
        waiting = UnknownAccount.objects.filter(item_id=UUID(item_id)).first()
    except ValueError:
        return None
    item = WorkItem.objects.filter(pk=waiting.item_id).first() if waiting else None
    if waiting is None or item is None:
        return None
    with in_municipality(by_id(item.municipality_id)):
        account = CaseFile.objects.filter(pk=item.pk).values_list("account", flat=True).first()
    if not account or account_hash(waiting.source_id, account) != waiting.account_hash:
        return None
    record(
        "transmitter.account_read",
        actor_id=user.pk,
        actor_name=user.name,
        municipality_id=item.municipality_id,
        subject=str(item.pk),
        at=now,
    )
    return WaitingAccount(waiting.source_id, account, item.reference)


def _note_reading(user: User, item: WorkItem, owner: MunicipalityRef, now: datetime) -> None:
    if not cache.add(f"case-read:{user.pk}:{item.pk}", 1, READ_ONCE_PER):
        return
    record(
        "case.read",
        actor_id=user.pk,
        actor_name=user.name,
        municipality_id=owner.id,
        subject=str(item.pk),
        details={"holds": item.claimed_by_id == user.pk},
        at=now,
    )
