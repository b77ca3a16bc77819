"""The second person's page: what changed, what it would have meant in the latest cases, and yes or no."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from central.accounts.capabilities import PORTAL_EDIT
from central.accounts.pages import host_id
from tenants.instructions import queries, reviewing, trial
from tenants.instructions.models import ActionInstruction, State
from tenants.oncall import windows
from tenants.oncall.schedule import STOCKHOLM
from tenants.portal.access import found, guarded, page, person, rights
from tenants.portal.views.instructions import SECTION, about, compared, lines, series_of

REFUSED = (reviewing.NotInReview, reviewing.OwnWork, reviewing.BadComment, reviewing.BadStart)
CLOCK = "Skriv datum och klockslag som 2026-11-23 08:00, eller lämna tomt för nu."


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def review(request: HttpRequest, key: str) -> HttpResponse:
    """A draft as it would be: differences, the trial run, and (under review) approve, send back or withdraw."""
    series, now, user = series_of(key), timezone.now(), person(request)
    draft = queries.draft(series)
    if draft is None:
        messages.warning(request, reviewing.NotInReview.message)
        return redirect("portal_instruction", key=key)
    if request.method == "GET":
        return _shown(request, draft, now)
    act, comment, start = (request.POST.get(name, "") for name in ("act", "comment", "valid_from"))
    try:
        if act == "approve":
            valid_from = read_start(start)
            made = reviewing.approve(instruction_id=draft.pk, actor=user, valid_from=valid_from, now=now)
            messages.success(request, approved_words(made, now))
            return redirect("portal_instruction", key=key)
        if act == "send_back":
            reviewing.send_back(instruction_id=draft.pk, comment=comment, actor=user, now=now)
            messages.success(request, "Instruktionen är tillbaka hos den som skrev, med din kommentar.")
            return redirect("portal_instruction", key=key)
        reviewing.withdraw(instruction_id=draft.pk, actor=user, now=now)
        messages.success(request, "Instruktionen är ett utkast igen.")
        return redirect("portal_instruction_edit", key=key)
    except ValueError:
        return _shown(request, draft, now, {"valid_from": CLOCK}, comment, start)
    except REFUSED as exc:
        fields: dict[type[Exception], str] = {
            reviewing.BadComment: "comment",
            reviewing.BadStart: "valid_from",
        }
        return _shown(request, draft, now, {fields.get(type(exc), "act"): exc.message}, comment, start)


@require_POST
@guarded(PORTAL_EDIT)
def end(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """A valid or coming version counts no more, and nothing comes in its place."""
    series, now = series_of(key), timezone.now()
    row = found(next((one for one in queries.versions(series) if one.version == version), None))
    try:
        reviewing.end(
            instruction_id=row.pk, comment=request.POST.get("comment", ""), actor=person(request), now=now
        )
        messages.success(request, f"Version {version} gäller inte längre. Pågående ärenden behåller den.")
    except (reviewing.BadComment, reviewing.NotValid) as exc:
        messages.error(request, exc.message)
    return redirect("portal_instruction_version", key=key, version=version)


def read_start(text: str) -> datetime | None:
    """Local time from ``2026-11-23 08:00``; None for now. Raises ValueError."""
    text = text.strip().replace("T", " ")
    if not text:
        return None
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=STOCKHOLM)


def approved_words(made: ActionInstruction, now: datetime) -> str:
    """What the second person is told."""
    assert made.valid_from
    if made.valid_from <= now + timedelta(seconds=1):
        return f"Version {made.version} gäller nu. Pågående ärenden behåller sin version."
    local = made.valid_from.astimezone(STOCKHOLM)
    return f"Version {made.version} är godkänd och gäller från {local:%Y-%m-%d %H:%M}."


def _shown(
    request: HttpRequest,
    draft: ActionInstruction,
    now: datetime,
    errors: dict[str, str] | None = None,
    comment: str = "",
    start: str = "",
) -> HttpResponse:
    own = rights(request).readable_functions(host_id(request))
    context = {
        **about(draft.series),
        "draft": draft,
        "in_review": draft.state == State.REVIEW,
        "mine": person(request).pk in draft.author_ids,
        "hours": windows.words(windows.read(draft.hours)),
        "steps": lines(draft),
        "before": queries.version_before(draft),
        "differences": compared(draft),
        "overlapping": queries.overlapping(draft, now),
        "tried": [(one, one.function in own) for one in trial.run(draft, now)],
        "errors": errors or {},
        "comment": comment,
        "valid_from": start,
    }
    return page(request, "instruction_review", SECTION, context, status=422 if errors else 200)
