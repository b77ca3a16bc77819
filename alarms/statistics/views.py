"""The municipality's figures in its portal: its own cases only, of the functions that the person may know of."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from alarms.statistics import queries
from alarms.statistics.showing import WAYS, Period, clock, named, period, table
from central.accounts.capabilities import PORTAL_EDIT, PORTAL_VIEW
from central.accounts.pages import host_id
from central.audit.services import record
from central.functions import OPEN
from central.tabular import CSV_TYPE, XLSX_TYPE, to_csv, to_xlsx
from tenants.goals import services
from tenants.goals.models import Measure
from tenants.oncall.services import BadEntry
from tenants.portal.access import guarded, may, person, rights
from tenants.portal.access import page as portal_page

SECTION = "portal_statistics"
GOALS = [(one.value, one.label) for one in Measure]


@require_safe
@guarded(PORTAL_VIEW)
def page(request: HttpRequest) -> HttpResponse:
    """All cases together, and by what was chosen."""
    return _page(request)


@require_safe
@guarded(PORTAL_VIEW)
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """The same groups as a file."""
    if file_format not in ("csv", "xlsx"):
        raise Http404
    by, when = _way(request), period(request.GET.get("from", ""), request.GET.get("to", ""), timezone.now())
    told = [*named(_figures(request, when, "all"), "all", {}), *named(_figures(request, when, by), by, {})]
    headings, rows = table(told)
    body = to_xlsx(headings, rows, title="Statistik") if file_format == "xlsx" else to_csv(headings, rows)
    who = person(request)
    record("statistics.exported", actor_id=who.pk, actor_name=who.name, municipality_id=host_id(request))
    return HttpResponse(
        body,
        content_type=XLSX_TYPE if file_format == "xlsx" else CSV_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="statistik-{when.first}-{when.last}.{file_format}"'
        },
    )


@require_POST
@guarded(PORTAL_EDIT)
def goals(request: HttpRequest) -> HttpResponse:
    """Every goal of the form; the first that is wrong is named, and nothing is saved of it."""
    errors: dict[str, str] = {}
    for measure, _ in GOALS:
        try:
            services.set_goal(
                measure=measure,
                minutes=request.POST.get(f"{measure}_minutes", "").strip(),
                share=request.POST.get(f"{measure}_share", "").strip(),
                actor=person(request),
                now=timezone.now(),
            )
        except BadEntry as exc:
            errors[exc.field] = exc.message
    if errors:
        return _page(request, errors, request.POST)
    messages.success(request, "Sparat.")
    return redirect(SECTION)


def _page(request: HttpRequest, errors: dict[str, str] | None = None, typed: Any = None) -> HttpResponse:
    by, when = _way(request), period(request.GET.get("from", ""), request.GET.get("to", ""), timezone.now())
    wanted = services.goals()
    context = {
        "when": when,
        "by": by,
        "ways": WAYS.items(),
        "all": named(_figures(request, when, "all"), "all", {}),
        "rows": named(_figures(request, when, by), by, {}),
        "measures": [(one, one.label, wanted[one], clock(wanted[one].seconds)) for one in Measure],
        "goals": [
            {
                "code": one.value,
                "label": one.label,
                "minutes": typed.get(f"{one.value}_minutes", "") if typed else _minutes(wanted[one].seconds),
                "share": typed.get(f"{one.value}_share", "") if typed else str(wanted[one].share),
                "minutes_error": (errors or {}).get(f"{one.value}_minutes", ""),
                "share_error": (errors or {}).get(f"{one.value}_share", ""),
            }
            for one in Measure
        ],
        "errors": {**when.errors, **(errors or {})},
        "few": queries.FEW,
        "may_set": may(request, PORTAL_EDIT),
    }
    return portal_page(request, "statistics", SECTION, context, status=422 if errors or when.errors else 200)


def _figures(request: HttpRequest, when: Period, by: queries.By) -> list[queries.Row]:
    here = host_id(request)
    return queries.figures(
        since=when.since,
        until=when.until,
        by=by,
        functions=OPEN | set(rights(request).readable_functions(here)),
        municipalities=[here],
        goals=services.goals(),
    )


def _way(request: HttpRequest) -> queries.By:
    asked = request.GET.get("by", "")
    return asked if asked in WAYS else "function"  # type: ignore[return-value]  # one of WAYS


def _minutes(seconds: int) -> str:
    return f"{seconds / 60:g}".replace(".", ",")
