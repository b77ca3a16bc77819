"""What the console's scripts get back: JSON in one shape, refusals in words, repeats answered once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

import structlog
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse

from alarms.workqueue.errors import BadInput, Refused, Unresolved
from central.accounts.capabilities import NotAllowed

log = structlog.get_logger(__name__)
type View = Callable[..., HttpResponse]
LARGEST = 2**31 - 1
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL keeps in no text."""
REMEMBERED = 600
"""Seconds an answer is kept under its Idempotency-Key."""


class BadRequest(Exception):
    """The body is no JSON object."""


def body(request: HttpRequest) -> dict[str, Any]:
    """The request's JSON object; {} for an empty body. Raises BadRequest."""
    if not request.body:
        return {}
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not isinstance(found, dict):
        raise BadRequest
    return found


def integer(data: dict[str, Any], name: str) -> int:
    """A whole number from the body; raises BadInput naming the field."""
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise BadInput(name, "Välj ett värde.")
    return value


def text(data: dict[str, Any], name: str, *, longest: int = 4_000) -> str:
    """Trimmed text from the body, "" when absent; raises BadInput naming the field."""
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise BadInput(name, f"Skriv högst {longest} tecken.")
    if UNWRITABLE.search(value):
        raise BadInput(
            name, "Texten har ett tecken som inte går att spara. Skriv om den i stället för att klistra."
        )
    return value.strip()


def refusal(status: int, error: str, message: str, **more: Any) -> JsonResponse:
    """One refusal: a code for the program and a sentence for the person."""
    return JsonResponse({"error": error, "message": message, **more}, status=status)


def answers(view: View) -> View:
    """A view that is asked by scripts: every outcome is JSON, also being signed out and our own faults."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "sign_in", None) is None:
            return refusal(401, "signed_out", "Du är utloggad. Logga in igen.")
        try:
            return view(request, *args, **kwargs)
        except Unresolved as error:
            return refusal(
                error.status, error.code, "Ärendet kan inte avslutas än.", unresolved=error.as_data()
            )
        except BadInput as error:
            return refusal(error.status, error.code, error.message, field=error.field)
        except Refused as error:
            return refusal(error.status, error.code, error.message)
        except NotAllowed as error:
            return refusal(403, "not_allowed", error.message)
        except BadRequest:
            return refusal(400, "bad_request", "Begäran gick inte att läsa.")
        except Exception:
            number = uuid4().hex[:4].upper()
            log.exception(
                "console request failed",
                fault=number,
                path=request.resolver_match.view_name if request.resolver_match else "",
            )
            return refusal(
                500, "fault", f"Det gick inte att spara. Texten finns kvar här. Försök igen (fel {number})."
            )

    return answering


def once(view: View) -> View:
    """The same Idempotency-Key from the same person gets the first answer again instead of a second act."""

    @wraps(view)
    def remembering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")[:64]
        place = f"console-answer:{request.user.pk}:{request.path}:{key}"
        if key and (kept := cache.get(place)) is not None:
            return HttpResponse(kept, content_type="application/json")
        response = view(request, *args, **kwargs)
        if key and response.status_code < 300:
            cache.set(place, response.content, REMEMBERED)
        return response

    return remembering
