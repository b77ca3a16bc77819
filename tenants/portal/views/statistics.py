"""How long things took in this municipality, against the goals that it sets itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central import functions
from central.accounts.capabilities import PORTAL_EDIT, PORTAL_VIEW
from central.accounts.pages import host_id
from central.tabular import CSV_TYPE, XLSX_TYPE
from tenants.followup import ports, queries, services, tables
from tenants.followup.drawing import drawn
from tenants.followup.figures import (
    COUNTED,
    GROUPS,
    MEASURES,
    METHOD,
    SMALL,
    BadPeriod,
    Statistics,
    duration,
    read_period,
    recent,
)
from tenants.portal.access import guarded, page, person, rights

SECTION = "portal_statistics"
SHOWN = ("all", "function", "kind", "hour")


@require_safe
@guarded(PORTAL_VIEW)
def page_of(request: HttpRequest) -> HttpResponse:
    """The figures of a period; what can't be read in the form keeps what was typed."""
    asked = _asked(request)
    try:
        found = _found(request, asked)
    except BadPeriod as exc:
        refused = {"asked": asked, "errors": {exc.field: exc.message}, "counted": COUNTED.items()}
        return page(request, "statistics", SECTION, refused, status=422)
    asked = asked | {"from": f"{found.period.first:%Y-%m-%d}", "to": f"{found.period.last:%Y-%m-%d}"}
    context: dict[str, Any] = {
        "asked": asked,
        "errors": {},
        "counted": COUNTED.items(),
        "counts": [(word, found.counts[code], code) for code, word in COUNTED.items()],
        "found": found,
        "tables": drawn(found, [asked["by"]] if asked["by"] else SHOWN),
        "groups": [(code, GROUPS[code]) for code in SHOWN],
        "recent": [
            (words, f"{one.first:%Y-%m-%d}", f"{one.last:%Y-%m-%d}") for words, one in recent(timezone.now())
        ],
        "method": METHOD,
        "small": SMALL,
        "query": urlencode({name: asked[name] for name in ("from", "to", "counted")}),
    }
    return page(request, "statistics", SECTION, context)


@require_safe
@guarded(PORTAL_VIEW)
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """The same as a file."""
    if file_format not in tables.FORMATS:
        raise Http404
    asked = _asked(request)
    try:
        found = _found(request, asked)
    except BadPeriod:
        return redirect(f"../../?{urlencode(asked)}")
    services.note_export(
        "statistics.exported",
        by=person(request),
        file_format=file_format,
        details={"period": found.period.words, "counted": found.counted},
        now=timezone.now(),
    )
    return HttpResponse(
        tables.figures(found, file_format),
        content_type=XLSX_TYPE if file_format == "xlsx" else CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="statistik.{file_format}"'},
    )


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def goals(request: HttpRequest) -> HttpResponse:
    """What is aimed at, and a form for one of them."""
    typed = {name: request.POST.get(name, "").strip() for name in ("measure", "function", "seconds", "share")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            services.save_goal(
                measure=typed["measure"],
                function=typed["function"],
                seconds=_number(typed["seconds"]),
                share=_number(typed["share"]),
                by=person(request),
                now=timezone.now(),
            )
        except services.BadEntry as exc:
            errors = {exc.field: exc.message}
        else:
            messages.success(request, "Målet är sparat.")
            return redirect("portal_goals")
    kept = set(queries.own_goals())
    context = {
        "goals": [
            (one, MEASURES[one.measure][0], functions.NAMES.get(one.function, "Alla verksamheter"), duration(one.seconds),
             (one.measure, one.function) in kept)
            for one in queries.goals()
        ],
        "measures": [(code, name, what) for code, (name, what) in MEASURES.items()],
        "functions": functions.CHOICES,
        "typed": typed,
        "errors": errors,
    }  # fmt: skip
    return page(request, "goals", SECTION, context, status=422 if errors else 200)


@require_POST
@guarded(PORTAL_EDIT)
def remove_goal(request: HttpRequest) -> HttpResponse:
    """The general goal counts again."""
    services.remove_goal(
        measure=request.POST.get("measure", ""),
        function=request.POST.get("function", ""),
        by=person(request),
        now=timezone.now(),
    )
    messages.success(request, "Målet är borttaget.")
    return redirect("portal_goals")


def _asked(request: HttpRequest) -> dict[str, str]:
    counted, by = request.GET.get("counted", "real"), request.GET.get("by", "")
    return {
        "from": request.GET.get("from", "")[:20],
        "to": request.GET.get("to", "")[:20],
        "counted": counted if counted in COUNTED else "real",
        "by": by if by in SHOWN else "",
    }


def _found(request: HttpRequest, asked: Mapping[str, Any]) -> Statistics:
    """This municipality's, in the open functions and those that the person reads. Raises BadPeriod."""
    now = timezone.now()
    return ports.statistics(
        read_period(asked["from"], asked["to"], now=now),
        municipality_ids=[host_id(request)],
        functions=functions.OPEN | rights(request).readable_functions(host_id(request)),
        counted=asked["counted"],
        now=now,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else -1
