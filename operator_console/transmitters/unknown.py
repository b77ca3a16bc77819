"""Accounts that have called and that nobody has registered, for whoever can."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alarms.intake.models import Transmitter, UnknownAccount
from alarms.workqueue.models import WorkItem
from central.accounts.pages import signed_in
from operator_console.transmitters import words
from operator_console.transmitters.viewer import keeper

MOST = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """One of them. Its account is with the centre and is read when it is to be registered."""

    case: UUID
    reference: str
    state: str
    source: str
    count: int
    last: str


def waiting() -> QuerySet[UnknownAccount]:
    """Those that are still unknown, whatever became of their cases."""
    registered = Transmitter.objects.filter(
        source_id=OuterRef("source_id"), account_hash=OuterRef("account_hash"), active=True
    )
    return UnknownAccount.objects.filter(source__active=True).exclude(Exists(registered))


def callers(now: datetime) -> list[Caller]:
    """The hundred that called last, the last one first."""
    found = list(waiting().select_related("source").order_by("-last_at")[:MOST])
    items = WorkItem.objects.in_bulk([one.item_id for one in found])
    return [
        Caller(
            case=one.item_id,
            reference=items[one.item_id].reference,
            state=items[one.item_id].get_state_display(),
            source=one.source.name,
            count=one.count,
            last=words.moment(one.last_at, now),
        )
        for one in found
        if one.item_id in items
    ]


@require_GET
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """Who has called, how often, and the way to register each."""
    keeper(request)
    now = timezone.now()
    return render(
        request,
        "operator_console/transmitters/unknown.html",
        {"boot": {"csrf": get_token(request)}, "callers": callers(now), "most": MOST},
    )
