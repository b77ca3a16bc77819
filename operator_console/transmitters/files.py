"""The register as a file: read in with its differences shown first, and taken out."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from alarms.registry import exporting, importing, working
from alarms.registry.columns import columns
from alarms.registry.errors import Expired, RegisterChanged
from alarms.registry.models import Import, State
from central.accounts.pages import host, person, signed_in
from central.tabular import CSV_TYPE, XLSX_TYPE, BadTable, example
from operator_console.answers import answers, refusal
from operator_console.times import STOCKHOLM, minute
from operator_console.transmitters.viewer import keeper

TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}
EXPIRED = "Filen finns inte kvar här: den sparas högst en timme. Välj den igen."
CHANGED = "Registret har ändrats sedan du såg skillnaderna. Inget är skrivet. Se på dem igen."


@require_GET
@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a file, or take one out."""
    who = keeper(request)
    return render(
        request,
        "operator_console/transmitters/import.html",
        {
            "boot": {"csrf": get_token(request)},
            "columns": columns(who.functions),
            "formats": ("csv", "xlsx"),
        },
    )


@require_POST
@answers
def upload(request: HttpRequest) -> HttpResponse:
    """Read a file (multipart, ``file``): {"to": its differences}, or every mistake as HTML."""
    who = keeper(request)
    sent = request.FILES.get("file")
    if sent is None:
        return refusal(422, "bad_input", "Välj en fil.", field="file")
    content = sent.read()
    if len(content) > working.LARGE:
        kept = working.receive(
            content=content, file_name=sent.name or "", by=person(request), now=timezone.now()
        )
        return JsonResponse({"to": reverse("console-transmitters-import", args=[kept.pk])})
    try:
        looked = importing.look(
            content=content,
            file_name=sent.name or "",
            functions=who.functions,
            by=person(request),
            now=timezone.now(),
        )
    except BadTable as error:
        return refusal(422, "bad_file", error.message, field="file")
    if looked.waiting is None:
        html = render_to_string("tabular/_errors.html", {"checked": looked.checked})
        return refusal(422, "bad_rows", f"Filen har {looked.checked.count} fel.", html=html)
    return JsonResponse({"to": reverse("console-transmitters-import", args=[looked.waiting.pk])})


@require_GET
@signed_in
def differences(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What the file would change now, to be confirmed or thrown away; or what it did."""
    who, now = keeper(request), timezone.now()
    try:
        found, preview = importing.shown(
            import_id=import_id, functions=who.functions, by=person(request), now=now
        )
        why = working.refused(found) if found.state == State.REFUSED else None
    except Expired:
        found, preview, why = None, None, None
    return render(
        request,
        "operator_console/transmitters/differences.html",
        {
            "boot": {"csrf": get_token(request)},
            "found": found,
            "preview": preview,
            "why": why,
            "waits": found is not None and found.state in working.WAITING,
            "reads": State.RECEIVED,
            "expired": EXPIRED,
            "until": minute(found.expires_at) if found else "",
            "finished": minute(found.finished_at) if found else "",
        },
        status=200 if found else 410,
    )


@require_POST
@answers
def confirm(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Write everything, or nothing; the same answer for a repeat."""
    who = keeper(request)
    try:
        found = importing.progress_of(import_id=import_id, by=person(request), now=timezone.now())
        if found.in_worker:
            working.agree(import_id=import_id, by=person(request), now=timezone.now())
            return JsonResponse({"state": State.CONFIRMED})
        done = importing.confirm(
            import_id=import_id, functions=who.functions, by=person(request), now=timezone.now()
        )
    except Expired:
        return refusal(410, "expired", EXPIRED)
    except RegisterChanged:
        return refusal(409, "register_changed", CHANGED)
    return JsonResponse({"added": done.added, "changed": done.changed, "unchanged": done.unchanged})


@require_POST
@answers
def throw_away(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Forget the file at once."""
    keeper(request)
    importing.throw_away(import_id=import_id, by=person(request))
    return JsonResponse({"to": reverse("console-transmitters-imports")})


@require_GET
@answers
def progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How many rows are written so far, and whether they stay."""
    keeper(request)
    found = Import.objects.filter(pk=import_id, by_id=person(request).pk).first()
    if found is None:
        return refusal(410, "expired", EXPIRED)
    finished = found.state == State.DONE
    return JsonResponse(
        {"done": found.done, "total": found.total, "finished": finished, "state": found.state}
    )


@require_GET
@signed_in
def sample(request: HttpRequest, file_format: str) -> HttpResponse:
    """A file to begin with."""
    who = keeper(request)
    return _file(file_format, example(columns(who.functions), file_format), "sandare-exempel")


@require_GET
@signed_in
def taken_out(request: HttpRequest, file_format: str) -> HttpResponse:
    """The register as she sees it, without keys; told in the audit log."""
    who, now = keeper(request), timezone.now()
    content = exporting.export(file_format, functions=who.functions)
    exporting.tell(by=person(request), centre_id=host(request).id, file_format=file_format, now=now)
    return _file(file_format, content, f"sandare-{now.astimezone(STOCKHOLM):%Y-%m-%d}")


def _file(file_format: str, content: bytes, name: str) -> HttpResponse:
    if file_format not in TYPES:
        raise Http404
    return HttpResponse(
        content,
        content_type=TYPES[file_format],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{file_format}"',
            "Cache-Control": "no-store",
        },
    )
