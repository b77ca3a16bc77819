"""A person's own page: when they are on duty, what waits for their answer, asking for a swap, and their calendar."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts.pages import host
from central.municipalities.addresses import base_url
from tenants.oncall import asking, calendars, own_page, queries
from tenants.oncall.doors import own
from tenants.oncall.models import Contact, Replacement, ReplacementState
from tenants.oncall.own_page import Turn
from tenants.oncall.replacements import Settled
from tenants.oncall.services import BadEntry

BACK, AHEAD = timedelta(days=31), timedelta(days=365)
GONE = "Frågan finns inte längre."


@require_safe
@own
def home(request: HttpRequest, contact: Contact, secret: str) -> HttpResponse:
    """Now and next, what waits for an answer, eight weeks of shifts, what was asked, and the calendar's address."""
    now = timezone.now()
    turns = own_page.turns(contact, now)
    on_duty = [one for one in turns if one.shift.start <= now]
    context = {
        "contact": contact,
        "secret": secret,
        "now": [(one, own_page.until(one, turns)) for one in on_duty],
        "next": next((one for one in turns if one.shift.start > now), None),
        "turns": turns,
        "on_duty_keys": {one.key for one in on_duty},
        "waiting": own_page.waiting(contact, now),
        "asked": own_page.asked(contact, now),
        **_subscription(request, secret),
    }
    return render(request, "oncall/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def ask(request: HttpRequest, contact: Contact, secret: str) -> HttpResponse:
    """One of the person's shifts: who could take it, or which could be had for it."""
    now = timezone.now()
    key = request.GET.get("pass", "")
    turn = next((one for one in own_page.turns(contact, now) if one.key == key), None)
    if turn is None:
        messages.error(request, "Passet står inte längre så i schemat. Välj ett i listan.")
        return redirect("oncall_own", secret)
    typed: dict[str, str] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: str(value) for name, value in request.POST.items()}
        act = asking.swap if typed.get("what") == "swap" else asking.replacement
        try:
            rows = act(contact=contact, turn=turn, typed=typed, now=now)
        except BadEntry as wrong:
            errors = {_field(wrong.field): wrong.message}
        else:
            _tell(request, rows)
            return redirect("oncall_own", secret)
    context = {"contact": contact, "secret": secret, "errors": errors, **_choices(contact, turn, typed)}
    return render(request, "oncall/ask.html", context, status=422 if errors else 200)


@require_POST
@own
def answer(request: HttpRequest, contact: Contact, secret: str, key: int) -> HttpResponse:
    """Yes or no."""
    try:
        rows = asking.answer(
            contact=contact, row_id=key, yes=request.POST.get("answer") == "yes", now=timezone.now()
        )
    except Replacement.DoesNotExist:
        messages.error(request, GONE)
    except (Settled, BadEntry) as told:
        messages.error(request, told.message)
    else:
        _tell(request, rows)
    return redirect("oncall_own", secret)


@require_POST
@own
def take_back(request: HttpRequest, contact: Contact, secret: str, key: int) -> HttpResponse:
    """The person no longer asks."""
    try:
        asking.take_back(contact=contact, row_id=key, now=timezone.now())
    except Replacement.DoesNotExist:
        messages.error(request, GONE)
    except Settled as told:
        messages.error(request, told.message)
    else:
        messages.success(request, "Frågan är återkallad. Schemat gäller som förut.")
    return redirect("oncall_own", secret)


@require_safe
@own
def subscription(request: HttpRequest, contact: Contact, secret: str) -> HttpResponse:
    """The person's shifts as a calendar to subscribe to: the last month and the coming year."""
    now = timezone.now()
    content = calendars.written(
        name=f"Jour {host(request).name}",
        domain=request.get_host().partition(":")[0],
        shifts=queries.shifts_of(contact.pk, now - BACK, now + AHEAD),
        now=now.replace(hour=0, minute=0, second=0, microsecond=0),  # so that what hasn't changed is the same
    )
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    whole = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    whole["ETag"] = etag
    whole["Cache-Control"] = "private, no-cache"
    whole["Content-Disposition"] = 'inline; filename="jour.ics"'
    response = get_conditional_response(request, etag=etag, response=whole)
    assert response is not None
    return response


def _choices(contact: Contact, turn: Turn, typed: dict[str, str]) -> dict[str, Any]:
    now = timezone.now()
    near, far = own_page.colleagues(contact, turn.duty)
    begins = asking.begins(turn, now)
    return {
        "turn": turn,
        "near": [(str(one.pk), one) for one in near],
        "far": [(str(one.pk), one) for one in far],
        "offers": own_page.offered(contact, turn.duty, now) if turn.end else [],
        "first": asking.local(begins),
        "last": asking.local(turn.end) if turn.end else "",
        "typed": {"from": asking.local(begins), "to": asking.local(turn.end) if turn.end else "", **typed},
    }


def _subscription(request: HttpRequest, secret: str) -> dict[str, str]:
    address = f"{base_url(host(request))}{reverse('oncall_calendar', args=[secret])}"
    return {"address": address, "webcal": f"webcal://{address.partition('://')[2]}"}


def _field(name: str) -> str:
    """Where on the page a mistake belongs."""
    return {"starts_at": "from", "ends_at": "to", "instead_of": "contact"}.get(name, name)


def _tell(request: HttpRequest, rows: list[Replacement]) -> None:
    told = {
        ReplacementState.VALID: "Bytet gäller. Ni får sms båda två.",
        ReplacementState.ASKED: "Frågan är ställd. Du får sms när du har fått svar.",
        ReplacementState.DECLINED: "Du har svarat nej. Schemat gäller som förut.",
    }
    messages.success(request, told.get(ReplacementState(rows[0].state), "Sparat."))
