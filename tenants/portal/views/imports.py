"""Registers from files: choose, look at what it would change, then all or nothing. Sites for administrators, residents
for home care."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts.capabilities import PORTAL_EDIT, RESIDENTS_EDIT
from central.tabular import CSV_TYPE, XLSX_TYPE, BadTable, example
from tenants.imports import services, working
from tenants.imports.models import ImportRun, State
from tenants.imports.registers import Register
from tenants.portal.access import View, guarded, page, person
from tenants.residents.importing import Residents
from tenants.residents.rules import FUNCTION
from tenants.sites.importing import Sites

MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Desk:
    """One register's words and right. ``name`` begins its addresses' names."""

    register: Register
    name: str
    title: str
    file_name: str
    capability: str
    function: str | None


DESKS = {
    "sites": Desk(Sites(), "portal_sites", "Objekt", "objekt", PORTAL_EDIT, None),
    "residents": Desk(Residents(), "portal_residents", "Brukare", "brukare", RESIDENTS_EDIT, FUNCTION),
}


def _at_desk(view: Any) -> View:
    """The view for the register named in the address, with the right that it asks for."""
    guards = {
        code: guarded(desk.capability, desk.function)(
            lambda request, *, desk=desk, **more: view(request, desk, **more)
        )
        for code, desk in DESKS.items()
    }

    def inner(request: HttpRequest, register: str, **more: Any) -> HttpResponse:
        return guards[register](request, **more)

    return inner


@require_http_methods(["GET", "POST"])
@_at_desk
def upload(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose a file; one with mistakes is shown with them and nothing is kept."""
    if request.method == "GET":
        return _chooser(request, desk, {})
    file = request.FILES.get("file")
    end_missing = "end_missing" in request.POST
    if file is None or not file.name:
        return _chooser(request, desk, {"wrong": "Välj en fil, CSV eller XLSX.", "end_missing": end_missing})
    if (file.size or 0) > MOST_BYTES:
        return _chooser(
            request, desk, {"wrong": "Filen är större än 20 MB. Dela den.", "end_missing": end_missing}
        )
    content = file.read()
    if len(content) > working.LARGE:
        received = working.receive(
            register=desk.register,
            content=content,
            file_name=file.name,
            end_missing=end_missing,
            by=person(request),
            now=timezone.now(),
        )
        return redirect(f"{desk.name}_import_run", run_id=received.pk)
    try:
        looked = services.look(
            register=desk.register,
            content=content,
            file_name=file.name,
            end_missing=end_missing,
            by=person(request),
            now=timezone.now(),
        )
    except BadTable as bad:
        return _chooser(request, desk, {"wrong": bad.message, "end_missing": end_missing})
    if looked.waiting is None:
        return _chooser(request, desk, {"checked": looked.checked, "end_missing": end_missing})
    return redirect(f"{desk.name}_import_run", run_id=looked.waiting.pk)


@require_http_methods(["GET", "POST"])
@_at_desk
def run(request: HttpRequest, desk: Desk, run_id: UUID) -> HttpResponse:
    """What the file would change; posted, it does. Without scripts too: then the answer takes its time."""
    who, now = person(request), timezone.now()
    try:
        if request.method == "POST":
            if services.progress_of(register=desk.register, run_id=run_id, by=who, now=now).in_worker:
                working.agree(register=desk.register, run_id=run_id, by=who, now=now)
                return redirect(f"{desk.name}_import_run", run_id=run_id)
            try:
                services.confirm(register=desk.register, run_id=run_id, by=who, now=now)
            except services.RegisterChanged as changed:
                messages.error(request, changed.message)
            return redirect(f"{desk.name}_import_run", run_id=run_id)
        waiting, preview = services.shown(register=desk.register, run_id=run_id, by=who, now=now)
        if waiting.state == State.REFUSED:
            why = working.refused(waiting)
            more = {"checked": why.checked, "wrong": why.wrong, "end_missing": waiting.end_missing}
            return _chooser(request, desk, more)
    except services.Expired as gone:
        messages.error(request, gone.message)
        return redirect(f"{desk.name}_import")
    return page(
        request,
        "import_run",
        desk.name,
        {"desk": desk, "run": waiting, "preview": preview, **_urls(desk, run_id)},
    )


@require_safe
@_at_desk
def progress(request: HttpRequest, desk: Desk, run_id: UUID) -> HttpResponse:
    """How far the writing has come: ``{"done", "total", "state"}``."""
    try:
        found: ImportRun = services.progress_of(
            register=desk.register, run_id=run_id, by=person(request), now=timezone.now()
        )
    except services.Expired:
        raise Http404 from None
    return JsonResponse({"done": found.done, "total": found.total, "state": found.state})


@require_POST
@_at_desk
def discard(request: HttpRequest, desk: Desk, run_id: UUID) -> HttpResponse:
    """Throw the file away."""
    services.throw_away(register=desk.register, run_id=run_id, by=person(request))
    messages.success(request, "Filen är borttagen. Inget är ändrat.")
    return redirect(f"{desk.name}_import")


@require_safe
@_at_desk
def template(request: HttpRequest, desk: Desk, file_format: str) -> HttpResponse:
    """A file to begin with."""
    if file_format not in ("csv", "xlsx"):
        raise Http404
    return HttpResponse(
        example(desk.register.columns, file_format, title=desk.title),
        content_type=XLSX_TYPE if file_format == "xlsx" else CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{desk.file_name}-mall.{file_format}"'},
    )


def _chooser(request: HttpRequest, desk: Desk, more: dict[str, Any]) -> HttpResponse:
    context = {
        "desk": desk,
        "columns": desk.register.columns,
        "list_url": reverse(desk.name),
        "upload_url": reverse(f"{desk.name}_import"),
        "csv_url": reverse(f"{desk.name}_template", args=["csv"]),
        "xlsx_url": reverse(f"{desk.name}_template", args=["xlsx"]),
        **more,
    }
    return page(
        request, "import", desk.name, context, status=422 if more.get("wrong") or more.get("checked") else 200
    )


def _urls(desk: Desk, run_id: UUID) -> dict[str, Any]:
    return {
        "list_url": reverse(desk.name),
        "run_url": reverse(f"{desk.name}_import_run", args=[run_id]),
        "progress_url": reverse(f"{desk.name}_import_progress", args=[run_id]),
        "discard_url": reverse(f"{desk.name}_import_discard", args=[run_id]),
        "is_done": State.DONE,
        "reads": State.RECEIVED,
        "writes": State.CONFIRMED,
    }
