"""One case: its pane, its draft, its sheets' choices and every act on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.workqueue import services
from alarms.workqueue.errors import BadInput, Refused
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.queries import item_for
from alarms.workqueue.rows import row
from central import kinds
from central.accounts.models import User
from central.accounts.pages import person
from operator_console.access import opened_case
from operator_console.answers import answers, body, done_once, integer, refusal, text
from operator_console.case.acts import ACTS, Asked
from operator_console.case.fragment import fragment
from operator_console.case.options import OPTIONS
from tenants.casefiles import services as casefiles


@require_GET
@answers
def case(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The pane as HTML. Somebody else's or nobody's case takes ``?read=1``: reading without taking is said."""
    user = person(request)
    return HttpResponse(fragment(user=user, item_id=item_id, now=timezone.now()))


@require_http_methods(["PUT"])
@answers
def draft(request: HttpRequest, item_id: UUID) -> JsonResponse:
    """Keep what is being typed: ``{"text"}``."""
    user, now = person(request), timezone.now()
    words = text(body(request), "text", longest=20_000)
    with opened_case(user=user, item_id=item_id, now=now) as (item, _):
        casefiles.save_draft(item.pk, user.pk, words, now)
    return JsonResponse({"saved": True})


@require_GET
@answers
def options(request: HttpRequest, item_id: UUID, what: str) -> JsonResponse:
    """The choices of one sheet."""
    user, now = person(request), timezone.now()
    if what not in OPTIONS:
        return refusal(404, "unknown", "Det finns inget sådant att välja.")
    with opened_case(user=user, item_id=item_id, now=now) as (item, owner):
        return JsonResponse(OPTIONS[what](item, owner, user, now))


@require_POST
@answers
def act(request: HttpRequest, item_id: UUID, action: str) -> HttpResponse:
    """Act on a case; the answer holds the row as committed, and the pane while the case is mine."""
    user, now = person(request), timezone.now()
    chosen = ACTS.get(action)
    if chosen is None:
        return refusal(404, "unknown", "Det finns ingen sådan handling.")
    asked = Asked(item_id, user, body(request), now)

    def do() -> UUID:
        chosen(asked)
        return item_id

    try:
        done_once(request, do, now)
    except Refused as error:
        return _refused_with_row(user, item_id, error)
    return answer(user, item_id)


@require_POST
@answers
def next_case(request: HttpRequest) -> JsonResponse:
    """T: take the most urgent unanswered case; the server picks."""
    user, now = person(request), timezone.now()
    return answer(user, done_once(request, lambda: services.claim_next(operator=user, now=now).pk, now))


@require_POST
@answers
def new_case(request: HttpRequest) -> JsonResponse:
    """C: a case by hand, taken at once by who wrote it."""
    user, now, data = person(request), timezone.now(), body(request)
    kind = text(data, "kind")
    if kind not in kinds.KINDS:
        raise BadInput("kind", "Välj en sort i listan.")
    item_id = done_once(
        request,
        lambda: (
            services.create_by_hand(
                operator=user,
                municipality_id=integer(data, "municipality"),
                kind=kind,
                priority=integer(data, "priority"),
                place=text(data, "place", longest=400),
                text=text(data, "text"),
                call_back=text(data, "call_back", longest=40),
                now=now,
            ).pk
        ),
        now,
    )
    return answer(user, item_id)


def answer(user: User, item_id: UUID) -> JsonResponse:
    """``{"row", "html"?}`` after the commit: the pane follows while this person holds the case."""
    item = item_for(user, item_id)
    mine = item.claimed_by_id == user.pk and item.state == State.HELD
    found: dict[str, Any] = {"row": row(item)}
    if mine:
        found["html"] = fragment(user=user, item_id=item_id, now=timezone.now())
    return JsonResponse(found)


def _refused_with_row(user: User, item_id: UUID, error: Refused) -> HttpResponse:
    """A lost race tells how the row stands now, so that the board need not wait for the socket."""
    if isinstance(error, BadInput) or error.status != 409:
        raise error
    item: WorkItem = item_for(user, item_id)
    return refusal(error.status, error.code, error.message, row=row(item))
