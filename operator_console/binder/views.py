"""Instructions on paper for the centre, because screens fail: a file for each municipality, as they count now."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from central.accounts.capabilities import BOARD_VIEW, require
from central.accounts.pages import host, person, signed_in
from central.municipalities.directory import municipalities
from central.paper import PDF_TYPE
from operator_console.access import registers_of
from tenants.instructions import printing


@signed_in
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every municipality."""
    require(person(request), BOARD_VIEW, host(request))
    return render(request, "operator_console/binder/list.html", {"municipalities": municipalities()})


@signed_in
@require_GET
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """One municipality's instructions as PDF. They name duties, never people."""
    user = person(request)
    require(user, BOARD_VIEW, host(request))
    owner = next((one for one in municipalities() if one.slug == slug), None)
    if owner is None:
        raise Http404
    with registers_of(user=user, municipality=owner):
        content = printing.everything(municipality=owner.name, now=timezone.now())
    return HttpResponse(
        content,
        content_type=PDF_TYPE,
        headers={
            "Content-Disposition": f'inline; filename="instruktioner-{slug}.pdf"',
            "Cache-Control": "no-store",
        },
    )
