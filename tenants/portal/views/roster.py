"""Jour och kontakter: who is on duty, the days to come, what is missing; duties and contacts are added here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from central import functions, phone
from central.accounts.capabilities import PORTAL_EDIT
from tenants.oncall import queries, services
from tenants.oncall.models import Replacement, ReplacementState
from tenants.oncall.queries import FORESEEN
from tenants.portal import schedule_words
from tenants.portal.access import guarded, page, person
from tenants.portal.schedule_drawing import draw

SECTION = "portal_roster"


@require_safe
@guarded(PORTAL_EDIT)
def roster(request: HttpRequest) -> HttpResponse:
    """Who is on duty now, the schedule, what is missing and what waits for an answer."""
    return _page(request)


@require_POST
@guarded(PORTAL_EDIT)
def add(request: HttpRequest, what: str) -> HttpResponse:
    """Add a contact or a duty; what was typed stays when it can't be used."""
    adders: dict[str, Callable[[HttpRequest], HttpResponse]] = {"contact": _add_contact, "duty": _add_duty}
    if what not in adders:
        raise Http404
    try:
        answer = adders[what](request)
    except services.BadEntry as exc:
        return _page(request, what, {exc.field: exc.message})
    messages.success(request, "Sparat.")
    return answer


def _add_contact(request: HttpRequest) -> HttpResponse:
    services.add_contact(
        name=request.POST.get("name", ""),
        number=request.POST.get("phone", ""),
        sms="sms" in request.POST,
        actor=person(request),
        now=timezone.now(),
    )
    return redirect(SECTION)


def _add_duty(request: HttpRequest) -> HttpResponse:
    duty = services.add_duty(
        name=request.POST.get("name", ""),
        function=request.POST.get("function", ""),
        actor=person(request),
        now=timezone.now(),
    )
    return redirect("portal_duty", duty.pk)


def _page(request: HttpRequest, form: str = "", errors: dict[str, str] | None = None) -> HttpResponse:
    now = timezone.now()
    duties = queries.duties()
    context: dict[str, Any] = {
        "on_duty": queries.on_duty_now(now),
        "now": now,
        "duties": duties,
        "drawing": draw(duties, now),
        "gaps": missing(now),
        "waiting": waiting(now),
        "contacts": [(one, phone.display(one.phone)) for one in queries.contacts()],
        "functions": functions.CHOICES,
        "form": form,
        "errors": errors or {},
        "typed": request.POST if errors else {},
    }
    return page(request, "roster", SECTION, context, status=422 if errors else 200)


def missing(now: datetime, duty_id: int | None = None) -> list[tuple[Any, list[str]]]:
    """Every gap within 14 days in words, by duty."""
    end = now + FORESEEN
    return [
        (duty, [schedule_words.gap(span, now, end) for span in spans])
        for duty, spans in queries.gaps(now, end)
        if duty_id in (None, duty.pk)
    ]


def waiting(now: datetime) -> list[schedule_words.Swap]:
    """Swaps that somebody has not answered."""
    rows = Replacement.objects.filter(state=ReplacementState.ASKED, ends_at__gt=now)
    return schedule_words.swaps(rows.select_related("duty", "contact", "instead_of"), now)
