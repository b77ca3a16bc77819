"""The object behind a case, as a part of its pane: ``/console/case/<id>/parts/object/``."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from central.accounts.pages import person
from operator_console.access import opened_case
from operator_console.answers import answers
from operator_console.case.object_view import object_view


@require_GET
@answers
def part(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The part as HTML; 204 where nothing is known of an object."""
    user, now = person(request), timezone.now()
    with opened_case(user=user, item_id=item_id, now=now) as (item, owner):
        shown = object_view(item=item, owner=owner, user=user, now=now)
        if shown is None:
            return HttpResponse(status=204)
        return HttpResponse(render_to_string("operator_console/case/object.html", {"object": shown}))
