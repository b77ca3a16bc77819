"""How a webhook shows who it is, changed; and a new key for the old one."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from alarms.intake.models import Source
from alarms.intake.registering import change_key
from operator_console.answers import answers, body
from operator_console.sources.agreed import agreed, audit, manager, webhook


@require_POST
@answers
def change_auth(request: HttpRequest, source_id: int) -> JsonResponse:
    """In force within five seconds. The key is the same."""
    user, now = manager(request), timezone.now()
    auth = agreed(body(request))
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=webhook(source_id).pk)
        before = source.conventions.get("auth", {})
        if auth != before:
            source.conventions = {**source.conventions, "auth": auth}
            source.save(update_fields=["conventions"])
            audit("source.auth_changed", source, user, now, {"before": before, "after": auth})
    return JsonResponse({"to": reverse("console-source", args=[source.pk])})


@require_POST
@answers
def rotate(request: HttpRequest, source_id: int) -> JsonResponse:
    """A new key, in this answer and nowhere else; the old one is let in for five seconds more at most."""
    user, now = manager(request), timezone.now()
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=webhook(source_id).pk)
        key = change_key(source)
        audit("source.key_changed", source, user, now, {"name": source.name})
    return JsonResponse({"key": key, "address": request.build_absolute_uri(f"/hooks/{source.pk}/"),
                         "to": reverse("console-source", args=[source.pk])})  # fmt: skip
