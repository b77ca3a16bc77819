"""The camera as a part of a case's pane, ``/console/case/<id>/parts/camera/``, and the pictures themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from alarms.workqueue.errors import Refused
from alarms.workqueue.models import WorkItem
from central.accounts.capabilities import NotAllowed
from central.accounts.models import User
from central.accounts.pages import person, signed_in
from operator_console.access import opened_case
from operator_console.answers import answers, text
from operator_console.camera.opening import REASON_LENGTH, USUAL, camera_of, open_camera
from tenants.contents.serving import answer_of, kept_picture


@require_GET
@answers
def part(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The part as HTML; 204 where the case has neither picture nor stream."""
    user, now = person(request), timezone.now()
    with opened_case(user=user, item_id=item_id, now=now) as (item, _owner):
        return _shown(item, user, now)


@require_POST
@answers
def reveal(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Open it for a while, for the reason given. The answer is the part."""
    user, now = person(request), timezone.now()
    reason = text(request.POST.dict(), "reason", longest=REASON_LENGTH)
    with opened_case(user=user, item_id=item_id, now=now) as (item, _owner):
        open_camera(item=item, user=user, reason=reason, now=now)
        return _shown(item, user, now)


@require_GET
@signed_in
def picture(request: HttpRequest, item_id: UUID, picture_id: UUID) -> HttpResponse:
    """A picture's bytes, to whoever has opened the case's pictures and may still read the case; to others 404."""
    user, now = person(request), timezone.now()
    try:
        with opened_case(user=user, item_id=item_id, now=now) as (item, _owner):
            found = camera_of(item=item, user=user, now=now)
            if found is None or found.until is None:
                raise Http404
            kept = kept_picture(found.seen, picture_id)
    except (Refused, NotAllowed):
        raise Http404 from None
    return answer_of(kept)


def _shown(item: WorkItem, user: User, now: datetime) -> HttpResponse:
    found = camera_of(item=item, user=user, now=now)
    if found is None:
        return HttpResponse(status=204)
    until = int(found.until.timestamp() * 1000) if found.until else None
    given = {
        "item": item, "camera": found, "hides_at": until, "usual": USUAL, "most": REASON_LENGTH,
        "minutes": settings.PICTURES_OPEN_MINUTES,
    }  # fmt: skip
    return HttpResponse(render_to_string("operator_console/camera/part.html", given))
