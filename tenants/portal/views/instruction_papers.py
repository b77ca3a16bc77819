"""Instructions to print: one version, or everything that counts now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from central import paper
from central.accounts.capabilities import PORTAL_VIEW
from central.municipalities.context import current
from tenants.instructions import printing, queries
from tenants.portal.access import found, guarded
from tenants.portal.views.instructions import series_of


@require_safe
@guarded(PORTAL_VIEW)
def one(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One version as PDF."""
    rows = queries.versions(series_of(key))
    row = found(next((one for one in rows if one.version == version), None))
    content = printing.one(row, municipality=current().name, now=timezone.now())
    return _pdf(content, f"instruktion-{key}-v{version}.pdf")


@require_safe
@guarded(PORTAL_VIEW)
def everything(request: HttpRequest) -> HttpResponse:
    """All that count now, in one file."""
    return _pdf(printing.everything(municipality=current().name, now=timezone.now()), "instruktioner.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=paper.PDF_TYPE,
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"},
    )
