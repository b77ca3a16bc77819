"""The page for what went wrong with us: a missing database is 503 and passes, everything else is 500."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

AWAY = "Vi når inte databasen just nu. Försök igen om en stund."
RETRY_AFTER = "5"


def explain(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the exception is handled. Scripts that ask for JSON are answered in JSON.

    Views of the console answer for themselves; this is for what fails before them, such as reading the sign-in.
    """
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return server_error(request)
    answer: HttpResponse
    if request.path.endswith(".json") or "application/json" in request.headers.get("Accept", ""):
        answer = JsonResponse({"error": "unavailable", "message": AWAY}, status=503)
    else:
        # without the request: its context processors would read the person, from the database
        answer = HttpResponse(render_to_string("503.html", {"away": AWAY}), status=503)
    answer["Retry-After"] = RETRY_AFTER
    return answer
