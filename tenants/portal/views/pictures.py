"""A case's pictures to the municipality's officers: opened with a reason, for a while; kept in journal and audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from central.accounts.capabilities import PORTAL_CASES
from central.accounts.pages import host_id
from central.audit.services import record
from tenants.casefiles.models import CaseFile, State
from tenants.casefiles.services import By, journal
from tenants.contents import camera
from tenants.contents.ports import signals_of
from tenants.contents.serving import answer_of, kept_picture
from tenants.portal.access import guarded, page, person
from tenants.portal.views.cases import readable, shown_case

REASON_LENGTH = 200


def seen_of(request: HttpRequest, case: CaseFile, now: datetime) -> dict[str, Any]:
    """What the section shows: the pictures, and until when they stand open to this person."""
    since = case.closed_at if case.state == State.CLOSED else None
    until = camera.open_until(case_id=case.pk, by_id=person(request).pk, now=now, since=since)
    seen = camera.of_signals(signals_of(case.pk))
    return {
        "case": case,
        "seen": seen,
        "kept": sum(one.erased_at is None for one in seen.pictures),
        "until": until,
        "hides_in": int((until - now).total_seconds()) + 1 if until else 0,
        "minutes": settings.PICTURES_OPEN_MINUTES,
        "most": REASON_LENGTH,
    }


@require_safe
@guarded(PORTAL_CASES)
def part(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The section alone; asked for when the access ends."""
    return render(
        request, "portal/_pictures.html", seen_of(request, readable(request, case_id), timezone.now())
    )


@require_POST
@guarded(PORTAL_CASES)
def reveal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Open them to this person for a while."""
    case, user, now = readable(request, case_id), person(request), timezone.now()
    reason = " ".join(request.POST.get("reason", "").split())[:REASON_LENGTH]
    seen = seen_of(request, case, now)
    if len(reason) < 3:
        wrong = {**shown_case(case), **seen, "wrong": "Skriv varför du behöver se bilden."}
        return page(request, "case", "portal_cases", wrong, status=422)
    if not seen["kept"]:
        raise Http404
    with transaction.atomic():
        opening = camera.open_for(case_id=case.pk, by_id=user.pk, by_name=user.name, reason=reason, now=now)
        by = By(user.pk, user.name, user.initials)
        journal(case.pk, verb="camera_opened", now=now, text=reason, by=by)
        record(
            "camera.opened", actor_id=user.pk, actor_name=user.name, municipality_id=host_id(request),
            subject=str(case.pk), at=now,
            details={"reason": reason, "pictures": seen["kept"], "until": opening.until.isoformat(),
                     "where": "portal"},
        )  # fmt: skip
    return redirect("portal_case", case_id=case.pk)


@require_safe
@guarded(PORTAL_CASES)
def picture(request: HttpRequest, case_id: UUID, picture_id: UUID) -> HttpResponse:
    """The bytes, to whoever has opened the case's pictures; to others 404."""
    seen = seen_of(request, readable(request, case_id), timezone.now())
    if seen["until"] is None:
        raise Http404
    return answer_of(kept_picture(seen["seen"], picture_id))
