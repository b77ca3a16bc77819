"""A picture as an answer: as its own content, never as a page, and kept by nobody on the way."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse

from tenants.contents.camera import Seen
from tenants.contents.models import Picture

SANDBOX = "default-src 'none'; sandbox"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def kept_picture(seen: Seen, picture_id: UUID) -> Picture:
    """The picture with its bytes, if it is one of these. Raises Http404, also when it is erased."""
    if picture_id not in {one.pk for one in seen.pictures if one.erased_at is None}:
        raise Http404
    kept = Picture.objects.filter(pk=picture_id).first()
    if kept is None or kept.content is None:
        raise Http404
    return kept


def answer_of(kept: Picture) -> HttpResponse:
    """Its bytes. Whoever calls has asked whether the person may."""
    answer = HttpResponse(bytes(kept.content or b""), content_type=kept.content_type)
    answer["Content-Disposition"] = (
        f'inline; filename="bild-{kept.position + 1}.{ENDINGS[kept.content_type]}"'
    )
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
