"""The shift leader's report after a flood."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from central.accounts.capabilities import SHIFT_LEAD, require
from central.accounts.pages import host, person, signed_in
from operator_console.flood.report import reports


@require_GET
@signed_in
def report(request: HttpRequest) -> HttpResponse:
    """The floods of the last day, the latest first."""
    user = person(request)
    require(user, SHIFT_LEAD, host(request))
    return render(request, "operator_console/flood/report.html", {"reports": reports(user, timezone.now())})
