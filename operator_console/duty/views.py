"""The duty pane: who is on duty, and which safe points are live."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from central.accounts.capabilities import BOARD_VIEW, require
from central.accounts.pages import host, person
from central.municipalities.context import in_municipality
from central.municipalities.directory import UnknownMunicipality, by_id, municipalities
from operator_console.access import registers_of
from operator_console.answers import answers
from operator_console.duty.gaps import SHOWN, coming_gaps
from operator_console.duty.roster import on_duty
from tenants.safepoints import queries as safepoints

MOST = 60
"""Municipalities looked through for live safe points when no case is open."""


@require_GET
@answers
def duty(request: HttpRequest, municipality_id: int) -> HttpResponse:
    """One municipality's duties and live safe points, as HTML."""
    try:
        municipality = by_id(municipality_id)
    except UnknownMunicipality:
        raise Http404 from None
    with registers_of(user=person(request), municipality=municipality):
        return render(
            request,
            "operator_console/duty/pane.html",
            {
                "municipality": municipality,
                "duties": on_duty(timezone.now()),
                "points": safepoints.live(),
            },
        )


@require_GET
@answers
def overview(request: HttpRequest) -> HttpResponse:
    """No case open: where nobody will be on duty in the coming hours, and which safe points are live."""
    require(person(request), BOARD_VIEW, host(request))
    live = []
    for municipality in municipalities()[:MOST]:
        with in_municipality(municipality):
            live += [(municipality, point) for point in safepoints.live()]
    gaps = coming_gaps(timezone.now())
    context = {"live": live, "gaps": gaps[:SHOWN], "more": max(0, len(gaps) - SHOWN)}
    return render(request, "operator_console/duty/overview.html", context)
