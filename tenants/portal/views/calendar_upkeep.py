"""One calendar that is read: how its last reading went, who its names are, reading it anew, and taking it away."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from central.accounts.capabilities import PORTAL_EDIT
from tenants.oncall import calendar_files, rereading, subscriptions
from tenants.oncall.calendars import BadCalendar
from tenants.oncall.models import Calendar
from tenants.oncall.services import BadEntry
from tenants.portal import calendar_words, foresight
from tenants.portal.access import found, guarded, page, person
from tenants.portal.foresight import Consequences
from tenants.portal.views.calendars import bring, ranks, typed_of
from tenants.portal.views.roster import SECTION


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def calendar(request: HttpRequest, key: int) -> HttpResponse:
    """How it stands; posted, who its names are."""
    shown = _calendar(key)
    if request.method == "GET":
        return _page(request, shown, {}, {})
    try:
        calendar_files.change_names(
            calendar=shown, names=calendar_words.read(request.POST), by=person(request), now=timezone.now()
        )
    except (BadEntry, BadCalendar) as wrong:
        return _page(request, shown, {}, {"names": wrong.message})
    except calendar_files.Expired:
        return _page(request, shown, {}, {"names": "Kalendern måste läsas in igen innan namnen kan ändras."})
    messages.success(request, "Namnen är sparade. Schemat visar dem nu.")
    return redirect("portal_calendar", key)


@require_POST
@guarded(PORTAL_EDIT)
def again(request: HttpRequest, key: int) -> HttpResponse:
    """A newer file, or another address: looked at first, as the first time."""
    shown = _calendar(key)
    typed = typed_of(request)
    file, errors = bring(request, shown.duty, shown, typed)
    return redirect("portal_calendar_preview", file.pk) if file else _page(request, shown, typed, errors)


@require_POST
@guarded(PORTAL_EDIT)
def read_now(request: HttpRequest, key: int) -> HttpResponse:
    """Ask the address now, instead of within the half hour."""
    shown = _calendar(key)
    if shown.url:
        trouble = rereading.read_one(shown, timezone.now())
        if trouble:
            messages.error(request, f"Kalendern gick inte att läsa. {trouble} Schemat står kvar som det var.")
        else:
            messages.success(request, "Kalendern är läst.")
    return redirect("portal_calendar", key)


@require_POST
@guarded(PORTAL_EDIT)
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Forget it with its shifts; first told which gaps that leaves."""
    shown = _calendar(key)
    actor, now = person(request), timezone.now()

    def act() -> None:
        subscriptions.remove(calendar_id=key, actor=actor, now=now)

    if "sure" not in request.POST:
        told = Consequences(["Passen ur kalendern försvinner ur schemat."], foresight.gaps_after(act, now))
        context = {
            "name": f"kalendern {shown.name}",
            "told": told,
            "back": reverse("portal_calendar", args=[key]),
        }
        return page(request, "remove", SECTION, context)
    act()
    messages.success(request, "Borttaget.")
    return redirect("portal_duty", shown.duty_id)


def _calendar(key: int) -> Calendar:
    return found(Calendar.objects.select_related("duty").filter(pk=key).first())


def _page(
    request: HttpRequest, shown: Calendar, typed: dict[str, str], errors: dict[str, str]
) -> HttpResponse:
    now = timezone.now()
    names = calendar_words.names_of(shown)
    if "names" in errors:  # what was chosen stands
        chosen = calendar_words.read(request.POST)
        names = [replace(one, chosen=str(chosen.get(one.name, ""))) for one in names]
    context = {
        "calendar": shown,
        "state": calendar_words.state(shown, now),
        "lost": rereading.is_lost(shown, now),
        "skipped": calendar_words.skipped(shown),
        "unknown": [one for one in shown.unknown if one],
        "nameless": "" in shown.unknown,
        "names": names,
        "may_rename": calendar_files.kept_with(shown) is not None,
        "coming": shown.shifts.filter(ends_at__gt=now).count(),
        "choices": calendar_words.choices(),
        "typed": {"name": shown.name, "rank": str(shown.rank), "url": shown.url, **typed},
        "ranks": ranks(),
        "errors": errors,
    }
    return page(request, "calendar", SECTION, context, status=422 if errors else 200)
