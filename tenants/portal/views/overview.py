"""What is going on in the municipality, without any letter: duty, live points, gaps to mend."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from central.accounts.capabilities import PORTAL_VIEW
from tenants.instructions import queries as instructions
from tenants.oncall import queries as oncall
from tenants.oncall import rereading
from tenants.portal.access import guarded, page
from tenants.safepoints import queries as safepoints


@require_safe
@guarded(PORTAL_VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Who is on duty now, which points are live, and what is missing."""
    now = timezone.now()
    register = instructions.register(now)
    context = {
        "duties": oncall.on_duty_now(now),
        "live": safepoints.live(),
        "missing": [line for line in register if line.valid is None and line.general],
        "drafts": [line for line in register if line.has_draft],
        "lost_calendars": rereading.lost(now),
        "now": now,
    }
    return page(request, "overview", "portal_overview", context)
