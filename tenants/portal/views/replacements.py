"""Somebody else takes a shift, or two change shifts: registered here, answered by both, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from central.accounts.capabilities import PORTAL_EDIT
from tenants.oncall import queries, replacements
from tenants.oncall.models import Duty, Replacement, ReplacementState
from tenants.oncall.replacements import Part, Settled
from tenants.oncall.services import BadEntry
from tenants.portal import replacementform, shiftchoice
from tenants.portal.access import found, guarded, page, person
from tenants.portal.shiftchoice import Choice
from tenants.portal.views.roster import SECTION

GONE = "Passet står inte längre så i schemat. Välj igen."


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def replacement(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Choose a shift to come, then who takes it; or own times."""
    duty = found(Duty.objects.filter(pk=duty_id).first())
    now = timezone.now()
    if request.method == "GET" and not request.GET:
        context = {
            "duty": duty,
            "shifts": shiftchoice.shifts([duty], now),
            "gaps": shiftchoice.gaps(duty, now),
        }
        return page(request, "replacement_choose", SECTION, context)
    errors: dict[str, str] = {}
    if request.method == "GET":
        form = replacementform.of_query(request.GET, duty)
    else:
        form = replacementform.read(request.POST)
        part, errors = form.part(duty)
        if part is not None:
            try:
                return _asked(request, duty, [part], form.said_yes(), form.reason)
            except BadEntry as exc:
                errors = {exc.field: exc.message}
    context = {
        "duty": duty,
        "form": form,
        "contacts": [(str(one.pk), one.name) for one in queries.contacts()],
        "ranks": [str(nth) for nth in range(1, 10)],
        "errors": errors,
    }
    return page(request, "replacement", SECTION, context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def swap(request: HttpRequest, duty_id: int) -> HttpResponse:
    """A shift of this duty for another, of any duty: both or none."""
    duty = found(Duty.objects.filter(pk=duty_id).first())
    choices = [one for one in shiftchoice.shifts(queries.duties(), timezone.now()) if not one.endless]
    typed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {
            name: request.POST.get(name, "") for name in ("one", "other", "reason", "yes_one", "yes_other")
        }
        by_key = {one.key: one for one in choices}
        one, other = (by_key.get(typed[name]) for name in ("one", "other"))
        if one is None:
            errors["one"] = GONE if typed["one"] else "Välj det ena passet."
        if other is None:
            errors["other"] = GONE if typed["other"] else "Välj det andra passet."
        if one and other:
            said = [
                who for who, yes in ((_who(one), typed["yes_one"]), (_who(other), typed["yes_other"])) if yes
            ]
            try:
                return _asked(request, duty, [_part(one, other), _part(other, one)], said, typed["reason"])
            except BadEntry as exc:
                errors = {"reason" if exc.field == "reason" else "other": exc.message}
    context = {
        "duty": duty,
        "mine": [one for one in choices if one.duty.pk == duty.pk],
        "others": choices,
        "typed": typed,
        "errors": errors,
    }
    return page(request, "swap", SECTION, context, status=422 if errors else 200)


@require_POST
@guarded(PORTAL_EDIT)
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Somebody has said yes or no by telephone."""
    row = found(Replacement.objects.filter(pk=key).first())
    who, actor, now = request.POST.get("contact", ""), person(request), timezone.now()
    said = replacements.say_no if request.POST.get("answer") == "no" else replacements.say_yes
    try:
        rows = said(
            row_id=key,
            contact_id=int(who) if who.isdecimal() else 0,
            by_name=actor.name,
            actor=actor,
            now=now,
        )
    except Replacement.DoesNotExist:
        return redirect("portal_duty", row.duty_id)
    except (Settled, BadEntry) as exc:
        messages.error(request, exc.message)
    else:
        _tell(request, rows)
    return redirect("portal_duty", row.duty_id)


@require_POST
@guarded(PORTAL_EDIT)
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take a replacement or a swap back; those it concerned are told."""
    row = found(Replacement.objects.filter(pk=key).first())
    actor = person(request)
    try:
        replacements.withdraw(row_id=key, by_name=actor.name, actor=actor, now=timezone.now())
    except Settled as exc:
        messages.error(request, exc.message)
    else:
        messages.success(request, "Bytet är återkallat. Schemat gäller som förut, och båda får veta det.")
    return redirect("portal_duty", row.duty_id)


def _asked(request: HttpRequest, duty: Duty, parts: list[Part], said: list[int], reason: str) -> HttpResponse:
    actor = person(request)
    rows = replacements.ask(
        parts=parts, said_yes=said, by_name=actor.name, actor=actor, reason=reason, now=timezone.now()
    )
    _tell(request, rows)
    return redirect("portal_duty", duty.pk)


def _tell(request: HttpRequest, rows: list[Replacement]) -> None:
    told = {
        ReplacementState.VALID: "Bytet gäller, och de som berörs får sms.",
        ReplacementState.ASKED: "Bytet väntar på svar. Den som inte har sagt ja får en fråga med sms.",
        ReplacementState.DECLINED: "Bytet blev inte av. Schemat gäller som förut.",
    }
    messages.success(request, told.get(ReplacementState(rows[0].state), "Sparat."))


def _who(one: Choice) -> int:
    return one.contact.pk if one.contact else 0


def _part(one: Choice, taker: Choice) -> Part:
    """The other one takes it."""
    return Part(one.duty.pk, one.start, one.end, _who(taker), _who(one), one.rank)
