"""The console's page, its board and the stored log."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from alarms.workqueue import queries
from alarms.workqueue.rows import ms
from central.accounts.capabilities import BOARD_VIEW, require
from central.accounts.models import User
from central.accounts.pages import host, person, signed_in
from central.accounts.queries import seats
from central.events import queries as log
from operator_console.answers import answers, refusal
from operator_console.board.boot import boot
from operator_console.board.search import found
from operator_console.live.store import present

LATEST = 60
CATCH_UP = 2_000


@ensure_csrf_cookie
@require_GET
@signed_in
def console(request: HttpRequest) -> HttpResponse:
    """The console itself; its rows and letters come afterwards."""
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    return render(request, "operator_console/console.html", {"boot": boot(request, user), "user": user})


@require_GET
@answers
def board(request: HttpRequest) -> JsonResponse:
    """``{"last_id", "rows", "presence", "seats", "now"}``: apply later events on top of it."""
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    fresh = queries.board(user)
    now = timezone.now()
    return JsonResponse(
        {
            "last_id": fresh.last_id,
            "rows": fresh.rows,
            "presence": present(now),
            "seats": seats(),
            "now": ms(now),
        }
    )


@require_GET
@answers
def events(request: HttpRequest) -> HttpResponse:
    """The stored log: ``?latest=n`` for the pane, ``?after=id`` for a console whose socket is down."""
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    if "after" in request.GET:
        return _after(request, user)
    latest = log.latest(min(LATEST * 4, _number(request, "latest") * 4 or LATEST))
    return _events(user, [event for event in latest if event.type == "item"][-LATEST:])


def _after(request: HttpRequest, user: User) -> HttpResponse:
    after = _number(request, "after")
    if after and after + 1 < log.first_id():
        return JsonResponse({"events": [], "reset": True, "now": ms(timezone.now())})
    return _events(user, log.since(after, CATCH_UP))


def _events(user: User, found: list[log.Event]) -> HttpResponse:
    audience = queries.audience(user)
    shown = ",".join(event.encoded() for event in found if not event.function or event.function in audience)
    return HttpResponse(
        f'{{"events":[{shown}],"reset":false,"now":{json.dumps(ms(timezone.now()))}}}',
        content_type="application/json",
    )


def _number(request: HttpRequest, name: str) -> int:
    value = request.GET.get(name, "0")
    return int(value) if value.isdecimal() and len(value) < 19 else 0


@require_GET
@answers
def search(request: HttpRequest) -> JsonResponse:
    """Cases by number, place or telephone: ``{"cases": [{"id", "ref", "label"}]}``."""
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    question = request.GET.get("q", "").strip()
    if not 3 <= len(question) <= 60:
        return refusal(422, "bad_input", "Skriv minst tre tecken.", field="q")
    return JsonResponse({"cases": found(user, question, timezone.now())})
