"""The centre's figures: all municipalities, of the functions the person sees on the board. For shift leaders."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alarms.statistics import queries
from alarms.statistics.queries import By, Row
from alarms.statistics.showing import WAYS, Period, clock, named, period, table
from alarms.workqueue.queries import audience
from central.accounts.capabilities import SHIFT_LEAD, require
from central.accounts.pages import host, person, signed_in
from central.audit.services import record
from central.municipalities.directory import centre, municipalities
from central.tabular import CSV_TYPE, XLSX_TYPE, to_csv, to_xlsx
from tenants.goals.models import Measure
from tenants.goals.services import STANDARD

ALL_WAYS = {"municipality": "Kommun", **WAYS}


@signed_in
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """All together, and by what was chosen; the centre's goals."""
    require(person(request), SHIFT_LEAD, host(request))
    by, when = _way(request), _period(request)
    context = {
        "when": when,
        "by": by,
        "ways": ALL_WAYS.items(),
        "all": _told(request, when, "all"),
        "rows": _told(request, when, by),
        "measures": [(one, one.label, STANDARD[one], clock(STANDARD[one].seconds)) for one in Measure],
        "errors": when.errors,
        "few": queries.FEW,
    }
    return render(
        request, "operator_console/statistics/page.html", context, status=422 if when.errors else 200
    )


@signed_in
@require_GET
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """The same groups as a file."""
    user = person(request)
    require(user, SHIFT_LEAD, host(request))
    if file_format not in ("csv", "xlsx"):
        raise Http404
    when = _period(request)
    headings, rows = table([*_told(request, when, "all"), *_told(request, when, _way(request))])
    body = to_xlsx(headings, rows, title="Statistik") if file_format == "xlsx" else to_csv(headings, rows)
    record("statistics.exported", actor_id=user.pk, actor_name=user.name, municipality_id=centre().id)
    return HttpResponse(
        body,
        content_type=XLSX_TYPE if file_format == "xlsx" else CSV_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="statistik-{when.first}-{when.last}.{file_format}"'
        },
    )


def _told(request: HttpRequest, when: Period, by: By) -> list[tuple[str, Row]]:
    names = {str(one.id): one.name for one in municipalities()}
    found = queries.figures(
        since=when.since, until=when.until, by=by, functions=audience(person(request)), municipalities=None
    )
    return named(found, by, {**names, str(centre().id): centre().name})


def _period(request: HttpRequest) -> Period:
    return period(request.GET.get("from", ""), request.GET.get("to", ""), timezone.now())


def _way(request: HttpRequest) -> By:
    asked = request.GET.get("by", "")
    return asked if asked in ALL_WAYS else "municipality"  # type: ignore[return-value]  # one of them
