"""Taking a contact, a duty or a turn out of the schedule: first told what goes with it, and which gaps follow."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from central.accounts.capabilities import PORTAL_EDIT
from tenants.instructions import queries as instructions
from tenants.oncall import layers, services
from tenants.oncall.models import Contact, Duty, Layer
from tenants.portal import foresight
from tenants.portal.access import found, guarded, page, person
from tenants.portal.foresight import Consequences
from tenants.portal.views.roster import SECTION


@require_POST
@guarded(PORTAL_EDIT)
def remove(request: HttpRequest, what: str, key: int) -> HttpResponse:
    """Remove a contact, a duty or a turn; asks first when more goes with it."""
    ways = {"contact": _contact, "duty": _duty, "layer": _layer}
    if what not in ways:
        raise Http404
    return ways[what](request, key)


def _contact(request: HttpRequest, key: int) -> HttpResponse:
    one = found(Contact.objects.filter(pk=key, removed_at=None).first())
    actor, now = person(request), timezone.now()

    def act() -> None:
        services.remove_contact(contact_id=key, actor=actor, now=now)

    if "sure" not in request.POST:
        told = foresight.without(one, act, now)
        if told.turns or told.gaps or one.turns.exists():
            return _ask(request, one.name, told, reverse("portal_contact", args=[key]))
    act()
    return _done(request, reverse(SECTION))


def _duty(request: HttpRequest, key: int) -> HttpResponse:
    duty = found(Duty.objects.filter(pk=key).first())
    if "sure" not in request.POST:
        more = ["Schemat för jouren tas också bort."] if _scheduled(duty) else []
        more += [
            f"Instruktionen {one.title} kallar ut jouren och kan inte göra det längre."
            for one in instructions.calling_out(duty.code)
        ]
        if more:
            return _ask(request, duty.name, Consequences(more, []), reverse("portal_duty", args=[key]))
    services.remove_duty(duty_id=key, actor=person(request), now=timezone.now())
    return _done(request, reverse(SECTION))


def _layer(request: HttpRequest, key: int) -> HttpResponse:
    layer = found(Layer.objects.select_related("duty").filter(pk=key).first())
    actor, now = person(request), timezone.now()

    def act() -> None:
        layers.remove_layer(layer_id=key, actor=actor, now=now)

    back = reverse("portal_duty", args=[layer.duty_id])
    if "sure" not in request.POST:
        told = "Turordningen försvinner ur schemat, också ur det som har varit. Avsluta den i stället om den har gällt."
        members = layers.names(layer.members.select_related("contact"))
        name = f"turordningen {members}"
        return _ask(request, name, Consequences([told], foresight.gaps_after(act, now)), back)
    act()
    return _done(request, back)


def _scheduled(duty: Duty) -> bool:
    return duty.layers.exists() or duty.calendars.exists() or duty.replacements.exists()


def _ask(request: HttpRequest, name: str, told: Consequences, back: str) -> HttpResponse:
    return page(request, "remove", SECTION, {"name": name, "told": told, "back": back})


def _done(request: HttpRequest, where: str) -> HttpResponse:
    messages.success(request, "Borttaget.")
    return redirect(where)
