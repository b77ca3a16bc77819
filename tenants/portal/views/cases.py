"""The officer's cases: a list that keeps itself true, and each case to read."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from central import functions, phone
from central.accounts.capabilities import PORTAL_CASES, PORTAL_EDIT, PORTAL_VIEW
from central.accounts.pages import host, host_id, signed_in
from central.audit.services import record
from tenants.casefiles import queries as casefiles
from tenants.casefiles.gathered import listed
from tenants.casefiles.models import CaseFile, State
from tenants.casefiles.words import OUTCOMES, reception
from tenants.instructions import conditions
from tenants.instructions import queries as instructions
from tenants.instructions.conditions import Condition
from tenants.instructions.models import ActionInstruction
from tenants.instructions.rules import numbers
from tenants.portal import words
from tenants.portal.access import found, guarded, may, page, person, rights

PER_PAGE = 50
READ_ONCE_PER = 600
"""Seconds within which the refreshing of an open page is one reading; opening it anew is always another."""

SHOWN = {"live": "Pågående", "closed": "Avslutade", "all": "Alla"}


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first page this person has."""
    for capability, name in ((PORTAL_CASES, "portal_cases"), (PORTAL_VIEW, "portal_overview")):
        if may(request, capability):
            return redirect(name)
    return redirect("portal_audit")


@require_safe
@guarded(PORTAL_CASES)
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases of the person's functions."""
    return page(request, "cases", "portal_cases", _listed(request))


@require_safe
@guarded(PORTAL_CASES)
def case_rows(request: HttpRequest) -> HttpResponse:
    """The list alone, for refreshing; 204 when nothing has changed, so that nothing moves."""
    listed = _listed(request)
    if request.GET.get("v") == listed["version"]:
        return HttpResponse(status=204)
    return render(request, "portal/_case_rows.html", listed)


@require_safe
@guarded(PORTAL_CASES)
def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case: read only, and the reading is audited. Others' cases and closed functions give 404."""
    case, now = readable(request, case_id), timezone.now()
    note_reading(request, case, now, again=True)
    return page(request, "case", "portal_cases", shown_case(case, _start(request)))


@require_safe
@guarded(PORTAL_CASES)
def case_body(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The changing parts of a case, for refreshing."""
    case, now = readable(request, case_id), timezone.now()
    note_reading(request, case, now, again=False)
    shown = shown_case(case, _start(request))
    if request.GET.get("v") == shown["version"]:
        return HttpResponse(status=204)
    return render(request, "portal/_case_body.html", shown)


def readable(request: HttpRequest, case_id: UUID) -> CaseFile:
    """The case, if this person may read it. Raises Http404."""
    own = rights(request).readable_functions(host_id(request))
    return found(casefiles.cases(own).filter(pk=case_id).first())


def note_reading(request: HttpRequest, case: CaseFile, now: datetime, *, again: bool) -> None:
    """The reading of a case is an audit entry; unless it is ``again``, once per :data:`READ_ONCE_PER`."""
    user = person(request)
    fresh = cache.add(f"portal-read:{user.pk}:{host(request).schema_name}:{case.pk}", 1, READ_ONCE_PER)
    if fresh or again:
        record(
            "case.read",
            actor_id=user.pk,
            actor_name=user.name,
            municipality_id=host_id(request),
            subject=str(case.pk),
            details={"reference": case.reference, "where": "portal"},
            at=now,
        )


def _listed(request: HttpRequest) -> dict[str, Any]:
    own = sorted(rights(request).readable_functions(host_id(request)), key=words.function)
    which = request.GET.get("state", "live")
    which = which if which in SHOWN else "live"
    function = request.GET.get("function", "")
    function = function if function in own else ""
    reference = "".join(sign for sign in request.GET.get("ref", "") if sign.isdigit() or sign == "-")[:16]
    cases = _filtered(casefiles.cases([function] if function else own), which, reference)
    shown: Page[CaseFile] = Paginator(cases, PER_PAGE).get_page(request.GET.get("page"))
    asked = {"state": which, "function": function, "ref": reference, "page": str(shown.number)}
    stamp = [f"{case.pk}{case.changed_at}{case.state}" for case in shown]
    return {
        "page": shown,
        "rows": [_row(case) for case in shown],
        "functions": [(code, functions.NAMES[code]) for code in own],
        "states": list(SHOWN.items()),
        "asked": asked,
        "query": urlencode(asked),
        "query_without_page": urlencode({k: v for k, v in asked.items() if k != "page"}),
        "version": hashlib.sha256(f"{shown.paginator.count}{stamp}".encode()).hexdigest()[:12],
        "read_at": timezone.now(),
        "edits_only": may(request, PORTAL_EDIT) and not own,
    }


def _filtered(cases: QuerySet[CaseFile], which: str, reference: str) -> QuerySet[CaseFile]:
    if reference:
        return cases.filter(reference__contains=reference)
    if which == "live":
        return cases.exclude(state=State.CLOSED)
    return cases.filter(state=State.CLOSED) if which == "closed" else cases


def _row(case: CaseFile) -> dict[str, Any]:
    return {
        "case": case,
        "kind": words.kind(case.kind),
        "function": words.function(case.function),
        "priority": words.priority(case.priority),
        "state": words.state(case),
    }


def _start(request: HttpRequest) -> int:
    said = request.GET.get("from", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 8 else 0


def shown_case(case: CaseFile, start: int = 0) -> dict[str, Any]:
    """What a case's page shows."""
    records = casefiles.step_records(case.pk)
    journal = list(casefiles.journal(case.pk))
    steps = instructions.steps(case.instruction_id) if case.instruction_id else []
    version = f"{case.changed_at}{case.state}{len(journal)}{journal[0].pk if journal else 0}{len(records)}"
    pinned = case.instruction_id
    instruction = ActionInstruction.objects.filter(pk=pinned).first() if pinned else None
    places = numbers(steps)
    return {
        **_row(case),
        "call_back": phone.display(case.call_back) if case.call_back else "",
        "instruction": instruction,
        "outcome": OUTCOMES.get(case.outcome, case.outcome),
        "steps": [
            (
                step,
                records.get(step.position),
                applies == "no",
                conditions.words(Condition.of(step.condition), places),
            )
            for step, applies in instructions.applying(steps, records, case.closed_at or timezone.now())
        ],
        "journal": [(entry, words.VERBS.get(entry.verb, entry.verb)) for entry in journal],
        "began": reception(case),
        "objects": listed(case.pk, start=start),
        "version": hashlib.sha256(version.encode()).hexdigest()[:12],
    }
