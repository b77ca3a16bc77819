"""The page of sources, a new webhook, and what is agreed with it. For whoever manages the intake."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from alarms.intake.models import Protocol, Rejection, Signal, Source, Transmitter
from alarms.intake.registering import OWN_SOURCE, register_source
from alarms.receivers.webhook import access
from alarms.receivers.webhook.mapping import FIELDS, TRANSLATED
from alarms.workqueue.errors import BadInput, Refused
from central.accounts.models import User
from central.accounts.pages import signed_in
from operator_console.answers import answers, body, text
from operator_console.sources import typed
from operator_console.sources.agreed import agreed, audit, manager, webhook
from operator_console.sources.trial import LABELS, Trial, different, tried
from tenants.contents.services import draft_of, keep_draft

SAMPLE_LENGTH = 300_000


class NotTried(Refused):
    """Only what was tried, exactly, is switched on."""

    code = "not_tried"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            "Prova först: det som slås på ska vara prövat, precis så här, på ett prov som går att läsa."
        )


@require_GET
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """Every source: how it speaks, whether it is on, when something last came, and what was refused in a day.

    Our own checks are not among them: they say nothing of who else sends.
    """
    user, now = manager(request), timezone.now()
    ours = list(Transmitter.objects.filter(synthetic=True).values_list("pk", flat=True))
    last = dict(
        Signal.objects.filter(received_at__gt=now - timedelta(days=31))
        .exclude(transmitter_id__in=ours)
        .values_list("source_id")
        .annotate(at=Max("received_at"))
    )
    refused = dict(
        Rejection.objects.filter(minute__gt=now - timedelta(days=1))
        .values_list("source_id")
        .annotate(count=Sum("count"))
    )
    rows = [
        {
            "source": one,
            "protocol": Protocol(one.protocol).label,
            "last": last.get(one.pk),
            "refused": refused.get(one.pk, 0),
            "webhook": one.protocol == Protocol.WEBHOOK,
            "mapped": bool(one.conventions.get("fields")),
        }
        for one in Source.objects.exclude(OWN_SOURCE).order_by("-active", "name")
    ]
    given = {"boot": {"csrf": get_token(request)}, "user": user, "rows": rows, "nobody": refused.get(None, 0)}
    return render(request, "operator_console/sources/page.html", given)


@require_GET
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new webhook."""
    manager(request)
    given = {
        "boot": {"csrf": get_token(request)},
        "modes": access.MODES.items(),
        "auth": {"mode": access.BEARER, "header": "X-Signature"},
    }
    return render(request, "operator_console/sources/new.html", given)


@require_POST
@answers
def create(request: HttpRequest) -> JsonResponse:
    """A webhook that is off until its mapping is tried; its key is in this answer and nowhere else."""
    user, now = manager(request), timezone.now()
    data = body(request)
    name = text(data, "name", longest=80)
    if len(name) < 3:
        raise BadInput("name", "Ge källan ett namn, minst tre tecken.")
    auth = agreed(data)
    try:
        with transaction.atomic():
            source, key = register_source(
                name=name, protocol=Protocol.WEBHOOK, exercise=bool(data.get("exercise"))
            )
            source.conventions, source.active = {"auth": auth}, False
            source.save(update_fields=["conventions", "active"])
            audit("source.created", source, user, now, {"name": name, "mode": auth["mode"]})
    except IntegrityError:
        raise BadInput("name", "Det finns redan en källa med det namnet.") from None
    return JsonResponse(
        {
            "key": key,
            "address": request.build_absolute_uri(f"/hooks/{source.pk}/"),
            "to": reverse("console-source", args=[source.pk]),
        }
    )


@require_GET
@signed_in
def one(request: HttpRequest, source_id: int) -> HttpResponse:
    """The mapping, as it was last typed, its sample, and the trial of it."""
    manager(request)
    source, now = webhook(source_id), timezone.now()
    draft = draft_of(source.pk)
    said = draft.mapping if draft else typed.typed_of(source.conventions)
    sample = draft.sample if draft else ""
    trial = tried(said, sample, in_force=source.conventions, now=now) if draft else None
    rows = [
        {
            "name": name,
            "label": label,
            "parts": {part: said.get(f"{name}.{part}", "") for part in typed.PARTS},
            "words": list(TRANSLATED.get(name, {}).items()),
        }
        for name, label in FIELDS.items()
    ]
    given = {
        "boot": {
            "csrf": get_token(request),
            "presets": {code: kept for code, (_, kept) in typed.PRESETS.items()},
        },
        "source": source,
        "address": request.build_absolute_uri(f"/hooks/{source.pk}/"),
        "mode": access.MODES.get(source.conventions.get("auth", {}).get("mode", "bearer"), ""),
        "modes": access.MODES.items(),
        "auth": {"mode": access.BEARER, "header": "X-Signature", **source.conventions.get("auth", {})},
        "rows": rows,
        "areas": [(name, LABELS[name], said.get(name, ""), HINTS[name]) for name in typed.AREAS],
        "default_kind": said.get("default_kind", "camera"),
        "kinds": typed.kinds(),
        "presets": [(code, name) for code, (name, _) in typed.PRESETS.items()],
        "sample": sample,
        "draft": draft,
        "trial": trial,
    }
    return render(request, "operator_console/sources/one.html", given)


HINTS = {
    "data": "En rad för varje: namn = väg. Står i ärendets text.",
    "ignore": "En rad för varje: väg = ord, ord. Räknas som livstecken och larmar inte.",
    "streams": "En rad för varje värd: kamera.example eller *.kamera.example. Andra länkar visas inte.",
}


@require_POST
@answers
def attempt(request: HttpRequest, source_id: int) -> HttpResponse:
    """Keep what is typed and try it. The answer is how the case would be, as HTML."""
    user = manager(request)
    source = webhook(source_id)
    trial = _tried(request, source, user)
    return HttpResponse(
        render_to_string("operator_console/sources/_trial.html", {"trial": trial, "source": source})
    )


@require_POST
@answers
def switch_on(request: HttpRequest, source_id: int) -> JsonResponse:
    """Let exactly what was tried be in force. Raises NotTried."""
    user, now = manager(request), timezone.now()
    source = webhook(source_id)
    draft = draft_of(source.pk)
    before = draft.tried if draft else ""
    trial = _tried(request, source, user, keep=False)
    if not trial.good or trial.digest != before:
        raise NotTried
    with transaction.atomic():
        kept = Source.objects.select_for_update().get(pk=source.pk)
        changes = different(kept.conventions, trial.conventions)
        was_on, kept.conventions, kept.active = kept.active, trial.conventions, True
        kept.save(update_fields=["conventions", "active"])
        details = {"changes": [list(each) for each in changes]}
        audit("source.mapping_changed" if was_on else "source.switched_on", kept, user, now, details)
    return JsonResponse({"to": reverse("console-source", args=[source.pk])})


@require_POST
@answers
def switch_off(request: HttpRequest, source_id: int) -> JsonResponse:
    """Nothing more is taken from it; within five seconds."""
    user, now = manager(request), timezone.now()
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=webhook(source_id).pk)
        if source.active:
            source.active = False
            source.save(update_fields=["active"])
            audit("source.switched_off", source, user, now, {})
    return JsonResponse({"to": reverse("console-source", args=[source.pk])})


def _tried(request: HttpRequest, source: Source, user: User, *, keep: bool = True) -> Trial:
    data, now = request.POST, timezone.now()
    said = {name: data.get(name, "").replace("\x00", "")[: typed.LONGEST] for name in typed.NAMES}
    sample = data.get("sample", "").replace("\x00", "").replace("\r\n", "\n")
    if len(sample) > SAMPLE_LENGTH:
        raise BadInput("sample", "Provet är för stort. Korta bilden i det.")
    trial = tried(said, sample, in_force=source.conventions, now=now)
    if keep:
        keep_draft(
            source.pk, mapping=said, sample=sample, tried=trial.digest if trial.good else "", by_name=user.name,
            now=now,
        )  # fmt: skip
    return trial
