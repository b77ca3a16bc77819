"""The carrier this installation uses, from the settings."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.conf import settings

from central.carriers.adapters.twilio import DEFAULT_BASE, Twilio
from central.carriers.port import Carrier, CarrierError

STATUS_PATH = "/carrier/twilio/status/"
VOICE_PATH = "/carrier/twilio/voice/"
INBOUND_PATH = "/carrier/twilio/inbound/"


def carrier() -> Carrier:
    """Twilio, or whatever speaks like it at TWILIO_API_BASE. Raises CarrierError (not_configured).

    Without a token there is no carrier at all: an empty key would make every signature easy to forge.
    """
    if not (settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and settings.TWILIO_FROM):
        raise CarrierError("not_configured", permanent=True)
    return _twilio(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        settings.TWILIO_FROM,
        settings.TWILIO_API_BASE or DEFAULT_BASE,
    )


def public_url(path: str) -> str:
    """What the carrier knows a path of ours as: PUBLIC_BASE_URL decides, never a request's own host."""
    return str(settings.PUBLIC_BASE_URL).rstrip("/") + path


def voice_url(leg_id: UUID, door: str = "", turn: int = 0) -> str:
    """Where the carrier asks about a call: what to say, "key/" for a pressed key, "status/" for how it goes."""
    return public_url(f"{VOICE_PATH}{leg_id}/{door}{f'?turn={turn}' if turn else ''}")


@lru_cache(maxsize=4)
def _twilio(account_sid: str, auth_token: str, sender: str, api_base: str) -> Twilio:
    return Twilio(account_sid=account_sid, auth_token=auth_token, sender=sender, api_base=api_base)
