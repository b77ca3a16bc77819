"""The shift leader as the second person: what a municipality wrote, what it would have changed, and yes or no."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from alarms.stepping import reviews
from central.accounts.capabilities import SHIFT_LEAD, require
from central.accounts.models import User
from central.accounts.pages import host, person, signed_in
from central.kinds import KINDS
from central.municipalities.context import MunicipalityRef
from central.municipalities.directory import by_id
from operator_console.access import registers_of
from operator_console.times import STOCKHOLM
from tenants.instructions import queries, reviewing, trial
from tenants.instructions.models import ActionInstruction, State
from tenants.instructions.rules import Step, differences, differing, numbers
from tenants.oncall import queries as oncall
from tenants.oncall import windows

REFUSED = (reviewing.NotInReview, reviewing.OwnWork, reviewing.BadComment, reviewing.CentreNotAsked)


@signed_in
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first."""
    user = person(request)
    require(user, SHIFT_LEAD, host(request))
    lines = []
    for one in reviews.waiting():
        owner = by_id(one.municipality_id)
        with registers_of(user=user, municipality=owner):
            row = ActionInstruction.objects.filter(pk=one.instruction_id, state=State.REVIEW).first()
            if row is not None:
                lines.append({"id": row.pk, "owner": owner.name, "row": row, "kind": KINDS[row.kind].name})
    return render(
        request, "operator_console/reviews/list.html", {"lines": lines, "done": request.GET.get("done", "")}
    )


@signed_in
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, instruction_id: UUID) -> HttpResponse:
    """One of them: GET reads, POST approves (from now) or sends back with a comment."""
    user, now = person(request), timezone.now()
    require(user, SHIFT_LEAD, host(request))
    asked = next((one for one in reviews.waiting() if one.instruction_id == instruction_id), None)
    if asked is None:
        raise Http404
    owner, comment, error = by_id(asked.municipality_id), request.POST.get("comment", ""), ""
    with registers_of(user=user, municipality=owner):
        if request.method == "POST":
            try:
                return _answered(user, instruction_id, request.POST.get("act", ""), comment, now)
            except REFUSED as refused:
                error = refused.message
        row = (
            ActionInstruction.objects.select_related("series")
            .filter(pk=instruction_id, state=State.REVIEW)
            .first()
        )
        if row is None:
            raise Http404
        given = {
            **_read(row, owner, now),
            "mine": user.pk in row.author_ids,
            "error": error,
            "comment": comment,
        }
        return render(request, "operator_console/reviews/one.html", given, status=422 if error else 200)


def _answered(user: User, instruction_id: UUID, act: str, comment: str, now: datetime) -> HttpResponse:
    if act == "approve":
        reviewing.approve(instruction_id=instruction_id, actor=user, from_centre=True, now=now)
        return redirect("/console/reviews/?done=approved")
    reviewing.send_back(instruction_id=instruction_id, comment=comment, actor=user, now=now)
    return redirect("/console/reviews/?done=sent_back")


def _read(row: ActionInstruction, owner: MunicipalityRef, now: datetime) -> dict[str, Any]:
    """In the municipality. The trial tells times and steps, and nothing of the cases' letters."""
    stored, named = queries.steps(row.pk), {one.code: one.name for one in oncall.duties()}
    places, before = numbers(stored), queries.version_before(row)
    old = [Step.of(one) for one in queries.steps(before.pk)] if before else []
    changed = differences(old, [Step.of(one) for one in stored], named) if before else []
    if before is not None:
        heads = [(one.title, windows.words(windows.read(one.hours))) for one in (before, row)]
        changed = [*differing(*heads), *changed]
    return {
        "row": row,
        "owner": owner,
        "kind": KINDS[row.kind].name,
        "where": queries.where(row.series, queries.names_of_sites()),
        "hours": windows.words(windows.read(row.hours)),
        "sent": f"{row.sent_at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}" if row.sent_at else "",
        "before": before,
        "steps": [(one, Step.of(one).details(places, named)) for one in stored],
        "differences": [line for line in changed if line.sign != " "],
        "tried": trial.run(row, now),
    }
