"""The object behind a case, as a part of its pane: ``/console/case/<id>/parts/object/``."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from central.accounts.pages import person
from central.municipalities.context import MunicipalityRef
from operator_console.access import opened_case
from operator_console.answers import answers, text
from operator_console.case import object_register
from operator_console.case.object_view import object_view


@require_GET
@answers
def part(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The part as HTML; 204 where nothing is known of an object."""
    user, now = person(request), timezone.now()
    with opened_case(user=user, item_id=item_id, now=now) as (item, owner):
        return _shown(item, owner, user, now)


@require_POST
@answers
def codes(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show keys and codes for ten minutes; the journal says so. The answer is the part."""
    user, now = person(request), timezone.now()
    with opened_case(user=user, item_id=item_id, now=now) as (item, owner):
        object_register.show_codes(item=item, user=user, now=now)
        return _shown(item, owner, user, now)


@require_POST
@answers
def unmask(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show a protected person's particulars, for the reason given. The answer is the part."""
    user, now = person(request), timezone.now()
    reason = text(request.POST.dict(), "reason", longest=200)
    with opened_case(user=user, item_id=item_id, now=now) as (item, owner):
        object_register.unmask(item=item, user=user, reason=reason, now=now)
        return _shown(item, owner, user, now)


def _shown(item: WorkItem, owner: MunicipalityRef, user: User, now: datetime) -> HttpResponse:
    shown = object_view(item=item, owner=owner, user=user, now=now)
    if shown is None:
        return HttpResponse(status=204)
    given = {"object": shown, "sprite": static("console/sprite.svg")}
    return HttpResponse(render_to_string("operator_console/case/object.html", given))
