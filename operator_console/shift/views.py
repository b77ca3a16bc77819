"""Beginning and ending a shift at a seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from central.accounts import shifts
from central.accounts.capabilities import BOARD_VIEW, CASE_CLAIM, can, require
from central.accounts.leaving import StillHolding
from central.accounts.models import Shift, User
from central.accounts.pages import host, person, signed_in
from central.accounts.queries import covered_municipalities, current_shift, seats
from central.events.services import unit_of_work
from central.municipalities.context import MunicipalityRef
from central.municipalities.directory import municipalities
from operator_console.handover import reading
from operator_console.shift import leaving
from operator_console.shift.handover import LastEar, check_an_ear_remains, picture

SEAT_DEFAULT = "Plats 1"


@require_GET
@signed_in
def door(request: HttpRequest) -> HttpResponse:
    """The centre's address: who takes cases begins a shift first; others come to what is theirs."""
    user, here = person(request), host(request)
    if not can(user, BOARD_VIEW, here):
        return redirect("account")
    if can(user, CASE_CLAIM, here) and current_shift(user) is None:
        return redirect("shift")
    return redirect("console")


@require_GET
@signed_in
def shift(request: HttpRequest) -> HttpResponse:
    """One page: sound, second factor, what stands open, what is offered to me; or the way to leave."""
    return _page(request)


@require_POST
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """Sign on and go to the console."""
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    seat = request.POST.get("seat", "").strip() or SEAT_DEFAULT
    try:
        shifts.start_shift(
            user=user,
            seat=seat,
            sound_ok=request.POST.get("sound_ok") == "1",
            municipalities=_chosen(request),
            now=timezone.now(),
        )
    except shifts.SecondFactorMissing as error:
        return _page(request, refused=error.message, chosen=_chosen(request))
    return HttpResponseRedirect("/console/")


@require_POST
@signed_in
def end(request: HttpRequest) -> HttpResponse:
    """Sign off; refused while I hold cases or while nobody else would hear an alarm."""
    user, now = person(request), timezone.now()
    require(user, BOARD_VIEW, host(request))
    try:
        with unit_of_work():
            shifts.end_shift(user=user, reason="slut på passet", now=now)
            check_an_ear_remains(user, now)
    except (StillHolding, shifts.NotOnShift, LastEar) as error:
        return _page(request, refused=error.message)
    return HttpResponseRedirect("/shift/")


@require_GET
@signed_in
def left(request: HttpRequest) -> HttpResponse:
    """What I still hold and who is to have it, as a part of the page: it follows whoever accepts."""
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    return render(request, "operator_console/shift/left.html", _left(user))


@require_POST
@signed_in
def hand_over(request: HttpRequest) -> HttpResponse:
    """Offer each of my cases to its successor. What could not be offered is told; the rest is."""
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    if handed := leaving.hand_all(user, request.POST, timezone.now()):
        return _page(request, handed=handed)
    return redirect("shift")


@require_POST
@signed_in
def divide(request: HttpRequest) -> HttpResponse:
    """My own municipalities, changed while the shift goes on; my console hears it at once."""
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    chosen = _chosen(request)
    others = {one.id for one in municipalities()} - set(chosen)
    try:
        shifts.divide(user=user, by=user, add=chosen, remove=others, now=timezone.now())
    except shifts.NotOnShift as error:
        return _page(request, refused=error.message, chosen=chosen)
    return HttpResponseRedirect("/shift/?sparat=1")


def _chosen(request: HttpRequest) -> list[int]:
    return [int(one) for one in request.POST.getlist("own") if one.isdecimal() and len(one) < 19]


def _own(user: User, chosen: list[int] | None) -> list[tuple[MunicipalityRef, bool]]:
    """Every municipality and whether it is ticked: as just chosen, as in the shift that goes on, else those that
    nobody else on shift has.
    """
    covered, running = covered_municipalities(but=user), current_shift(user)
    ticked = {one.id for one in municipalities()} - covered if covered else set()
    if chosen is not None:
        ticked = set(chosen)
    elif running is not None:
        ticked = set(running.municipalities)
    return [(one, one.id in ticked) for one in municipalities()]


def _covering(user: User) -> dict[str, Any]:
    """Who else has what as her own, and what nobody has; ``{}`` while nobody has chosen."""
    everyone = seats()
    if not any(seat["own"] for seat in everyone):
        return {}
    names = {one.id: one.name for one in municipalities()}
    taken = {one for seat in everyone for one in seat["own"]}
    return {
        "others": [
            (seat["name"], ", ".join(names[one] for one in seat["own"] if one in names) or "alla lika")
            for seat in everyone
            if seat["id"] != user.pk
        ],
        "nobodys": [name for one, name in names.items() if one not in taken],
    }


def _left(user: User, chosen: Mapping[str, str] | None = None) -> dict[str, Any]:
    mine = leaving.lines(user, chosen)
    free = [one for one in mine if one.item.offered_to_id is None and one.chosen is not None]
    return {"lines": mine, "to_hand": len(free)}


def _page(
    request: HttpRequest, refused: str = "", chosen: list[int] | None = None, handed: Sequence[str] = ()
) -> HttpResponse:
    user, now = person(request), timezone.now()
    require(user, BOARD_VIEW, host(request))
    return render(
        request,
        "operator_console/shift/shift.html",
        {
            "user": user,
            "shift": Shift.objects.filter(user=user, ended_at=None).first(),
            "picture": picture(user, now),
            "handover": reading.last(user),
            "own": _own(user, chosen),
            "covering": _covering(user),
            "saved": request.method == "GET" and "sparat" in request.GET,
            "seat": SEAT_DEFAULT,
            "refused": refused,
            "handed": handed,
            **_left(user, request.POST),
        },
        status=409 if refused or handed else 200,
    )
