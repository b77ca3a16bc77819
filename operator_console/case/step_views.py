"""The next step of each of my cases, for the board's own lines."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from alarms.workqueue.errors import BadInput
from central.accounts.pages import person
from operator_console.answers import answers
from operator_console.case.next_steps import of_mine


@require_GET
@answers
def next_steps(request: HttpRequest) -> JsonResponse:
    """``?items=<id>,<id>`` → ``{"steps": {id: {"text", "until"}}}`` of the cases that are mine."""
    try:
        wanted = [UUID(one) for one in request.GET.get("items", "").split(",") if one]
    except ValueError:
        raise BadInput("items", "Välj ett ärende i listan.") from None
    return JsonResponse({"steps": of_mine(user=person(request), wanted=wanted, now=timezone.now())})
