"""What was put off to the next shift: the morning's list, and the receipt for each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from central.accounts.capabilities import PORTAL_CASES
from central.accounts.pages import host_id
from tenants.decided import ports, queries
from tenants.portal import words
from tenants.portal.access import found, guarded, page, person, rights

SECTION = "portal_deferred"


@require_safe
@guarded(PORTAL_CASES)
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for the person's functions, and what became of the latest."""
    return page(request, "deferred", SECTION, _listed(request))


@require_safe
@guarded(PORTAL_CASES)
def rows(request: HttpRequest) -> HttpResponse:
    """The list alone, for refreshing."""
    return render(request, "portal/_deferred_rows.html", _listed(request))


@require_POST
@guarded(PORTAL_CASES)
def receive(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """The person's team takes it."""
    one = found(queries.one(decision_id, _own(request)))
    try:
        ports.receive(decision_id=decision_id, person=person(request), now=timezone.now())
    except ports.CameBack as late:
        messages.error(request, late.message)
    else:
        messages.success(request, f"Du har tagit emot {one.reference}.")
    return redirect(SECTION)


def _own(request: HttpRequest) -> list[str]:
    return sorted(rights(request).readable_functions(host_id(request)))


def _listed(request: HttpRequest) -> dict[str, Any]:
    own, now = _own(request), timezone.now()
    return {
        "waiting": [
            (one, words.function(one.function), one.receipt_due_at <= now) for one in queries.waiting(own)
        ],
        "settled": [(one, words.function(one.function)) for one in queries.settled(own, now)],
        "now": now,
    }
