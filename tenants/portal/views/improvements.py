"""What shall be better: listed, filtered, written down, changed, and taken home as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from central import functions
from central.accounts.capabilities import PORTAL_CASES, PORTAL_EDIT, PORTAL_VIEW
from central.accounts.pages import host_id
from central.accounts.queries import members
from central.tabular import CSV_TYPE, XLSX_TYPE
from tenants.casefiles.models import CaseFile
from tenants.followup import queries, services, tables
from tenants.followup.figures import STOCKHOLM
from tenants.followup.models import Improvement, State
from tenants.instructions.models import ActionInstruction
from tenants.portal import words
from tenants.portal.access import found, guarded, may, page, person, rights
from tenants.portal.views.cases import readable

SECTION = "portal_improvements"
PER_PAGE = 100
SHOWN = {"open": "Inte klara", "late": "Försenade", **dict(State.choices), "all": "Alla"}
FIELDS = ("title", "detail", "done_when", "function", "owner", "due_on", "state")


@require_safe
@guarded(PORTAL_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """What is left first by its day."""
    rows, asked = _chosen(request)
    shown: Page[Improvement] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.now().astimezone(STOCKHOLM).date()
    context = {
        "page": shown,
        "rows": [(one, words.function(one.function), one.state in ("planned", "under_way") and one.due_on < today)
                 for one in shown],
        "states": list(SHOWN.items()),
        "functions": [(code, functions.NAMES[code]) for code in _functions(request)],
        "owners": _owners(request),
        "asked": asked,
        "query": urlencode(asked),
        "reads_cases": may(request, PORTAL_CASES),
    }  # fmt: skip
    return page(request, "improvements", SECTION, context)


@require_safe
@guarded(PORTAL_VIEW)
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What the list shows, as a file."""
    if file_format not in tables.FORMATS:
        raise Http404
    rows, asked = _chosen(request)
    services.note_export(
        "improvements.exported",
        by=person(request),
        file_format=file_format,
        details=asked,
        now=timezone.now(),
    )
    return HttpResponse(
        tables.improvements(rows, file_format),
        content_type=XLSX_TYPE if file_format == "xlsx" else CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="forbattringar.{file_format}"'},
    )


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_VIEW)
def new(request: HttpRequest) -> HttpResponse:
    """One more; about a case (``?case=``), and the version it was worked by, or a version alone (``?instruction=``)."""
    case, instruction = _about(request)
    if request.method == "POST":
        return _saved(request, None, case, instruction)
    own = _functions(request)
    typed = dict.fromkeys(FIELDS, "") | {
        "state": State.PLANNED,
        "function": case.function if case else own[0] if len(own) == 1 else "",
        "owner": str(person(request).pk),
        "key": str(uuid4()),
        "version": "0",
    }
    return _form(request, None, typed, {}, case, instruction)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_VIEW)
def change(request: HttpRequest, improvement_id: UUID) -> HttpResponse:
    """One of them, to read and change."""
    one = found(queries.improvements(_functions(request)).filter(pk=improvement_id).first())
    if request.method == "POST":
        return _saved(request, one, one.case, one.instruction)
    return _form(request, one, _typed_of(one), {}, one.case, one.instruction)


def _saved(
    request: HttpRequest,
    one: Improvement | None,
    case: CaseFile | None,
    instruction: ActionInstruction | None,
) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in (*FIELDS, "key", "version")}
    try:
        key = one.pk if one else UUID(typed["key"])
    except ValueError:
        key = uuid4()
    said_version = typed["version"]
    version = int(said_version) if said_version.isdecimal() and len(said_version) < 9 else 1
    try:
        services.save_improvement(
            improvement_id=key,
            version=version if one else 0,
            typed={name: typed[name] for name in FIELDS},
            owners=dict(_owners(request)) | ({one.owner_id: one.owner_name} if one else {}),
            functions_of=_functions(request),
            case_id=case.pk if case else None,
            instruction_id=instruction.pk if instruction else None,
            by=person(request),
            now=timezone.now(),
        )
    except services.BadEntry as exc:
        return _form(request, one, typed, {exc.field: exc.message}, case, instruction)
    except services.ChangedMeanwhile as exc:
        fresh = found(queries.improvements(_functions(request)).filter(pk=key).first())
        return _form(request, fresh, _typed_of(fresh), {"form": exc.message}, fresh.case, fresh.instruction)
    messages.success(request, "Sparat.")
    return redirect("portal_report", case.pk) if case and one is None else redirect(SECTION)


def _form(
    request: HttpRequest,
    one: Improvement | None,
    typed: dict[str, str],
    errors: dict[str, str],
    case: CaseFile | None,
    instruction: ActionInstruction | None,
) -> HttpResponse:
    owners = _owners(request)
    if one is not None and one.owner_id not in dict(owners):
        owners = [*owners, (one.owner_id, f"{one.owner_name} (inte längre medlem)")]
    context: dict[str, Any] = {
        "one": one,
        "typed": typed,
        "errors": errors,
        "states": State.choices,
        "functions": [(code, functions.NAMES[code]) for code in _functions(request)],
        "owners": [(str(key), name) for key, name in owners],
        "case": case,
        "instruction": instruction,
        "reads_cases": may(request, PORTAL_CASES),
    }
    return page(request, "improvement", SECTION, context, status=422 if errors else 200)


def _typed_of(one: Improvement) -> dict[str, str]:
    kept = {
        name: str(getattr(one, name))
        for name in ("title", "detail", "done_when", "function", "state", "version")
    }
    return kept | {"owner": str(one.owner_id), "due_on": f"{one.due_on:%Y-%m-%d}", "key": str(one.pk)}


def _about(request: HttpRequest) -> tuple[CaseFile | None, ActionInstruction | None]:
    """What a new one is about, if this person may read it. Raises Http404."""
    said = request.POST if request.method == "POST" else request.GET
    case = readable(request, _id(said["case"])) if said.get("case") and may(request, PORTAL_CASES) else None
    version = _id(said["instruction"]) if said.get("instruction") else case.instruction_id if case else None
    if version is None:
        return case, None
    return case, found(ActionInstruction.objects.filter(pk=version, version__isnull=False).first())


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _functions(request: HttpRequest) -> list[str]:
    """Whose improvements this person sees: an officer's own functions; every open one for who keeps the instructions."""
    own = set(rights(request).readable_functions(host_id(request)))
    if may(request, PORTAL_EDIT):
        own |= functions.OPEN
    return sorted(own, key=words.function)


def _owners(request: HttpRequest) -> list[tuple[int, str]]:
    return list(
        {one.user_id: one.user.name for one in members(host_id(request)) if one.user.is_active}.items()
    )


def _chosen(request: HttpRequest) -> tuple[QuerySet[Improvement], dict[str, str]]:
    own, state = _functions(request), request.GET.get("state", "open")
    state = state if state in SHOWN else "open"
    function, owner = request.GET.get("function", ""), request.GET.get("owner", "")
    function = function if function in own else ""
    owner = owner if owner.isdecimal() and len(owner) < 15 else ""
    rows = queries.improvements(
        [function] if function else own,
        state="" if state in ("all", "late") else state,
        owner_id=int(owner) if owner else None,
        late=timezone.now().astimezone(STOCKHOLM).date() if state == "late" else None,
    )
    return rows, {"state": state, "function": function, "owner": owner}
