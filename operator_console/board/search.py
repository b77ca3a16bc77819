"""Finding a case: by its number or place in the queue, by telephone in the letters one may read."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from alarms.workqueue.models import WorkItem
from central.accounts.capabilities import rights_of
from central.accounts.models import User
from central.audit.services import record
from central.municipalities.context import in_municipality
from central.municipalities.directory import centre, municipalities
from central.phone import BadNumber, normalise
from tenants.casefiles.queries import cases

MOST = 8


def found(user: User, question: str, now: datetime) -> list[dict[str, Any]]:
    """At most eight cases, the newest first: ``[{"id", "ref", "label"}]``."""
    wanted = Q()
    for word in question.split():
        wanted &= (
            Q(reference__icontains=word)
            | Q(headline__icontains=word)
            | Q(site__icontains=word)
            | Q(area__icontains=word)
        )
    wanted |= Q(pk__in=_by_telephone(user, question, now))
    functions = rights_of(user).visible_functions(centre().id)
    items = WorkItem.objects.filter(wanted, function__in=functions).order_by("-received_at")[:MOST]
    return [
        {"id": str(item.pk), "ref": item.reference, "label": f"{item.headline} ({item.get_state_display()})"}
        for item in items
    ]


def _by_telephone(user: User, question: str, now: datetime) -> list[UUID]:
    try:
        number = normalise(question)
    except BadNumber:
        return []
    rights = rights_of(user)
    hits: list[UUID] = []
    for municipality in municipalities():
        readable = rights.readable_functions(municipality.id)
        if not readable:
            continue
        with in_municipality(municipality):
            hits += cases(readable).filter(call_back=number).values_list("pk", flat=True)[:MOST]
    record(
        "case.searched_by_number",
        actor_id=user.pk,
        actor_name=user.name,
        municipality_id=centre().id,
        details={"hits": len(hits)},
        at=now,
    )
    return hits
