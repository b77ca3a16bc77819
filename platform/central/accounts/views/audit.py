"""The centre's auditor reads the log of any municipality: who did what when, without the contents."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from central.accounts import pages, queries
from central.accounts.capabilities import AUDIT_READ, require
from central.audit import queries as audit
from central.audit.services import record
from central.municipalities import directory
from central.municipalities.context import MunicipalityRef

PER_PAGE = 100


@never_cache
@require_safe
@pages.signed_in
def extract(request: HttpRequest) -> HttpResponse:
    """The newest entries first. The details stay with their municipality; reading is an entry too."""
    here = pages.host(request)
    if not here.is_centre:
        raise Http404
    chosen = _chosen(request)
    require(request.user, AUDIT_READ, chosen)
    shown = Paginator(audit.extract(chosen.id), PER_PAGE).get_page(request.GET.get("page"))
    entries = list(shown)
    names = queries.names([entry.actor_id for entry in entries if entry.actor_id])
    user = pages.person(request)
    record(
        "audit.read",
        actor_id=user.pk,
        actor_name=user.name,
        municipality_id=chosen.id,
        at=timezone.now(),
    )
    context = {
        "page": shown,
        "rows": [(entry, names.get(entry.actor_id or 0, "Systemet")) for entry in entries],
        "places": directory.everyone(),
        "chosen": chosen,
        "head": audit.head(),
    }
    return render(request, "accounts/audit.html", context)


def _chosen(request: HttpRequest) -> MunicipalityRef:
    slug = request.GET.get("m")
    try:
        return directory.by_slug(slug) if slug else pages.host(request)
    except directory.UnknownMunicipality:
        raise Http404 from None
