"""Instructions: read by everybody in the portal, written as drafts by administrators. Reviewing: instruction_review."""

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
from tenants.instructions import queries, reviewing, services
from tenants.instructions import series as all_series
from tenants.instructions.models import ActionInstruction, Late, Series, State, StepType
from tenants.instructions.rules import Step, differences, differing, numbers, problems
from tenants.oncall import queries as oncall
from tenants.oncall import windows
from tenants.portal import conditionform, hoursform
from tenants.portal.access import found, guarded, page, person
from tenants.portal.reviewers import colleagues
from tenants.portal.stepform import FIELDS, StepForm, new_row, read_steps, typed
from tenants.sites.models import Site

SECTION = "portal_instructions"


@require_safe
@guarded(PORTAL_VIEW)
def register(request: HttpRequest) -> HttpResponse:
    """Every series and its valid version."""
    return page(request, "instructions", SECTION, {"lines": queries.register(timezone.now())})


@require_safe
@guarded(PORTAL_VIEW)
def instruction(request: HttpRequest, key: str, version: int | None = None) -> HttpResponse:
    """One version (the valid one, else the coming one, unless named), how it differs from the one before, the others."""
    series, now = series_of(key), timezone.now()
    versions = queries.versions(series)
    if version is None:
        coming = next((row for row in versions if row.standing(now) == "coming"), None)
        shown = queries.shown(series, now) or coming
    else:
        shown = found(next((row for row in versions if row.version == version), None))
    context = {
        **about(series),
        "shown": shown,
        "standing": shown.standing(now) if shown else "",
        "hours": windows.words(windows.read(shown.hours)) if shown else "",
        "steps": lines(shown) if shown else [],
        "versions": [(row, row.standing(now)) for row in versions],
        "draft": queries.draft(series),
        "differences": compared(shown) if shown else [],
        "before": queries.version_before(shown) if shown else None,
    }
    return page(request, "instruction", SECTION, context)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Begin an instruction of its own for a site, or for certain times."""
    said = request.POST if request.method == "POST" else request.GET
    kind, site, name = said.get("kind", ""), said.get("site", ""), said.get("name", "").strip()
    sites = list(Site.objects.filter(ended_at=None).values_list("pk", "name"))
    errors: dict[str, str] = {}
    if request.method == "POST":
        chosen = next((pk for pk, _ in sites if str(pk) == site), None)
        if kind not in kinds.KINDS:
            errors["kind"] = "Välj vilket slag av ärende instruktionen gäller."
        if site and chosen is None:
            errors["site"] = "Objektet finns inte i registret. Välj ett i listan."
        if len(name) > all_series.LONGEST_NAME:
            errors["name"] = f"Korta namnet till högst {all_series.LONGEST_NAME} tecken."
        if not site and not name and not errors:
            errors["name"] = (
                "Välj ett objekt, eller skriv när instruktionen gäller, till exempel Nätter och helger."
            )
        if not errors:
            series = all_series.made(kind=kind, site_id=chosen, name=name)
            services.create_draft(series=series, actor=person(request), now=timezone.now())
            return redirect("portal_instruction_edit", key=series.key)
    offered = [(one.code, one.name) for one in kinds.KINDS.values() if one.code in kinds.SENDABLE]
    context = {
        "kinds": offered,
        "sites": sites,
        "said": {"kind": kind, "site": site, "name": name},
        "errors": errors,
    }
    return page(request, "instruction_new", SECTION, context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The draft: GET shows it, POST saves, adds, moves, or sends it for review."""
    series, now, user = series_of(key), timezone.now(), person(request)
    draft = queries.draft(series)
    if draft is None or draft.state == State.REVIEW:
        if request.method == "POST":
            messages.warning(request, services.NoDraft.message)
        return redirect("portal_instruction" if draft is None else "portal_instruction_review", key=key)
    if request.method == "GET":
        rows = [typed(Step.of(step)) for step in queries.steps(draft.pk)] or [new_row([])]
        hours = hoursform.shown(windows.read(draft.hours))
        return _editor(request, draft, draft.title, StepForm(rows), hours)
    title, act, read_at = (
        request.POST.get("title", ""),
        request.POST.get("act", "save"),
        request.POST.get("read_at"),
    )
    form, hours = read_steps(request.POST), hoursform.read(request.POST)
    if form.move(act) or hours.move(act):
        return _editor(request, draft, title, form, hours, read_at=read_at)
    steps, wrong = form.steps()
    open_at, bad_hours = hours.windows() if series.name else ((), {})
    try:
        if wrong or bad_hours:
            raise services.BadSteps(problems(title, steps) | wrong | bad_hours)
        saved = services.save_draft(
            instruction_id=draft.pk,
            title=title,
            steps=steps,
            hours=open_at,
            actor=user,
            now=now,
            read_at=_moment(read_at),
        )
        if act == "send":
            reviewing.send(
                instruction_id=saved.pk, centre=request.POST.get("centre") == "on", actor=user, now=now
            )
            messages.success(
                request, "Instruktionen är skickad på granskning. Den gäller först när den är godkänd."
            )
            return redirect("portal_instruction_review", key=key)
    except services.NoDraft as exc:
        messages.warning(request, exc.message)
        return redirect("portal_instruction", key=key)
    except services.BadSteps as exc:
        return _editor(request, draft, title, form, hours, exc.errors, read_at)
    except services.DraftChanged as exc:
        return _editor(
            request, draft, title, form, hours, {"title": exc.message}, draft.changed_at.isoformat()
        )
    if act == "try":
        return redirect("portal_instruction_review", key=key)
    messages.success(
        request, "Utkastet är sparat. Det gäller först när någon annan har granskat och godkänt det."
    )
    return redirect("portal_instruction_edit", key=key)


@require_POST
@guarded(PORTAL_EDIT)
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Begin a draft from the valid version, or go on with the one there is."""
    services.create_draft(series=series_of(key), actor=person(request), now=timezone.now())
    return redirect("portal_instruction_edit", key=key)


@require_POST
@guarded(PORTAL_EDIT)
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Throw the draft away."""
    draft = queries.draft(series_of(key))
    if draft is not None:
        try:
            services.discard_draft(instruction_id=draft.pk)
            messages.success(request, "Utkastet är kastat. Den version som gällde gäller fortfarande.")
        except services.NoDraft as exc:
            messages.warning(request, exc.message)
    return redirect("portal_instruction", key=key)


def _editor(
    request: HttpRequest,
    draft: ActionInstruction,
    title: str,
    form: StepForm,
    hours: hoursform.HoursForm,
    errors: dict[str, str] | None = None,
    read_at: str | None = None,
) -> HttpResponse:
    wrong = errors or {}
    rows = [
        {
            **row,
            "errors": {name: _own_words(wrong.get(f"steps-{nth}-{name}", ""), nth) for name in FIELDS},
            "questions": conditionform.offered(form.rows, nth),
            "conditional": conditionform.is_set(row),
        }
        for nth, row in enumerate(form.rows, 1)
    ]
    context = {
        **about(draft.series),
        "draft": draft,
        "title": title,
        "form_rows": rows,
        "moved": form.moved,
        "errors": wrong,
        "read_at": read_at or draft.changed_at.isoformat(),
        "types": StepType.choices,
        "lates": Late.choices,
        "step_days": conditionform.DAYS,
        "duties": oncall.duties(),
        "timed": bool(draft.series.name),
        "hours": hours,
        "rows": hoursform.rows(hours, wrong),
        "choices": hoursform.CHOICES,
        "days": hoursform.DAYS,
        "alone": not colleagues(draft, person(request).pk),
    }
    return page(request, "instruction_edit", SECTION, context, status=422 if errors else 200)


def _own_words(text: str, number: int) -> str:
    """The error beside its field, which needs no step number."""
    words = text.removeprefix(f"Steg {number}: ")
    return words[:1].upper() + words[1:]


def about(series: Series) -> dict[str, Any]:
    """What every page of a series says of it."""
    return {
        "series": series,
        "kind": kinds.KINDS[series.kind],
        "where": queries.where(series, queries.names_of_sites()),
    }


def lines(row: ActionInstruction) -> list[dict[str, Any]]:
    """A version's steps, each with what stands under it."""
    stored, named = queries.steps(row.pk), {one.code: one.name for one in oncall.duties()}
    places = numbers(stored)
    return [{"step": one, "details": Step.of(one).details(places, named)} for one in stored]


def compared(shown: ActionInstruction) -> list[Any]:
    """How it differs from the version before; nothing where it doesn't."""
    before = queries.version_before(shown)
    if before is None:
        return []
    named = {one.code: one.name for one in oncall.duties()}
    old, new_ = ([Step.of(row) for row in queries.steps(one.pk)] for one in (before, shown))
    found_lines = [*differing(_head(before), _head(shown)), *differences(old, new_, named)]
    return found_lines if any(line.sign != " " for line in found_lines) else []


def _head(row: ActionInstruction) -> list[str]:
    return [f"Rubrik: {row.title}", f"Gäller: {windows.words(windows.read(row.hours))}"]


def series_of(key: str) -> Series:
    """The series an address names, or 404."""
    series = all_series.found(key)
    if series is None:
        raise Http404
    return series


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
