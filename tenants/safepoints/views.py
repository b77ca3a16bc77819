"""The public page: no sign-in, no cookies, and honest also when the database is away."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from central.accounts.pages import host, without_sign_in
from tenants.safepoints import queries, reserve
from tenants.safepoints.queries import PublicPage

logger = logging.getLogger(__name__)

FRESH_SECONDS = 1.0  # with one more in the browser, nobody sees anything older than two seconds
AWAY_SECONDS = 5.0  # a database that is away costs one visitor the wait, and then nobody for so long


@dataclass(slots=True)
class Known:
    """The last state this process read, and when it last tried (monotonic seconds)."""

    page: PublicPage | None = None
    read_at: datetime | None = None
    tried: float = float("-inf")
    away: bool = False


_known: dict[int, Known] = {}


@require_safe
@without_sign_in
def public_page(request: HttpRequest) -> HttpResponse:
    """What is open now, or what was open when we last knew."""
    known = _look(host(request).id)
    if known.page is None:
        kept = reserve.read(settings.PUBLIC_PAGES_DIR, request.get_host().partition(":")[0])
        response = HttpResponse(kept) if kept is not None else _page(request, known, status=503)
        response["Cache-Control"] = "no-store"
    else:
        response = _page(request, known)
        response["Cache-Control"] = "public, max-age=1"
    return response


def _page(request: HttpRequest, known: Known, status: int = 200) -> HttpResponse:
    context = {"municipality": host(request), "known": known, "page": known.page}
    return render(request, "safepoints/public.html", context, status=status)


def _look(municipality_id: int) -> Known:
    known = _known.setdefault(municipality_id, Known())
    if time.monotonic() - known.tried < FRESH_SECONDS:
        return known
    known.tried = time.monotonic()  # the others are answered from memory while this request asks
    try:
        page = queries.public_page()
    except DatabaseError:
        known.away = True
        known.tried = time.monotonic() + AWAY_SECONDS - FRESH_SECONDS
        logger.warning("public_page_from_memory", extra={"municipality": municipality_id})
        return known
    _known[municipality_id] = Known(page, timezone.now(), time.monotonic())
    return _known[municipality_id]


def forget() -> None:
    """Forget what was read; for tests."""
    _known.clear()
