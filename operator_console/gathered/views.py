"""The objects of a case that gathers many, as a part of its pane: ``/console/case/<id>/parts/objects/``."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from central.accounts.pages import person
from operator_console.access import opened_case
from operator_console.answers import answers
from operator_console.times import clock
from tenants.casefiles.gathered import Listed, listed
from tenants.contents.models import SignalContent

TURNED_FOR = 1800
"""Seconds that a page somebody turned to stays the one she sees, while the part refreshes itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One object: where, the account it gave, since when and until."""

    place: str
    area: str
    account: str
    since: str
    ended: str
    count: int


@require_GET
@answers
def part(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The part as HTML; 204 for a case that gathers nothing."""
    user, now = person(request), timezone.now()
    with opened_case(user=user, item_id=item_id, now=now) as (item, _):
        if not item.gathers:
            return HttpResponse(status=204)
        return _shown(item, listed(item.pk, start=cache.get(_turned(user, item), 0)))


@require_POST
@answers
def turn(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Another page of them: ``start``. The answer is the part."""
    user, now = person(request), timezone.now()
    said = request.POST.get("start", "")
    start = int(said) if said.isascii() and said.isdecimal() and len(said) < 8 else 0
    with opened_case(user=user, item_id=item_id, now=now) as (item, _):
        if not item.gathers:
            return HttpResponse(status=204)
        cache.set(_turned(user, item), start, TURNED_FOR)
        return _shown(item, listed(item.pk, start=start), turned=True)


def _turned(user: User, item: WorkItem) -> str:
    return f"objects-turned:{user.pk}:{item.pk}"


def _shown(item: WorkItem, objects: Listed, *, turned: bool = False) -> HttpResponse:
    signals = [one.signal_id for one in objects.rows if one.signal_id]
    accounts = dict(SignalContent.objects.filter(pk__in=signals).values_list("pk", "account"))
    lines = [
        Line(
            one.site or "Ett hem",
            one.area,
            accounts.get(one.signal_id, "") if one.signal_id else "",
            clock(one.began_at),
            clock(one.ended_at),
            one.count,
        )
        for one in objects.rows
    ]
    given = {"item": item, "objects": objects, "lines": lines, "turned": turned}
    return HttpResponse(render_to_string("operator_console/gathered/objects.html", given))
