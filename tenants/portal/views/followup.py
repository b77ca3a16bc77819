"""After a case: what happened in order, what the municipality says of it, and what is left to follow up."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from central import functions
from central import paper as papers
from central.accounts.capabilities import AUDIT_READ, PORTAL_CASES
from central.accounts.pages import host_id
from central.municipalities.context import current
from tenants.casefiles.models import CaseFile, Followup, State
from tenants.casefiles.words import OUTCOMES
from tenants.followup import printing, queries, services, timeline
from tenants.followup.models import Improvement
from tenants.instructions.models import ActionInstruction
from tenants.portal import words
from tenants.portal.access import guarded, may, page, person, rights
from tenants.portal.views.cases import note_reading, readable

SECTION = "portal_followup"
PER_PAGE = 50
SHOWN = {**dict(Followup.choices), "all": "Alla avslutade"}


@require_safe
@guarded(PORTAL_CASES)
def listing(request: HttpRequest) -> HttpResponse:
    """The closed cases of the person's functions, by how far their follow-up has come."""
    own = sorted(rights(request).readable_functions(host_id(request)), key=words.function)
    which = request.GET.get("state", Followup.OPEN)
    which = which if which in SHOWN else Followup.OPEN
    function = request.GET.get("function", "")
    function = function if function in own else ""
    chosen = [function] if function else own
    rows = queries.closed(chosen, "" if which == "all" else which)
    shown: Page[CaseFile] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": [
            (one, words.kind(one.kind), words.function(one.function), OUTCOMES.get(one.outcome, ""))
            for one in shown
        ],
        "counts": _counts(chosen),
        "states": list(SHOWN.items()),
        "functions": [(code, functions.NAMES[code]) for code in own],
        "asked": {"state": which, "function": function},
        "query": urlencode({"state": which, "function": function}),
    }
    return page(request, "followup", SECTION, context)


def _counts(chosen: list[str]) -> list[tuple[str, int]]:
    found = queries.counts(chosen)
    return [(str(label), found[code]) for code, label in Followup.choices]


@require_safe
@guarded(PORTAL_CASES)
def report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The whole of it; reading is audited as any reading of the case."""
    case = readable(request, case_id)
    note_reading(request, case, timezone.now(), again=True)
    return _shown(request, case, {})


@require_safe
@guarded(PORTAL_CASES)
def paper(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The same as PDF."""
    case, now = readable(request, case_id), timezone.now()
    note_reading(request, case, now, again=True)
    content = printing.report(
        timeline.report(case, words=words.VERBS, audit=may(request, AUDIT_READ)),
        municipality=current().name,
        comments=queries.comments(case.pk),
        improvements=list(Improvement.objects.filter(case=case)),
        words=words.VERBS,
        now=now,
    )
    return HttpResponse(
        content,
        content_type=papers.PDF_TYPE,
        headers={
            "Content-Disposition": f'inline; filename="uppfoljning-{case.reference}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


@require_POST
@guarded(PORTAL_CASES)
def comment(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Comment, or comment and end the follow-up."""
    case = readable(request, case_id)
    typed = {"text": request.POST.get("text", ""), "key": request.POST.get("key", "")[:64]}
    done = request.POST.get("do") == "done"
    try:
        services.comment(
            case_id=case.pk,
            text=typed["text"],
            key=typed["key"],
            done=done,
            by=person(request),
            now=timezone.now(),
        )
    except services.BadEntry as exc:
        return _shown(request, case, {exc.field: exc.message}, typed)
    except services.NotClosed as exc:
        return _shown(request, case, {"text": exc.message}, typed)
    messages.success(request, "Uppföljningen är klar." if done else "Kommentaren är sparad.")
    return redirect("portal_report", case.pk)


def _shown(
    request: HttpRequest, case: CaseFile, errors: dict[str, str], typed: dict[str, str] | None = None
) -> HttpResponse:
    found = timeline.report(case, words=words.VERBS, audit=may(request, AUDIT_READ))
    context: dict[str, Any] = {
        "case": case,
        "kind": words.kind(case.kind),
        "function": words.function(case.function),
        "outcome": OUTCOMES.get(case.outcome, ""),
        "report": found,
        "hidden": printing.hidden_words(found.hidden) if found.hidden else "",
        "left_out": printing.left_out_words(found.left_out) if found.left_out else "",
        "closed": case.state == State.CLOSED,
        "comments": queries.comments(case.pk),
        "improvements": list(Improvement.objects.filter(case=case)),
        "instruction": ActionInstruction.objects.filter(pk=case.instruction_id).first()
        if case.instruction_id
        else None,
        "typed": typed or {"text": "", "key": uuid4().hex},
        "errors": errors,
    }
    return page(request, "report", SECTION, context, status=422 if errors else 200)
