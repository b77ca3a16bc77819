"""What the shift leader must know, and that she has seen it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from alarms.workqueue import notices
from central.accounts.capabilities import SHIFT_LEAD, require
from central.accounts.pages import host, person
from operator_console.answers import answers

MOST = 50


@require_GET
@answers
def open_notices(request: HttpRequest) -> HttpResponse:
    """The open notices, newest first."""
    require(person(request), SHIFT_LEAD, host(request))
    return JsonResponse({"notices": [notices.as_data(one) for one in notices.open_notices()[:MOST]]})


@require_POST
@answers
def seen(request: HttpRequest, notice_id: int) -> HttpResponse:
    """She has seen it; every console hears that."""
    notice = notices.see(notice_id=notice_id, leader=person(request), now=timezone.now())
    return JsonResponse(notices.as_data(notice))
