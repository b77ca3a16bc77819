"""The register of residents: for home care's officers only. Who is protected stays masked until a reason is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts.capabilities import RESIDENTS_EDIT, RESIDENTS_READ, RESIDENTS_UNMASK, NotAllowed
from central.accounts.pages import host_id
from central.audit.services import record
from central.tabular import CSV_TYPE, XLSX_TYPE, to_csv, to_xlsx
from tenants import transmitters
from tenants.fields import BadEntry
from tenants.portal import forms
from tenants.portal.access import found, guarded, may, page, person
from tenants.residents import queries, services
from tenants.residents.columns import COLUMNS, PROTECTED_FIELDS, RISKS
from tenants.residents.importing import EXPORTED, Residents
from tenants.residents.models import Resident, ResidentTransmitter
from tenants.residents.rules import FUNCTION

SECTION = "portal_residents"
PER_PAGE, MOST_OFFERED = 50, 100
SHOWN_FOR = 600
"""Seconds after which an open page puts codes away again."""
CHOICES: Mapping[str, Mapping[str, str]] = {"risks": RISKS}


@require_http_methods(["GET", "POST"])
@guarded(RESIDENTS_READ, FUNCTION)
def listing(request: HttpRequest) -> HttpResponse:
    """Search and pages. Posted: what is searched for is a name or an address, and those stand in no address of ours."""
    words, ended = request.POST.get("q", "")[:80], request.POST.get("ended") == "1"
    rows = queries.listed(words=words.replace("\x00", "").split()[:6], ended=ended)
    shown: Page[Resident] = Paginator(rows, PER_PAGE).get_page(request.POST.get("page"))
    context = {
        "page": shown,
        "rows": [queries.shown(one) for one in shown],
        "q": words,
        "ended": ended,
        "may_edit_residents": may(request, RESIDENTS_EDIT, FUNCTION),
    }
    return page(request, "residents", SECTION, context)


@require_safe
@guarded(RESIDENTS_READ, FUNCTION)
def resident(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """One resident, without codes; the reading is audited."""
    one, who, now = _resident(resident_id), person(request), timezone.now()
    record(
        "resident.read", actor_id=who.pk, actor_name=who.name, municipality_id=host_id(request),
        subject=str(one.pk), details={"where": "portal"}, at=now,
    )  # fmt: skip
    return _shown(request, one, now)


@require_POST
@guarded(RESIDENTS_UNMASK, FUNCTION)
def unmask(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Show a protected resident to this person for ten minutes, for the reason given. Raises NotAllowed."""
    if not may(request, RESIDENTS_READ, FUNCTION):
        raise NotAllowed(RESIDENTS_READ)  # an operator unmasks through a case: she has no page here
    one, now = _resident(resident_id), timezone.now()
    reason = request.POST.get("reason", "")
    try:
        services.unmask(resident_id=one.pk, actor=person(request), reason=reason, now=now)
    except services.NoReason as wrong:
        return _shown(request, one, now, errors={"reason": wrong.message})
    return redirect("portal_resident", resident_id=one.pk)


@require_POST
@guarded(RESIDENTS_READ, FUNCTION)
def codes(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The same page with keys and codes; that they were shown is kept."""
    one, now = _resident(resident_id), timezone.now()
    told = services.show_codes(resident_id=one.pk, actor=person(request), now=now)
    return _shown(request, one, now, told=told)


@require_http_methods(["GET", "POST"])
@guarded(RESIDENTS_EDIT, FUNCTION)
def edit(request: HttpRequest, resident_id: UUID | None = None) -> HttpResponse:
    """Add or change a resident; what is masked is not in the form, and stays."""
    one, now = None if resident_id is None else _resident(resident_id), timezone.now()
    masked = one is not None and one.protected_identity and not _unmasked(request, one, now)
    away = PROTECTED_FIELDS | {"protected_identity"} if masked else frozenset()
    columns = [column for column in COLUMNS if column.name not in away]
    errors: dict[str, str] = {}
    if request.method == "POST":
        said = forms.typed(columns, request.POST)
        try:
            saved = services.save(resident_id=resident_id, typed=said, actor=person(request), now=now)
        except BadEntry as wrong:
            errors = wrong.errors
        else:
            messages.success(request, f"Kund {saved.number} är sparad.")
            return redirect("portal_resident", resident_id=saved.pk)
    else:
        said = forms.texts(columns, queries.as_values(one or Resident()))
    stands = [name for name, _w, _p in queries.SEALED if one and getattr(one, f"{name}_sealed")]
    context = {
        "resident": one,
        "masked": masked,
        "field": forms.built(columns, said, errors, choices=CHOICES, stands=stands),
        "errors": errors,
    }
    return page(request, "resident_edit", SECTION, context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@guarded(RESIDENTS_EDIT, FUNCTION)
def end(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The resident has no alarm any more; asked first, and it can be taken back."""
    one, days = _resident(resident_id), settings.RESIDENTS_KEPT_DAYS
    if request.method == "GET":
        return page(request, "resident_end", SECTION, {"shown": queries.shown(one), "days": days})
    services.end(resident_id=resident_id, actor=person(request), now=timezone.now())
    messages.success(request, f"Kund {one.number} är avslutad. Uppgifterna raderas om {days} dagar.")
    return redirect(SECTION)


@require_POST
@guarded(RESIDENTS_EDIT, FUNCTION)
def resume(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Take it back."""
    one = _resident(resident_id)
    services.resume(resident_id=resident_id, actor=person(request), now=timezone.now())
    messages.success(request, f"Kund {one.number} har larm igen. Koppla sändarna på nytt.")
    return redirect("portal_resident", resident_id=resident_id)


@require_POST
@guarded(RESIDENTS_EDIT, FUNCTION)
def link(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Connect a transmitter: one that was chosen in the list, else the one with the typed account."""
    one, chosen = _resident(resident_id), request.POST.get("transmitter", "")
    who, now = person(request), timezone.now()
    try:
        if chosen.isdecimal() and len(chosen) < 18:
            services.link_id(resident_id=resident_id, transmitter_id=int(chosen), actor=who, now=now)
        else:
            account, source = request.POST.get("account", ""), request.POST.get("source", "")
            services.link(resident_id=resident_id, account=account, source=source, actor=who, now=now)
    except BadEntry as wrong:
        return _shown(request, one, now, errors=wrong.errors)
    messages.success(request, "Sändaren är kopplad.")
    return redirect("portal_resident", resident_id=resident_id)


@require_POST
@guarded(RESIDENTS_EDIT, FUNCTION)
def unlink(request: HttpRequest, resident_id: UUID, transmitter_id: int) -> HttpResponse:
    """Disconnect a transmitter."""
    _resident(resident_id)
    services.unlink(
        resident_id=resident_id, transmitter_id=transmitter_id, actor=person(request), now=timezone.now()
    )
    return redirect("portal_resident", resident_id=resident_id)


@require_safe
@guarded(RESIDENTS_EDIT, FUNCTION)
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """The register as a file that can be changed and brought back: never a code, nobody protected by name."""
    if file_format not in ("csv", "xlsx"):
        raise Http404
    headings, rows = [one.heading for one in EXPORTED], Residents().exported()
    body = to_xlsx(headings, rows, title="Brukare") if file_format == "xlsx" else to_csv(headings, rows)
    who = person(request)
    record(
        "residents.exported", actor_id=who.pk, actor_name=who.name, municipality_id=host_id(request),
        details={"rows": str(len(rows))}, at=timezone.now(),
    )  # fmt: skip
    return HttpResponse(
        body,
        content_type=XLSX_TYPE if file_format == "xlsx" else CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="brukare.{file_format}"'},
    )


def _resident(resident_id: UUID) -> Resident:
    return found(Resident.objects.filter(pk=resident_id).first())


def _unmasked(request: HttpRequest, one: Resident, now: datetime) -> datetime | None:
    if not may(request, RESIDENTS_UNMASK, FUNCTION):
        return None
    return queries.unmasked_until(resident_id=one.pk, user_id=person(request).pk, now=now)


def _shown(
    request: HttpRequest,
    one: Resident,
    now: datetime,
    *,
    told: list[tuple[str, str]] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    until = _unmasked(request, one, now) if one.protected_identity else None
    linked = queries.transmitters_of(one.pk)
    edits = may(request, RESIDENTS_EDIT, FUNCTION)
    context = {
        "shown": queries.shown(one, unmasked=until is not None),
        "until": until,
        "days": settings.RESIDENTS_KEPT_DAYS,
        "hides": _seconds(until, now) if until else SHOWN_FOR if told is not None else 0,
        "may_unmask": may(request, RESIDENTS_UNMASK, FUNCTION),
        "may_edit_residents": edits,
        "codes": told,
        "unlinks": [
            (each, reverse("portal_resident_unlink", args=[one.pk, each.id]))
            for each in (transmitters.own(linked) if linked else [])
        ],
        "link_url": reverse("portal_resident_link", args=[one.pk]) if edits and one.ended_at is None else "",
        "free": _free() if edits and one.ended_at is None else [],
        "errors": errors or {},
        "typed": request.POST if errors else {},
    }
    return page(request, "resident", SECTION, context, status=422 if errors else 200)


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, int((until - now).total_seconds()) + 1)


def _free() -> list[transmitters.Known]:
    """The first transmitters in homes that no resident has yet."""
    taken = set(ResidentTransmitter.objects.values_list("transmitter_id", flat=True))
    homes = [one for one in transmitters.own() if one.at_home and one.function in ("", FUNCTION)]
    return [one for one in homes if one.id not in taken][:MOST_OFFERED]
