"""The auditor's extract of this municipality's log."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from central import functions, kinds
from central.accounts import queries as accounts
from central.accounts import roles
from central.accounts.capabilities import AUDIT_READ
from central.accounts.pages import host_id
from central.audit import queries
from central.audit.services import record
from tenants.casefiles.models import CaseFile
from tenants.contents.models import AuditDetail
from tenants.portal.access import guarded, page, person
from tenants.residents.columns import COLUMNS as RESIDENT
from tenants.residents.models import Resident
from tenants.safepoints.models import SafePoint
from tenants.sites.columns import COLUMNS as SITE
from tenants.sites.models import Site

PER_PAGE = 100


@require_safe
@guarded(AUDIT_READ)
def extract(request: HttpRequest) -> HttpResponse:
    """The newest entries first, a hundred a page; reading them is an entry too."""
    user = person(request)
    shown = Paginator(queries.extract(host_id(request)), PER_PAGE).get_page(request.GET.get("page"))
    entries = list(shown)
    details = AuditDetail.objects.in_bulk([entry.pk for entry in entries])
    names = accounts.names([entry.actor_id for entry in entries if entry.actor_id])
    subjects = _references([entry.subject for entry in entries])
    rows = []
    for entry in entries:
        kept = details[entry.pk].details if entry.pk in details else {}
        who = kept.get("actor") or names.get(entry.actor_id or 0) or "Systemet"
        rows.append((entry, who, _said(kept), subjects.get(entry.subject, "")))
    record(
        "audit.read",
        actor_id=user.pk,
        actor_name=user.name,
        municipality_id=host_id(request),
        at=timezone.now(),
    )
    return page(request, "audit", "portal_audit", {"page": shown, "rows": rows})


def _references(subjects: list[str]) -> dict[str, str]:
    """Subject → the case's number, the point's or the site's name, the resident's number, where it is one."""
    ids = []
    for subject in subjects:
        with suppress(ValueError):
            ids.append(UUID(subject))
    cases = CaseFile.objects.filter(pk__in=ids).values_list("pk", "reference")
    points = SafePoint.objects.filter(pk__in=ids).values_list("pk", "name")
    sites = Site.objects.filter(pk__in=ids).values_list("pk", "name")
    residents = Resident.objects.filter(pk__in=ids).values_list("pk", "number")  # never a name
    numbers = [(key, f"kund {number}") for key, number in residents]
    return {str(key): name for key, name in [*cases, *points, *sites, *numbers]}


WORDS = {
    "text": "text", "name": "namn", "role": "roll", "functions": "verksamheter", "point": "punkt",
    "where": "läst i", "duty": "jour", "time": "tid", "kind": "slag", "version": "version",
    "reference": "ärende", "seat": "plats", "reason": "skäl", "fields": "fält", "transmitter": "sändare nr",
    "instead_of": "i stället för", "by": "av", "count": "antal", "until": "slutar",
    "name_before": "namn förut", "time_before": "tid förut",
    "rows": "rader", "new": "nya", "changed_count": "ändrade", "ended_count": "avslutade",
}  # fmt: skip

CODES = {
    **{one.name: one.heading.lower() for one in (*SITE, *RESIDENT)},
    **roles.NAMES,
    **functions.NAMES,
    **{code: kind.name for code, kind in kinds.KINDS.items()},
    "portal": "portalen",
}


def _said(kept: dict[str, Any]) -> str:
    """The details in one line; empty ones and the actor, who stands in a column of her own, left out."""
    shown = []
    for name, value in kept.items():
        values = value if isinstance(value, list) else [value]
        text = ", ".join(CODES.get(str(one), str(one)) for one in values)
        if name != "actor" and text:
            shown.append(f"{WORDS.get(name, name)}: {text}")
    return " · ".join(shown)
