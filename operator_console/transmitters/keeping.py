"""The register kept from the page: a new transmitter, a change, an end. Whoever manages the intake may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from alarms.intake.models import Transmitter
from alarms.nameplates.services import accounts_of
from alarms.registry import services
from alarms.registry.errors import UnknownTransmitter, Wrong
from alarms.registry.services import Given
from central.accounts.pages import person, signed_in
from operator_console.access import waiting_account
from operator_console.answers import answers, body, refusal, text
from operator_console.transmitters import form, words
from operator_console.transmitters.viewer import Gone, keeper

LIST = "console-transmitters"


@require_GET
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """An empty form; ``?case=<id>`` of an unknown account's case fills in what called, ``?like=<id>`` a neighbour's."""
    who, now = keeper(request), timezone.now()
    given = Given(source=form.only_source(), key_choice=services.NONE)
    told = ""
    if asked := request.GET.get("case", ""):
        found = waiting_account(user=person(request), item_id=asked, now=now)
        if found is None:
            told = "Ärendets konto finns inte att hämta. Skriv in det för hand."
        else:
            given = Given(source=str(found.source_id), account=found.account, key_choice=services.NONE)
            told = f"Kontot kommer från ärende {found.reference}."
    return _page(request, form.new_fields(given, who.functions), {"told": told})


@require_GET
@signed_in
def edit(request: HttpRequest, transmitter_id: int) -> HttpResponse:
    """The form with what stands; the key is never among it."""
    who, now = keeper(request), timezone.now()
    one = Transmitter.objects.select_related("source").filter(pk=transmitter_id, synthetic=False).first()
    if one is None:
        raise Http404
    try:
        row = who.row(transmitter_id, now)
    except Gone:
        raise Http404 from None
    account = accounts_of([one.pk]).get(one.pk, "")
    return _page(
        request,
        form.fields_of(one, account, who.functions),
        {
            "one": one,
            "account": account,
            "place": words.place(row),
            "area": row.area,
            "state": words.state(row, now),
            "reason_length": form.REASON_LENGTH,
        },
    )


@require_POST
@answers
def register(request: HttpRequest) -> HttpResponse:
    """Register what was typed: {"to": where it now stands}, or what is to be mended, by field."""
    who, said = keeper(request), body(request)
    given = form.given(said)
    try:
        services.register(given=given, functions=who.functions, by=person(request), now=timezone.now())
    except Wrong as error:
        return _wrong(error)
    return _to("registered", given.account.strip())


@require_POST
@answers
def change(request: HttpRequest, transmitter_id: int) -> HttpResponse:
    """Change one; the same answers."""
    who, said = keeper(request), body(request)
    try:
        services.change(
            transmitter_id=transmitter_id,
            given=form.given(said),
            functions=who.functions,
            by=person(request),
            now=timezone.now(),
        )
    except UnknownTransmitter:
        raise Gone from None
    except Wrong as error:
        return _wrong(error)
    return _to("changed", accounts_of([transmitter_id]).get(transmitter_id, ""))


@require_POST
@answers
def end(request: HttpRequest, transmitter_id: int) -> HttpResponse:
    """End one: {"reason": "…"}."""
    who, said = keeper(request), body(request)
    try:
        services.end(
            transmitter_id=transmitter_id,
            reason=text(said, "reason"),
            functions=who.functions,
            by=person(request),
            now=timezone.now(),
        )
    except UnknownTransmitter:
        raise Gone from None
    except Wrong as error:
        return _wrong(error)
    return _to("ended", "")


def _page(request: HttpRequest, fields: list[form.Field], more: Mapping[str, Any]) -> HttpResponse:
    return render(
        request,
        "operator_console/transmitters/form.html",
        {"boot": {"csrf": get_token(request)}, "fields": fields, **more},
    )


def _wrong(error: Wrong) -> JsonResponse:
    return refusal(422, "bad_input", next(iter(error.errors.values())), errors=error.errors)


def _to(said: str, account: str) -> JsonResponse:
    query = urlencode({"said": said, **({"q": account} if account else {})})
    return JsonResponse({"to": f"{reverse(LIST)}?{query}"})
