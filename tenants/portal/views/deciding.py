"""How the municipality decides when nobody takes a case: one rule for all functions, and one for each that differs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central import functions, wall_time
from central.accounts.capabilities import PORTAL_EDIT
from central.calendar_days import NAMES, WEEKDAYS
from tenants.decided import queries, services
from tenants.decided.models import Choice, Policy
from tenants.decided.rules import WORKDAYS
from tenants.decided.rules import Policy as Standing
from tenants.oncall import queries as oncall
from tenants.oncall.services import BadEntry
from tenants.portal.access import guarded, page, person

SECTION = "portal_deciding"
ALL = "all"
DAYS = [(code, NAMES[code]) for code in ("workday", "dayoff", *WEEKDAYS)]


@require_safe
@guarded(PORTAL_EDIT)
def listing(request: HttpRequest) -> HttpResponse:
    """The rules as they stand."""
    kept, names = queries.policies(), {one.code: one.name for one in oncall.duties()}
    rows = [(ALL, "Alla verksamheter", _told(kept.get(""), names))]
    rows += [(code, name, _told(kept[code], names)) for code, name in functions.CHOICES if code in kept]
    others = [(code, name) for code, name in functions.CHOICES if code not in kept]
    return page(request, "deciding", SECTION, {"rules": rows, "others": others, "nobody": "" not in kept})


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def rule(request: HttpRequest, which: str) -> HttpResponse:
    """One rule, to change."""
    function = _function(which)
    kept = queries.policies().get(function)
    typed, errors = _typed(request, kept), {}
    if request.method == "POST":
        try:
            services.save_policy(
                function=function,
                duty=str(typed["duty"]),
                minutes=_number(str(typed["minutes"])),
                default_choice=str(typed["default_choice"]),
                shift_days=typed["shift_days"],
                shift_starts=wall_time.read(str(typed["shift_starts"])),
                receipt_minutes=_number(str(typed["receipt_minutes"])),
                actor=person(request),
                now=timezone.now(),
            )
        except wall_time.BadTime:
            errors = {"shift_starts": "Skriv klockslaget som 07:00."}
        except BadEntry as exc:
            errors = {exc.field: exc.message}
        else:
            messages.success(request, "Sparat.")
            return redirect(SECTION)
    context = {
        "which": which,
        "name": functions.NAMES.get(function, "Alla verksamheter"),
        "kept": kept,
        "typed": typed,
        "errors": errors,
        "duties": oncall.duties(),
        "choices": Choice.choices,
        "days": DAYS,
    }
    return page(request, "deciding_rule", SECTION, context, status=422 if errors else 200)


@require_POST
@guarded(PORTAL_EDIT)
def remove(request: HttpRequest, which: str) -> HttpResponse:
    """The function is decided as all the others again."""
    services.remove_policy(function=_function(which), actor=person(request), now=timezone.now())
    messages.success(request, "Borttaget.")
    return redirect(SECTION)


def _function(which: str) -> str:
    if which != ALL and which not in functions.NAMES:
        raise Http404
    return "" if which == ALL else which


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else -1


def _typed(request: HttpRequest, kept: Policy | None) -> dict[str, Any]:
    """What is in the form: as it was typed, else as it stands."""
    if request.method == "POST":
        names = ("duty", "minutes", "default_choice", "shift_starts", "receipt_minutes")
        return {name: request.POST.get(name, "").strip() for name in names} | {
            "shift_days": request.POST.getlist("shift_days")
        }
    stands = kept or Standing()
    return {
        "duty": stands.duty,
        "minutes": stands.minutes,
        "default_choice": stands.default_choice,
        "shift_starts": f"{stands.shift_starts:%H:%M}",
        "receipt_minutes": stands.receipt_minutes,
        "shift_days": list(stands.shift_days) or list(WORKDAYS),
    }


def _told(kept: Policy | None, names: dict[str, str]) -> list[str]:
    """A rule in words."""
    stands = kept or Standing()
    days = ", ".join(NAMES[one] for one in stands.shift_days) or NAMES["workday"]
    return [
        f"{names[stands.duty]} beslutar inom {stands.minutes} min." if stands.duty in names
        else "Ingen beslutsfunktion är vald.",
        f"Utan svar: {Choice(stands.default_choice).label.lower()}.",
        f"Arbetspass börjar {stands.shift_starts:%H:%M} ({days}). Kvittens inom {stands.receipt_minutes} min.",
    ]  # fmt: skip
