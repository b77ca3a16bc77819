"""The register of sites: read by everybody in the portal, changed by administrators, codes shown on request."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts.capabilities import PORTAL_EDIT, PORTAL_VIEW, NotAllowed
from central.accounts.pages import host_id
from central.audit.services import record
from central.functions import NAMES
from central.phone import display
from central.tabular import CSV_TYPE, XLSX_TYPE, to_csv, to_xlsx
from tenants import transmitters
from tenants.fields import BadEntry
from tenants.portal import forms
from tenants.portal.access import found, guarded, may, page, person, rights
from tenants.sites import queries, services
from tenants.sites.columns import KINDS
from tenants.sites.importing import EXPORTED, Sites
from tenants.sites.models import Site, SiteTransmitter

SECTION = "portal_sites"
PER_PAGE, MOST_OFFERED = 50, 100
SHOWN_FOR = 600
"""Seconds after which an open page puts codes away again."""
CHOICES: Mapping[str, Mapping[str, str]] = {"kind": KINDS, "function": NAMES}


@require_safe
@guarded(PORTAL_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """Search and pages."""
    words, ended = request.GET.get("q", "")[:80], request.GET.get("ended") == "1"
    rows = queries.listed(words=words.replace("\x00", "").split()[:6], ended=ended)
    shown: Page[Site] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    asked = urlencode({"q": words, **({"ended": "1"} if ended else {})})
    return page(
        request,
        "sites",
        SECTION,
        {"page": shown, "q": words, "ended": ended, "query": asked, "any": bool(words)},
    )


@require_safe
@guarded(PORTAL_VIEW)
def site(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """One site, without its codes."""
    return _shown(request, _site(site_id))


@require_POST
@guarded(PORTAL_VIEW)
def codes(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """The same page with keys and codes; that they were shown is kept. Raises NotAllowed."""
    one = _site(site_id)
    if not _may_see_codes(request, one):
        raise NotAllowed(PORTAL_EDIT)
    told = services.show_codes(site_id=one.pk, actor=person(request), now=timezone.now())
    return _shown(request, one, told=told)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def edit(request: HttpRequest, site_id: UUID | None = None) -> HttpResponse:
    """Add or change a site; what was typed stays when it can't be used."""
    one = None if site_id is None else _site(site_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        said = forms.typed(services.FORM, request.POST)
        try:
            saved = services.save(site_id=site_id, typed=said, actor=person(request), now=timezone.now())
        except BadEntry as wrong:
            errors = wrong.errors
        else:
            messages.success(request, f"{saved.name} är sparat.")
            return redirect("portal_site", site_id=saved.pk)
    else:
        said = forms.texts(services.FORM, queries.as_values(one or Site(function="property")))
    stands = [name for name, _w, _p in queries.SEALED if one and getattr(one, f"{name}_sealed")]
    built = forms.built(services.FORM, said, errors, choices=CHOICES, stands=stands)
    context = {"site": one, "field": built, "errors": errors}
    return page(request, "site_edit", SECTION, context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def end(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """Take a site out of use; asked first, and it can be taken back."""
    one = _site(site_id)
    if request.method == "GET":
        return page(request, "site_end", SECTION, {"site": one, "days": services.KEPT_AFTER_END.days})
    services.end(site_id=site_id, actor=person(request), now=timezone.now())
    messages.success(
        request, f"{one.name} är avslutat. Det kan återtas i {services.KEPT_AFTER_END.days} dagar."
    )
    return redirect(SECTION)


@require_POST
@guarded(PORTAL_EDIT)
def resume(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """Take it back."""
    one = _site(site_id)
    try:
        services.resume(site_id=site_id, actor=person(request), now=timezone.now())
    except services.NameTaken as taken:
        messages.error(request, taken.message)
    else:
        messages.success(request, f"{one.name} är i bruk igen. Koppla sändarna på nytt.")
    return redirect("portal_site", site_id=site_id)


@require_POST
@guarded(PORTAL_EDIT)
def link(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """Connect a transmitter: one that was chosen in the list, else the one with the typed account."""
    one, chosen = _site(site_id), request.POST.get("transmitter", "")
    who, now = person(request), timezone.now()
    try:
        if chosen.isdecimal() and len(chosen) < 18:
            services.link_id(site_id=site_id, transmitter_id=int(chosen), actor=who, now=now)
        else:
            account, source = request.POST.get("account", ""), request.POST.get("source", "")
            services.link(site_id=site_id, account=account, source=source, actor=who, now=now)
    except BadEntry as wrong:
        return _shown(request, one, errors=wrong.errors)
    messages.success(request, "Sändaren är kopplad.")
    return redirect("portal_site", site_id=site_id)


@require_POST
@guarded(PORTAL_EDIT)
def unlink(request: HttpRequest, site_id: UUID, transmitter_id: int) -> HttpResponse:
    """Disconnect a transmitter."""
    _site(site_id)
    services.unlink(site_id=site_id, transmitter_id=transmitter_id, actor=person(request), now=timezone.now())
    return redirect("portal_site", site_id=site_id)


@require_safe
@guarded(PORTAL_EDIT)
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """The register as a file that can be changed and brought back; never a code."""
    if file_format not in ("csv", "xlsx"):
        raise Http404
    headings, rows = [one.heading for one in EXPORTED], Sites().exported()
    body = to_xlsx(headings, rows, title="Objekt") if file_format == "xlsx" else to_csv(headings, rows)
    who = person(request)
    record(
        "sites.exported", actor_id=who.pk, actor_name=who.name, municipality_id=host_id(request),
        details={"rows": str(len(rows))}, at=timezone.now(),
    )  # fmt: skip
    return HttpResponse(
        body,
        content_type=XLSX_TYPE if file_format == "xlsx" else CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="objekt.{file_format}"'},
    )


def _site(site_id: UUID) -> Site:
    return found(Site.objects.filter(pk=site_id).first())


def _may_see_codes(request: HttpRequest, one: Site) -> bool:
    """Those who keep the register, and officers of the function that owns the site."""
    own = rights(request).readable_functions(host_id(request))
    return may(request, PORTAL_EDIT) or one.function in own


def _shown(
    request: HttpRequest,
    one: Site,
    *,
    told: list[tuple[str, str]] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    linked = queries.transmitters_of(one.pk)
    edits = may(request, PORTAL_EDIT)
    context = {
        "site": one,
        "function": NAMES.get(one.function, one.function),
        "contacts": [
            {**person_, "shown": display(person_["phone"]) if person_["phone"] else ""}
            for person_ in one.contacts
        ],
        "has_codes": queries.has_codes(one),
        "may_see_codes": _may_see_codes(request, one),
        "codes": told,
        "wgs84": "" if one.lat is None else f"{one.lat}, {one.lon}",
        "sweref": "" if one.x is None or one.y is None else f"{one.y:.0f}, {one.x:.0f}",
        "unlinks": [
            (each, reverse("portal_site_unlink", args=[one.pk, each.id]))
            for each in (transmitters.own(linked) if linked else [])
        ],
        "link_url": reverse("portal_site_link", args=[one.pk]) if edits and one.ended_at is None else "",
        "free": _free() if edits and one.ended_at is None else [],
        "errors": errors or {},
        "typed": request.POST if errors else {},
        "hides": SHOWN_FOR if told is not None else 0,
    }
    return page(request, "site", SECTION, context, status=422 if errors else 200)


def _free() -> list[transmitters.Known]:
    """The first transmitters at named places that no site has yet."""
    taken = set(SiteTransmitter.objects.values_list("transmitter_id", flat=True))
    return [one for one in transmitters.own() if not one.at_home and one.id not in taken][:MOST_OFFERED]
