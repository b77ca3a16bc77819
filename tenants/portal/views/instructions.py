"""Instructions: read by everybody in the portal, edited as new versions by administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central import kinds
from central.accounts.capabilities import PORTAL_EDIT, PORTAL_VIEW
from central.accounts.pages import host_id
from central.audit.services import record
from tenants.instructions import queries, services
from tenants.instructions.models import ActionInstruction, StepType
from tenants.instructions.rules import Step, differences, problems
from tenants.oncall import queries as oncall
from tenants.portal.access import found, guarded, page, person
from tenants.portal.stepform import BLANK, read_steps

SECTION = "portal_instructions"


@require_safe
@guarded(PORTAL_VIEW)
def register(request: HttpRequest) -> HttpResponse:
    """Every kind and its valid version."""
    return page(request, "instructions", SECTION, {"lines": queries.register()})


@require_safe
@guarded(PORTAL_VIEW)
def instruction(request: HttpRequest, kind: str, version: int | None = None) -> HttpResponse:
    """One version (the valid one unless named), how it differs from the one before, and the others."""
    _known(kind)
    versions = queries.versions(kind)
    if version is None:
        shown = queries.current(kind)
    else:
        shown = found(next((row for row in versions if row.version == version), None))
    context = {
        "kind": kinds.KINDS[kind],
        "shown": shown,
        "steps": queries.steps(shown.pk) if shown else [],
        "versions": versions,
        "draft": queries.draft(kind),
        "differences": _differences(shown) if shown else [],
        "before": queries.version_before(shown) if shown else None,
        "duties": _duties(),
    }
    return page(request, "instruction", SECTION, context)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def edit(request: HttpRequest, kind: str) -> HttpResponse:
    """The draft: GET shows it, POST saves, adds, moves or publishes."""
    _known(kind)
    now, user = timezone.now(), person(request)
    draft = queries.draft(kind)
    if draft is None:
        if request.method == "POST":
            messages.warning(request, services.NoDraft.message)
        return redirect("portal_instruction", kind=kind)
    if request.method == "GET":
        rows = [_typed(Step.of(step)) for step in queries.steps(draft.pk)] or [dict(BLANK)]
        return _editor(request, draft, draft.title, rows)
    title, act = request.POST.get("title", ""), request.POST.get("act", "save")
    form = read_steps(request.POST)
    if form.move(act):
        return _editor(request, draft, title, form.rows, read_at=request.POST.get("read_at"))
    steps, wrong = form.steps()
    try:
        if wrong:
            raise services.BadSteps(problems(title, steps) | wrong)
        saved = services.save_draft(
            instruction_id=draft.pk,
            title=title,
            steps=steps,
            by_name=user.name,
            now=now,
            read_at=_moment(request.POST.get("read_at")),
        )
        if act == "publish":
            return _publish(request, saved, now)
    except services.BadSteps as exc:
        return _editor(request, draft, title, form.rows, exc.errors, request.POST.get("read_at"))
    except services.DraftChanged as exc:
        errors = {"title": exc.message}
        return _editor(request, draft, title, form.rows, errors, draft.changed_at.isoformat())
    messages.success(request, "Utkastet är sparat. Det gäller först när du publicerar det.")
    return redirect("portal_instruction_edit", kind=kind)


@require_POST
@guarded(PORTAL_EDIT)
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a draft from the valid version, or go on with the one there is."""
    _known(kind)
    services.create_draft(kind=kind, by_name=person(request).name, now=timezone.now())
    return redirect("portal_instruction_edit", kind=kind)


@require_POST
@guarded(PORTAL_EDIT)
def discard(request: HttpRequest, kind: str) -> HttpResponse:
    """Throw the draft away."""
    _known(kind)
    draft = queries.draft(kind)
    if draft is not None:
        services.discard_draft(instruction_id=draft.pk)
        messages.success(request, "Utkastet är kastat. Den version som gällde gäller fortfarande.")
    return redirect("portal_instruction", kind=kind)


def _publish(request: HttpRequest, draft: ActionInstruction, now: datetime) -> HttpResponse:
    user = person(request)
    made = services.publish_draft(instruction_id=draft.pk, approved_by_name=user.name, now=now)
    record(
        "instruction.published",
        actor_id=user.pk,
        actor_name=user.name,
        municipality_id=host_id(request),
        subject=str(made.pk),
        details={"kind": made.kind, "version": made.version},
        at=now,
    )
    messages.success(request, f"Version {made.version} gäller nu. Pågående ärenden behåller sin version.")
    return redirect("portal_instruction", kind=made.kind)


def _editor(
    request: HttpRequest,
    draft: ActionInstruction,
    title: str,
    rows: list[dict[str, Any]],
    errors: dict[str, str] | None = None,
    read_at: str | None = None,
) -> HttpResponse:
    for number, row in enumerate(rows, 1):
        row["errors"] = {
            name: _own_words((errors or {}).get(f"steps-{number}-{name}", ""), number)
            for name in ("type", "text", "duty", "choices", "answer_within")
        }
    context = {
        "kind": kinds.KINDS[draft.kind],
        "draft": draft,
        "title": title,
        "rows": rows,
        "errors": errors or {},
        "read_at": read_at or draft.changed_at.isoformat(),
        "types": StepType.choices,
        "duties": oncall.duties(),
        "valid": queries.current(draft.kind),
        "differences": _differences(draft),
    }
    return page(request, "instruction_edit", SECTION, context, status=422 if errors else 200)


def _own_words(text: str, number: int) -> str:
    """The error beside its field, which needs no step number."""
    words = text.removeprefix(f"Steg {number}: ")
    return words[:1].upper() + words[1:]


def _typed(step: Step) -> dict[str, Any]:
    return {
        "type": step.type,
        "text": step.text,
        "required": step.required,
        "duty": step.duty,
        "choices": "\n".join(step.choices),
        "answer_within": "" if step.answer_within is None else str(step.answer_within),
    }


def _differences(shown: ActionInstruction) -> list[Any]:
    before = queries.version_before(shown)
    if before is None:
        return []
    old, new = ([Step.of(row) for row in queries.steps(one.pk)] for one in (before, shown))
    found_lines = differences(old, new)
    return found_lines if any(line.sign != " " for line in found_lines) else []


def _duties() -> dict[str, str]:
    return {duty.code: duty.name for duty in oncall.duties()}


def _known(kind: str) -> None:
    if kind not in kinds.KINDS:
        raise Http404


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
