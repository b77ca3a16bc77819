"""Whether those on call can be reached: the newest test of their numbers, who did not answer, and when it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from central import phone, wall_time
from central.accounts.capabilities import PORTAL_EDIT
from central.calendar_days import NAMES, WEEKDAYS
from tenants.oncall.services import BadEntry
from tenants.portal.access import guarded, page, person
from tenants.reachability import services, wording
from tenants.reachability.models import Round, State

SECTION = "portal_roster"
HERE = "portal_reachability"
SHOWN = 12
DAYS = [(str(nth), f"{NAMES[code]}ar") for nth, code in enumerate(WEEKDAYS)]
ORDER = [State.UNREACHABLE, State.SILENT, State.UNKNOWN, State.WAITING, State.ANSWERED]
"""Those to do something about come first."""


@require_safe
@guarded(PORTAL_EDIT)
def listing(request: HttpRequest) -> HttpResponse:
    """The newest round, and the rounds before it."""
    return _page(request)


@require_safe
@guarded(PORTAL_EDIT)
def rows(request: HttpRequest) -> HttpResponse:
    """The newest round alone, for refreshing."""
    return render(request, "portal/_reachability_rows.html", _newest())


@require_POST
@guarded(PORTAL_EDIT)
def begin(request: HttpRequest) -> HttpResponse:
    """Everybody on call is tested now; pressed twice, the same round goes on."""
    try:
        services.begin(actor=person(request), now=timezone.now())
    except BadEntry as exc:
        messages.error(request, exc.message)
    else:
        messages.success(request, "Provet har börjat. De som inte svarar på sms rings upp om tio minuter.")
    return redirect(HERE)


@require_POST
@guarded(PORTAL_EDIT)
def plan(request: HttpRequest) -> HttpResponse:
    """The weekly test."""
    weekday, errors = request.POST.get("weekday", ""), {}
    try:
        services.set_plan(
            weekday=int(weekday) if weekday in dict(DAYS) else None if weekday == "" else -1,
            at=wall_time.read(request.POST.get("at", "")),
            actor=person(request),
            now=timezone.now(),
        )
    except wall_time.BadTime:
        errors = {"at": "Skriv klockslaget som 10:00."}
    except BadEntry as exc:
        errors = {exc.field: exc.message}
    else:
        messages.success(request, "Sparat.")
        return redirect(HERE)
    return _page(request, errors, {"weekday": weekday, "at": request.POST.get("at", "")})


def _page(
    request: HttpRequest, errors: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    kept = services.plan()
    shown = typed or {
        "weekday": "" if kept is None or kept.weekday is None else str(kept.weekday),
        "at": f"{kept.at:%H:%M}" if kept else "10:00",
    }
    context = {
        **_newest(),
        "planned": wording.planned(kept),
        "days": DAYS,
        "typed": shown,
        "errors": errors or {},
        "before": [(one, *_counts(one)) for one in Round.objects.exclude(ended_at=None)[:SHOWN]],
    }
    return page(request, "reachability", SECTION, context, status=422 if errors else 200)


def _newest() -> dict[str, Any]:
    one = Round.objects.first()
    if one is None:
        return {"round": None}
    tests = sorted(one.tests.select_related("contact"), key=lambda test: ORDER.index(State(test.state)))
    answered, everybody = _counts(one)
    return {
        "round": one,
        "answered": answered,
        "everybody": everybody,
        "share": round(100 * answered / everybody) if everybody else 0,
        "tests": [(test, phone.display(test.contact.phone), wording.why(test)) for test in tests],
    }


def _counts(one: Round) -> tuple[int, int]:
    return one.tests.filter(state=State.ANSWERED).count(), one.tests.count()
