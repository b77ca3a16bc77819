"""Safe points: state for everybody in the portal; the register for administrators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central import phone
from central.accounts.capabilities import PORTAL_EDIT, PORTAL_VIEW
from tenants.portal.access import found, guarded, may, page, person
from tenants.safepoints import queries, register, services
from tenants.safepoints.models import Offer, SafePoint, State

SECTION = "portal_points"


@require_safe
@guarded(PORTAL_VIEW)
def points(request: HttpRequest) -> HttpResponse:
    """What is live, with how many of the staff come, and the whole register."""
    return page(request, "points", SECTION, {"live": queries.live(), "points": queries.register()})


@require_safe
@guarded(PORTAL_VIEW)
def live_rows(request: HttpRequest) -> HttpResponse:
    """The live points alone, for refreshing."""
    return render(
        request, "portal/_live_points.html", {"live": queries.live(), "may_edit": may(request, PORTAL_EDIT)}
    )


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def point(request: HttpRequest, point_id: UUID | None = None) -> HttpResponse:
    """One point of the register, to add or to change."""
    shown = None if point_id is None else _point(point_id)
    if request.method == "GET":
        return _form(request, shown, _stored(shown))
    typed = {name: request.POST.get(name, "") for name in ("name", "address", "capacity", "public_text")}
    offers = request.POST.getlist("offers")
    try:
        saved = register.save_point(
            point_id=point_id, offers=offers, actor=person(request), now=timezone.now(), **typed
        )
    except register.BadPoint as exc:
        return _form(request, shown, {**typed, "offers": offers}, exc.errors)
    messages.success(request, f"{saved.name} är sparad.")
    return redirect("portal_point", point_id=saved.pk)


@require_POST
@guarded(PORTAL_EDIT)
def remove(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Take a closed point out of the register."""
    shown = _point(point_id)
    try:
        register.remove_point(point_id=point_id, actor=person(request), now=timezone.now())
    except services.WrongState:
        messages.error(request, f"{shown.name} används just nu. Stäng den innan du tar bort den.")
        return redirect("portal_point", point_id=point_id)
    messages.success(request, f"{shown.name} är borttagen ur registret.")
    return redirect(SECTION)


@require_POST
@guarded(PORTAL_EDIT)
def add_staff(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Add somebody who gets the SMS."""
    shown = _point(point_id)
    typed = {
        "staff_name": request.POST.get("staff_name", ""),
        "staff_phone": request.POST.get("staff_phone", ""),
    }
    try:
        register.add_staff(
            point_id=point_id,
            name=typed["staff_name"],
            number=typed["staff_phone"],
            actor=person(request),
            now=timezone.now(),
        )
    except register.BadPoint as exc:
        return _form(request, shown, {**_stored(shown), **typed}, exc.errors)
    return redirect("portal_point", point_id=point_id)


@require_POST
@guarded(PORTAL_EDIT)
def remove_staff(request: HttpRequest, point_id: UUID, staff_id: int) -> HttpResponse:
    """Take a person off the point."""
    _point(point_id)
    register.remove_staff(point_id=point_id, staff_id=staff_id, actor=person(request), now=timezone.now())
    return redirect("portal_point", point_id=point_id)


@require_safe
@guarded(PORTAL_EDIT)
def calls(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """What the staff has answered, for refreshing."""
    return render(
        request, "portal/_point_calls.html", {"point": (shown := _point(point_id)), **_answers(shown)}
    )


@require_POST
@guarded(PORTAL_EDIT)
def act(request: HttpRequest, point_id: UUID, what: str) -> HttpResponse:
    """Activate, open, close, or tell the public something new."""
    shown, now, user = _point(point_id), timezone.now(), person(request)
    text = request.POST.get("public_text", "")
    if what in ("activate", "text") and (wrong := register.too_long(text)):
        return _form(request, shown, {**_stored(shown), "public_text_now": text}, {"public_text_now": wrong})
    try:
        match what:
            case "activate":
                services.activate(point_id=point_id, case_id=None, actor=user, public_text=text, now=now)
                messages.success(request, f"{shown.name} förbereds. Personalen får sms.")
            case "open":
                services.mark_open(point_id=point_id, actor=user, now=now)
                messages.success(request, f"{shown.name} är öppen.")
            case "close":
                services.close_point(point_id=point_id, actor=user, now=now)
                messages.success(request, f"{shown.name} är stängd.")
            case "text":
                services.change_public_text(point_id=point_id, text=text, actor=user, now=now)
                messages.success(request, "Texten till allmänheten är ändrad.")
            case _:
                raise Http404
    except services.WrongState as exc:
        messages.error(request, exc.message)
    return redirect("portal_point", point_id=point_id)


def _answers(shown: SafePoint) -> dict[str, Any]:
    live = next((one for one in queries.live() if one.point.pk == shown.pk), None)
    return {"live": live, "calls": queries.calls(live.activation.pk) if live else []}


def _point(point_id: UUID) -> SafePoint:
    return found(SafePoint.objects.filter(pk=point_id, removed_at__isnull=True).first())


def _stored(shown: SafePoint | None) -> dict[str, Any]:
    if shown is None:
        return {"offers": []}
    return {
        "name": shown.name,
        "address": shown.address,
        "capacity": "" if shown.capacity is None else shown.capacity,
        "public_text": shown.public_text,
        "offers": shown.offers,
    }


def _form(
    request: HttpRequest, shown: SafePoint | None, typed: dict[str, Any], errors: dict[str, str] | None = None
) -> HttpResponse:
    context = {
        "point": shown,
        "closed": shown is not None and shown.state == State.CLOSED,
        "typed": typed,
        "errors": errors or {},
        "offers": Offer.choices,
        "staff": [(one, phone.display(one.phone)) for one in shown.staff.all()] if shown else [],
        **(_answers(shown) if shown else {}),
        "log": queries.log(shown.pk) if shown else [],
    }
    return page(request, "point", SECTION, context, status=422 if errors else 200)
