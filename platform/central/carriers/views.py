"""The carrier's webhooks about SMS."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from central import phone
from central.carriers import callbacks
from central.carriers.webhooks import done, forged, signed


@csrf_exempt
@require_POST
def status(request: HttpRequest, leg_id: UUID) -> HttpResponse:
    """What became of an SMS we sent."""
    if not signed(request):
        return forged("status")
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
    return done()


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """An SMS to the centre's number."""
    if not signed(request):
        return forged("inbound")
    sid, sender = request.POST.get("MessageSid", ""), request.POST.get("From", "")
    if not sid or not sender:
        return HttpResponse(status=400)
    try:
        number = phone.normalise(sender)
    except phone.BadNumber:
        number = sender[:20]  # a short number or a name as sender: kept as it came
    callbacks.inbound(sid=sid[:64], number=number, body=request.POST.get("Body", ""), now=timezone.now())
    return done()
