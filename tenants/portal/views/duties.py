"""One duty: who has it, the days to come, its turns, when it is needed, its swaps and calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts.capabilities import PORTAL_EDIT
from tenants.oncall import layers, queries, services, windows
from tenants.oncall.models import Duty, Layer, Replacement
from tenants.oncall.schedule import STOCKHOLM
from tenants.portal import hoursform, schedule_words
from tenants.portal.access import found, guarded, page, person
from tenants.portal.schedule_drawing import draw
from tenants.portal.schedule_words import Turn
from tenants.portal.views.roster import SECTION, missing

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    """A layer in words. ``begins`` and ``ends`` are empty when it has begun, and when it goes on."""

    layer: Layer
    words: str
    people: list[Turn]
    begins: str
    ends: str


@require_safe
@guarded(PORTAL_EDIT)
def duty(request: HttpRequest, key: int) -> HttpResponse:
    """Everything about one duty."""
    shown = found(Duty.objects.filter(pk=key).first())
    now = timezone.now()
    rows = shown.replacements.filter(ends_at__gt=now - RECENT).values_list("pk", "swap")
    context = {
        "duty": shown,
        "on_duty": [queries.on_duty(shown.code, now)],
        "now": now,
        "drawing": draw([shown], now),
        "gaps": missing(now, shown.pk),
        "needed": windows.words(windows.read(shown.needed)),
        "safe_choices": layers.SAFE_MINUTES,
        "layers": [told(one, now) for one in standing(shown, now)],
        "swaps": schedule_words.swaps(_with_halves(list(rows)), now),
        "calendars": shown.calendars.all(),
    }
    return page(request, "duty", SECTION, context)


@require_POST
@guarded(PORTAL_EDIT)
def safety(request: HttpRequest, key: int) -> HttpResponse:
    """How soon somebody of the duty who is alone out there must be heard."""
    found(Duty.objects.filter(pk=key).first())
    minutes = request.POST.get("safe_minutes", "")
    try:
        layers.set_safe_minutes(
            duty_id=key,
            minutes=int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 4 else -1,
            actor=person(request),
            now=timezone.now(),
        )
    except services.BadEntry as exc:
        messages.error(request, exc.message)
    else:
        messages.success(request, "Sparat.")
    return redirect("portal_duty", key)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def needed(request: HttpRequest, key: int) -> HttpResponse:
    """When somebody must have the duty; otherwise a time without anybody is no gap."""
    shown = found(Duty.objects.filter(pk=key).first())
    errors: dict[str, str] = {}
    form = hoursform.shown(windows.read(shown.needed))
    focus = ""
    if request.method == "POST":
        form = hoursform.read(request.POST)
        if form.move(request.POST.get("act", "")):
            focus = "id_window-add"
        else:
            wanted, errors = form.windows()
            try:
                if not errors:
                    layers.set_needed(duty_id=key, needed=wanted, actor=person(request), now=timezone.now())
                    messages.success(request, "Sparat.")
                    return redirect("portal_duty", key)
            except services.BadEntry as exc:
                errors = {exc.field: exc.message}
    context = {
        "duty": shown,
        "hours": form,
        "rows": hoursform.rows(form, errors),
        "days": hoursform.DAYS,
        "choices": hoursform.CHOICES,
        "errors": errors,
        "focus": focus,
    }
    return page(request, "duty_needed", SECTION, context, status=422 if errors else 200)


def standing(shown: Duty, now: datetime) -> list[Layer]:
    """The turns that go on or are to come, by rank."""
    today = now.astimezone(STOCKHOLM).date()
    return [one for one in shown.layers.select_related("duty") if one.until is None or one.until >= today]


def told(one: Layer, now: datetime) -> Told:
    """The layer as the page tells it."""
    people = schedule_words.turns(one, now)
    begun = one.first_day <= now.astimezone(STOCKHOLM).date()
    return Told(
        one,
        schedule_words.layer(one, len(people)),
        people,
        "" if begun else schedule_words.day(one.first_day),
        schedule_words.day(one.until) if one.until else "",
    )


def _with_halves(rows: list[tuple[int, object]]) -> list[Replacement]:
    """Those rows and the other halves of their swaps, which may be of another duty."""
    mine = Q(pk__in=[key for key, _ in rows]) | Q(swap__in=[swap for _, swap in rows if swap])
    return list(Replacement.objects.filter(mine).select_related("duty", "contact", "instead_of"))
