"""Deployment mistakes, told before the first request: ``central check --deploy``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def secrets_are_set(**_: Any) -> list[CheckMessage]:
    """A server without its own secrets must not start."""
    found: list[CheckMessage] = []
    if settings.SECRET_KEY.startswith("only-for-tests"):
        found.append(
            Error("SECRET_KEY saknas.", hint="Sätt SECRET_KEY eller SECRET_KEY_FILE.", id="config.E001")
        )
    if settings.TWILIO_ACCOUNT_SID and not settings.TWILIO_AUTH_TOKEN:
        found.append(
            Error("TWILIO_AUTH_TOKEN saknas: svar från operatören kan inte prövas.", id="config.E002")
        )
    if not settings.PUBLIC_BASE_URL.startswith("https://"):
        found.append(Warning("PUBLIC_BASE_URL är inte https.", id="config.W001"))
    if not settings.REQUIRE_TOTP:
        found.append(Warning("REQUIRE_TOTP är avslagen: inloggning utan andra faktor.", id="config.W002"))
    return found
