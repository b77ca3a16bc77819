"""What the console's scripts must know before their first question."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static

from alarms.callouts.steering import REASONS as CALL_OFF_REASONS
from alarms.workqueue.services import HAND_OVER_REASONS, OUTCOMES, PRIORITY_REASONS, SKIP_REASONS
from central import kinds
from central.accounts.capabilities import INTAKE_MANAGE, SHIFT_LEAD, rights_of
from central.accounts.models import User
from central.accounts.queries import own_municipalities
from central.municipalities.directory import centre, municipalities
from operator_console.version import version


def boot(request: HttpRequest, user: User) -> dict[str, Any]:
    """The person, the filter's choices and the words for codes; no letters."""
    here = centre()
    rights = rights_of(user)
    seen = rights.visible_functions(here.id)
    return {
        "user": {
            "id": user.pk,
            "initials": user.initials,
            "name": user.name,
            "own": own_municipalities(user),
            "leads": rights.can(SHIFT_LEAD, here.id),
            "registers": rights.can(INTAKE_MANAGE, here.id),
        },
        "csrf": get_token(request),
        "version": version(),
        "reserve_number": settings.RESERVE_NUMBER,
        "sprite": static("console/sprite.svg"),
        "municipalities": [{"value": one.id, "label": one.name} for one in municipalities()],
        "kinds": [
            {"value": kind.code, "label": kind.name, "priority": kind.priority}
            for kind in kinds.KINDS.values()
            if kind.function in seen
        ],
        "words": {
            "outcomes": _pairs(OUTCOMES),
            "hand_over": _pairs(HAND_OVER_REASONS),
            "priority": _pairs(PRIORITY_REASONS),
            "skip": _pairs(SKIP_REASONS),
            "call_off": _pairs(CALL_OFF_REASONS),
        },
    }


def _pairs(words: dict[str, str]) -> list[tuple[str, str]]:
    return list(words.items())
