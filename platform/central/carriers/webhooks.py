"""What the carrier's webhooks have in common: only what the carrier itself signed for our public address gets in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter

from central.carriers import current
from central.carriers.port import CarrierError

log = structlog.get_logger(__name__)
XML = "text/xml; charset=utf-8"
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
FORGED = Counter("tc_carrier_webhooks_refused_total", "Webhookar utan operatörens underskrift", ["webhook"])

type LegView = Callable[[HttpRequest, UUID], HttpResponse]


def signed(request: HttpRequest) -> bool:
    """Against the public address and the original query: behind a proxy the request's own host and scheme lie."""
    try:
        carrier = current.carrier()
    except CarrierError:
        return False
    return carrier.signed(
        url=current.public_url(request.get_full_path()),
        form={name: list(values) for name, values in request.POST.lists()},
        signature=request.headers.get("X-Twilio-Signature", ""),
        settings_header=request.headers.get("X-Twilio-Webhooks-Signature-Settings", ""),
    )


def forged(what: str) -> HttpResponse:
    """Refused, counted and told in the log; whoever asked learns nothing."""
    log.warning("carrier.bad_signature", webhook=what)
    FORGED.labels(what).inc()
    return HttpResponse(status=403)


def signed_only(what: str) -> Callable[[LegView], LegView]:
    """The view is asked only when the signature is right."""

    def checked(view: LegView) -> LegView:
        @wraps(view)
        def asked(request: HttpRequest, leg_id: UUID) -> HttpResponse:
            return view(request, leg_id) if signed(request) else forged(what)

        return asked

    return checked


def done() -> HttpResponse:
    """Heard; there is nothing to say."""
    return HttpResponse(NOTHING, content_type=XML)
