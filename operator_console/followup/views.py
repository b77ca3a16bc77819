"""A case's report for who may read the case, and every municipality's figures for those who lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from alarms.workqueue.errors import UnknownItem
from central.accounts.capabilities import (
    AUDIT_READ,
    CENTRE_MANAGE,
    SHIFT_LEAD,
    NotAllowed,
    rights_of,
)
from central.accounts.models import User
from central.accounts.pages import host, host_id, person, signed_in
from central.audit.services import record
from central.municipalities.directory import municipalities
from central.paper import PDF_TYPE
from central.tabular import CSV_TYPE, XLSX_TYPE
from operator_console.access import opened_case
from tenants.casefiles import queries as casefiles
from tenants.casefiles.words import OUTCOMES
from tenants.followup import ports, printing, queries, tables, timeline
from tenants.followup.drawing import drawn
from tenants.followup.figures import (
    COUNTED,
    GROUPS,
    METHOD,
    SMALL,
    BadPeriod,
    Statistics,
    read_period,
    recent,
)
from tenants.followup.models import Improvement
from tenants.portal.words import VERBS

SHOWN = ("all", "municipality", "function", "kind", "hour")


@never_cache
@require_GET
@signed_in
def report(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The case told in order."""
    user, now = person(request), timezone.now()
    try:
        with opened_case(user=user, item_id=item_id, now=now) as (item, owner):
            case = casefiles.case(item.pk)
            found = timeline.report(
                case, words=VERBS, audit=rights_of(user).can(AUDIT_READ, item.municipality_id)
            )
            context = {
                "case": case,
                "owner": owner,
                "outcome": OUTCOMES.get(case.outcome, ""),
                "report": found,
                "hidden": printing.hidden_words(found.hidden) if found.hidden else "",
                "left_out": printing.left_out_words(found.left_out) if found.left_out else "",
                "comments": queries.comments(case.pk),
                "improvements": list(Improvement.objects.filter(case=case)),
            }
    except UnknownItem:
        raise Http404 from None
    return render(request, "operator_console/followup/report.html", context)


@never_cache
@require_GET
@signed_in
def paper(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The same as PDF."""
    user, now = person(request), timezone.now()
    try:
        with opened_case(user=user, item_id=item_id, now=now) as (item, owner):
            case = casefiles.case(item.pk)
            content = printing.report(
                timeline.report(
                    case, words=VERBS, audit=rights_of(user).can(AUDIT_READ, item.municipality_id)
                ),
                municipality=owner.name,
                comments=queries.comments(case.pk),
                improvements=list(Improvement.objects.filter(case=case)),
                words=VERBS,
                now=now,
            )
    except UnknownItem:
        raise Http404 from None
    return HttpResponse(
        content,
        content_type=PDF_TYPE,
        headers={"Content-Disposition": f'inline; filename="rapport-{case.reference}.pdf"'},
    )


@never_cache
@require_GET
@signed_in
def statistics(request: HttpRequest) -> HttpResponse:
    """Every municipality's figures, or one's."""
    user = _leader(request)
    asked = _asked(request)
    context: dict[str, Any] = {
        "asked": asked,
        "errors": {},
        "counted": COUNTED.items(),
        "municipalities": [(str(one.id), one.name) for one in municipalities()],
        "groups": [(code, GROUPS[code]) for code in SHOWN],
    }
    try:
        found = _found(request, user, asked)
    except BadPeriod as exc:
        refused = {**context, "errors": {exc.field: exc.message}}
        return render(request, "operator_console/followup/statistics.html", refused, status=422)
    kept = {
        **asked,
        "from": f"{found.period.first:%Y-%m-%d}",
        "to": f"{found.period.last:%Y-%m-%d}",
    }
    context |= {
        "asked": kept,
        "counts": [(word, found.counts[code], code) for code, word in COUNTED.items()],
        "found": found,
        "tables": drawn(found, [asked["by"]] if asked["by"] else SHOWN),
        "recent": [
            (words, f"{one.first:%Y-%m-%d}", f"{one.last:%Y-%m-%d}") for words, one in recent(timezone.now())
        ],
        "method": METHOD,
        "small": SMALL,
        "query": urlencode({name: kept[name] for name in ("from", "to", "counted", "m")}),
    }
    return render(request, "operator_console/followup/statistics.html", context)


@never_cache
@require_GET
@signed_in
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """The same as a file."""
    user, asked = _leader(request), _asked(request)
    if file_format not in tables.FORMATS:
        raise Http404
    try:
        found = _found(request, user, asked)
    except BadPeriod:
        return redirect(f"../?{urlencode(asked)}")
    record(
        "statistics.exported",
        actor_id=user.pk,
        actor_name=user.name,
        municipality_id=host_id(request),
        details={"format": file_format, "period": found.period.words, "counted": found.counted},
        at=timezone.now(),
    )
    return HttpResponse(
        tables.figures(found, file_format),
        content_type=XLSX_TYPE if file_format == "xlsx" else CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="statistik.{file_format}"'},
    )


def _leader(request: HttpRequest) -> User:
    """Shift leaders and the centre's managers. Raises NotAllowed."""
    user, here = person(request), host(request).id
    rights = rights_of(user)
    if not rights.can(SHIFT_LEAD, here) and not rights.can(CENTRE_MANAGE, here):
        raise NotAllowed(SHIFT_LEAD)
    return user


def _asked(request: HttpRequest) -> dict[str, str]:
    counted, by, one = request.GET.get("counted", "real"), request.GET.get("by", ""), request.GET.get("m", "")
    served = {str(each.id) for each in municipalities()}
    return {
        "from": request.GET.get("from", "")[:20],
        "to": request.GET.get("to", "")[:20],
        "counted": counted if counted in COUNTED else "real",
        "by": by if by in SHOWN else "",
        "m": one if one in served else "",
    }


def _found(request: HttpRequest, user: User, asked: Mapping[str, str]) -> Statistics:
    """In the functions whose envelopes the person sees. Raises BadPeriod."""
    now = timezone.now()
    return ports.statistics(
        read_period(asked["from"], asked["to"], now=now),
        municipality_ids=[int(asked["m"])] if asked["m"] else None,
        functions=rights_of(user).visible_functions(host_id(request)),
        counted=asked["counted"],
        now=now,
    )
