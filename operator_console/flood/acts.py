"""The leader's acts on a group and on the seats: each translates and makes one call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from alarms.workqueue import group_accounts, services
from alarms.workqueue.errors import BadInput, NotNow
from alarms.workqueue.models import GroupAct
from central.accounts import shifts
from central.accounts.capabilities import SHIFT_LEAD, require
from central.accounts.models import User
from central.accounts.pages import host, person
from central.accounts.queries import seats as seats_now
from central.events.services import unit_of_work
from operator_console.answers import answers, body, integer, text
from operator_console.case.parking import wake_at

MOST_SEATS = 50
MOST_MUNICIPALITIES = 400


@require_GET
@answers
def recent_acts(request: HttpRequest) -> JsonResponse:
    """``{"acts"}`` of the last half hour, the latest first."""
    leader = _leader(request)
    return JsonResponse({"acts": group_accounts.recent(leader, timezone.now())})


@require_POST
@answers
def park(request: HttpRequest) -> JsonResponse:
    """``{"items", "reason", "minutes"|"next_shift"|"clock"}``: these cases rest. The act as it became."""
    leader, data, now = _leader(request), body(request), timezone.now()
    return _answer(
        services.park_group(
            item_ids=_ids(data),
            leader=leader,
            until=wake_at(data, now),
            reason=text(data, "reason"),
            now=now,
            key=_key(request),
        )
    )


@require_POST
@answers
def duplicates(request: HttpRequest) -> JsonResponse:
    """``{"items", "lead", "count": "211"}``: all but the lead are closed onto it. The act as it became."""
    leader, data = _leader(request), body(request)
    return _answer(
        services.close_duplicates(
            item_ids=_ids(data),
            lead_id=_identity(data.get("lead"), "lead"),
            count=_typed(data),
            leader=leader,
            now=timezone.now(),
            key=_key(request),
        )
    )


@require_POST
@answers
def undo(request: HttpRequest, act_id: UUID) -> JsonResponse:
    """One press: each case that nobody has touched since is as it was."""
    return _answer(services.undo_group(act_id=act_id, leader=_leader(request), now=timezone.now()))


@require_POST
@answers
def seats(request: HttpRequest) -> JsonResponse:
    """``{"changes": [{"user", "add", "remove"}]}``: all of them or none. ``{"seats"}`` as they stand."""
    leader, now = _leader(request), timezone.now()
    changes = body(request).get("changes")
    if not isinstance(changes, list) or not all(isinstance(one, dict) for one in changes[:MOST_SEATS]):
        raise BadInput("changes", "Välj en plats och en kommun.")
    with unit_of_work():
        for one in changes[:MOST_SEATS]:
            user = User.objects.filter(pk=integer(one, "user")).first()
            try:
                if user is None:
                    raise shifts.NotOnShift
                shifts.divide(
                    user=user, by=leader, add=_numbers(one, "add"), remove=_numbers(one, "remove"), now=now
                )
            except shifts.NotOnShift:
                raise NotNow("Kollegan har slutat sitt pass. Inget är ändrat.") from None
    return JsonResponse({"seats": seats_now()})


def _leader(request: HttpRequest) -> User:
    leader = person(request)
    require(leader, SHIFT_LEAD, host(request))
    return leader


def _key(request: HttpRequest) -> str:
    return request.headers.get("Idempotency-Key", "")


def _answer(act: GroupAct) -> JsonResponse:
    return JsonResponse({"act": group_accounts.as_data(act)})


def _ids(data: dict[str, Any]) -> set[UUID]:
    found = data.get("items")
    if not isinstance(found, list):
        raise BadInput("items", "Välj en grupp i listan.")
    return {_identity(one, "items") for one in found}


def _identity(value: object, name: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise BadInput(name, "Välj ett i listan.") from None


def _typed(data: dict[str, Any]) -> int:
    typed = "".join(text(data, "count", longest=20).split())
    if not typed.isdecimal():
        raise BadInput("count", "Skriv antalet ärenden med siffror. Inget är ändrat.")
    return int(typed)


def _numbers(data: dict[str, Any], name: str) -> list[int]:
    found = data.get(name, [])
    if not isinstance(found, list) or len(found) > MOST_MUNICIPALITIES:
        raise BadInput(name, "Välj kommuner i listan.")
    return [integer({name: one}, name) for one in found]
