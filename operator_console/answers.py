"""What the console's scripts get back: JSON in one shape, refusals in words, repeats done once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import salted_hmac

from alarms.workqueue.errors import BadInput, Refused, Unresolved
from alarms.workqueue.once import once
from central.accounts.capabilities import NotAllowed
from central.accounts.pages import person

log = structlog.get_logger(__name__)
type View = Callable[..., HttpResponse]
LARGEST = 2**31 - 1
AWAY = "Vi når inte databasen just nu. Försök igen om en stund; texten finns kvar här."
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL keeps in no text."""


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
        except (OperationalError, InterfaceError) as error:
            log.warning("console request without database", error=type(error).__name__)
            return refusal(503, "unavailable", AWAY)
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


def done_once(request: HttpRequest, act: Callable[[], UUID], now: datetime) -> UUID:
    """Do what a request asks, in one transaction, and tell which case it was about.

    Repeated with the same Idempotency-Key by the same person it is not done again; the same key with another address
    or body raises KeyReused. The answer is made afterwards, from the case as it stands.
    """
    asked = salted_hmac(
        "operator_console.answers", request.path.encode() + b"\n" + request.body, algorithm="sha256"
    )
    return once(
        operator=person(request),
        key=request.headers.get("Idempotency-Key", ""),
        digest=asked.hexdigest(),
        now=now,
        act=act,
    )
