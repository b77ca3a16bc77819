"""The carrier's webhooks. Only what the carrier itself signed for our public address gets in."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from central import phone
from central.carriers import callbacks, current
from central.carriers.port import CarrierError

log = structlog.get_logger(__name__)
TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@csrf_exempt
@require_POST
def status(request: HttpRequest, leg_id: UUID) -> HttpResponse:
    """What became of an SMS we sent."""
    if not _signed(request):
        return _forged("status")
    sid, told = request.POST.get("MessageSid", ""), request.POST.get("MessageStatus", "")
    if not sid or not told:
        return HttpResponse(status=400)
    callbacks.status(
        leg_id=leg_id,
        sid=sid[:64],
        status=told[:24],
        error_code=request.POST.get("ErrorCode", "")[:32],
        now=timezone.now(),
    )
    return _done()


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """An SMS to the centre's number."""
    if not _signed(request):
        return _forged("inbound")
    sid, sender = request.POST.get("MessageSid", ""), request.POST.get("From", "")
    if not sid or not sender:
        return HttpResponse(status=400)
    try:
        number = phone.normalise(sender)
    except phone.BadNumber:
        number = sender[:20]  # a short number or a name as sender: kept as it came
    callbacks.inbound(sid=sid[:64], number=number, body=request.POST.get("Body", ""), now=timezone.now())
    return _done()


def _signed(request: HttpRequest) -> bool:
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


def _forged(what: str) -> HttpResponse:
    log.warning("carrier.bad_signature", webhook=what)
    return HttpResponse(status=403)


def _done() -> HttpResponse:
    return HttpResponse(TWIML, content_type="text/xml; charset=utf-8")
