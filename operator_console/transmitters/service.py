"""Service set and ended from the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from alarms.intake import service_mode
from alarms.workqueue.errors import BadInput, NotNow
from central.accounts.pages import person
from operator_console.answers import answers, body, text
from operator_console.transmitters import lines
from operator_console.transmitters.viewer import Gone, Viewer, manager


@require_POST
@answers
def start(request: HttpRequest, transmitter_id: int) -> HttpResponse:
    """Under service for so many minutes: {"minutes": "30", "reason": "…"}. The row as it is then."""
    who, said, now = manager(request), body(request), timezone.now()
    who.row(transmitter_id, now)
    minutes, reason = text(said, "minutes", longest=20), text(said, "reason")
    if not (minutes.isascii() and minutes.isdecimal() and len(minutes) < 7):
        raise BadInput("minutes", "Skriv hela minuter, 1–1440.")
    _served(
        lambda: service_mode.start(
            transmitter_id=transmitter_id,
            until=now + timedelta(minutes=int(minutes)),
            by=person(request),
            reason=reason,
            now=now,
        )
    )
    return _as_it_is(who, transmitter_id)


@require_POST
@answers
def end(request: HttpRequest, transmitter_id: int) -> HttpResponse:
    """It alarms again: {"reason": "…"}, which may be empty. The row as it is then."""
    who, now = manager(request), timezone.now()
    who.row(transmitter_id, now)
    reason = text(body(request), "reason")
    _served(
        lambda: service_mode.end(transmitter_id=transmitter_id, by=person(request), reason=reason, now=now)
    )
    return _as_it_is(who, transmitter_id)


def _served(act: Callable[[], object]) -> None:
    try:
        act()
    except service_mode.UnknownTransmitter:
        raise Gone from None
    except service_mode.ServiceRefused as error:
        if error.field:
            raise BadInput(error.field, error.message) from None
        raise NotNow(error.message) from None


def _as_it_is(who: Viewer, transmitter_id: int) -> HttpResponse:
    now = timezone.now()
    return JsonResponse({"row": lines.cells(who.row(transmitter_id, now), who, now)})
