"""One contact: name and number, the shifts to come, and the page of their own that is sent by SMS."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from central import phone
from central.accounts.capabilities import PORTAL_EDIT
from tenants.oncall import links, queries, services, wording
from tenants.oncall.models import Contact, Duty
from tenants.oncall.schedule import Shift
from tenants.portal import schedule_drawing
from tenants.portal.access import found, guarded, page, person
from tenants.portal.foresight import AHEAD
from tenants.portal.views.roster import SECTION


@require_http_methods(["GET", "POST"])
@guarded(PORTAL_EDIT)
def contact(request: HttpRequest, key: int) -> HttpResponse:
    """Change one contact, and see what they are to do."""
    shown = _contact(key)
    typed: dict[str, Any] = {"name": shown.name, "phone": phone.display(shown.phone), "sms": shown.sms}
    errors: dict[str, str] = {}
    now = timezone.now()
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("name", "phone")}
        typed["sms"] = "sms" in request.POST
        try:
            services.change_contact(
                contact_id=key,
                name=typed["name"],
                number=typed["phone"],
                sms=typed["sms"],
                actor=person(request),
                now=now,
            )
        except services.BadEntry as exc:
            errors[exc.field] = exc.message
        else:
            messages.success(request, "Sparat.")
            return redirect("portal_contact", key)
    context = {
        "contact": shown,
        "typed": typed,
        "errors": errors,
        "has_link": shown.link_digest is not None,
        "shifts": _shifts(shown, now),
    }
    return page(request, "contact", SECTION, context, status=422 if errors else 200)


@require_POST
@guarded(PORTAL_EDIT)
def send_link(request: HttpRequest, key: int) -> HttpResponse:
    """Send the address of their own page by SMS."""
    shown = _contact(key)
    with transaction.atomic():
        sent = wording.send_link(contact_id=key, actor=person(request), now=timezone.now())
    if sent:
        messages.success(request, f"Sms:et till {shown.name} är på väg.")
    else:
        messages.error(request, f"{shown.name} tar inte emot sms. Ändra uppgiften eller ring i stället.")
    return redirect("portal_contact", key)


@require_POST
@guarded(PORTAL_EDIT)
def revoke_link(request: HttpRequest, key: int) -> HttpResponse:
    """The address stops working at once."""
    shown = _contact(key)
    links.revoke(contact_id=key, actor=person(request), now=timezone.now())
    messages.success(request, f"Den gamla länken till {shown.name} fungerar inte längre.")
    return redirect("portal_contact", key)


def _shifts(shown: Contact, now: datetime) -> list[tuple[Duty, Shift, bool, bool]]:
    """Two months of shifts; whether each is going on, and whether it goes on until further notice."""
    mine = queries.shifts_of(shown.pk, now, now + AHEAD)
    alone = schedule_drawing.alone(duty.pk for duty, _ in mine)
    return [
        (duty, one, one.start <= now, one.layer_id in alone and one.end > now + AHEAD) for duty, one in mine
    ]


def _contact(key: int) -> Contact:
    return found(Contact.objects.filter(pk=key, removed_at=None).first())
