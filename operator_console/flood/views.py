"""The shift leader's panel while a flood goes on, and the report after it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from alarms.workqueue.services import PARK_REASONS
from central.accounts.capabilities import SHIFT_LEAD, require
from central.accounts.pages import host, person, signed_in
from operator_console.board.boot import boot
from operator_console.flood.report import reports


@ensure_csrf_cookie
@require_GET
@signed_in
def panel(request: HttpRequest) -> HttpResponse:
    """The groups that stand, what may be done with them, and whose each municipality is; filled by its scripts."""
    user = person(request)
    require(user, SHIFT_LEAD, host(request))
    known = {**boot(request, user), "park_reasons": list(PARK_REASONS.items())}
    return render(request, "operator_console/flood/panel.html", {"boot": known, "user": user})


@require_GET
@signed_in
def report(request: HttpRequest) -> HttpResponse:
    """The floods of the last day, the latest first."""
    user = person(request)
    require(user, SHIFT_LEAD, host(request))
    return render(request, "operator_console/flood/report.html", {"reports": reports(user, timezone.now())})
