"""What the views of sources share: who may, which source, what is agreed of its key, and the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest

from alarms.intake.models import Protocol, Source
from alarms.receivers.webhook import access
from alarms.workqueue.errors import BadInput
from central.accounts.capabilities import INTAKE_MANAGE, require
from central.accounts.models import User
from central.accounts.pages import host, person
from central.audit.services import record
from operator_console.answers import text


def manager(request: HttpRequest) -> User:
    """Who asks, if they manage the intake. Raises NotAllowed."""
    require(person(request), INTAKE_MANAGE, host(request))
    return person(request)


def webhook(source_id: int) -> Source:
    """That source. Raises Http404 where there is none, or it is no webhook."""
    found = Source.objects.filter(pk=source_id, protocol=Protocol.WEBHOOK).first()
    if found is None:
        raise Http404
    return found


def agreed(data: dict[str, Any]) -> dict[str, Any]:
    """How the source shows who it is, as typed. Raises BadInput."""
    auth: dict[str, Any] = {"mode": text(data, "mode", longest=10) or access.BEARER}
    if auth["mode"] == access.HMAC:
        auth["header"] = text(data, "header", longest=60) or "X-Signature"
        auth |= {one: text(data, one, longest=60) for one in ("prefix", "timestamp_header") if data.get(one)}
    if wrong := access.faults(auth):
        raise BadInput("header" if auth["mode"] == access.HMAC else "mode", wrong[0])
    return auth


def audit(verb: str, source: Source, user: User, now: datetime, details: dict[str, Any]) -> None:
    """In the caller's transaction."""
    record(
        verb, actor_id=user.pk, actor_name=user.name, municipality_id=None, subject=str(source.pk),
        details=details, at=now,
    )  # fmt: skip
