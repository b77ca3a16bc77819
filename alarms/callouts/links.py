"""The one-time page of somebody who is asked: its address holds a secret that nothing we keep tells.

The secret is derived from the call-out's id and the server's key. The row keeps its digest, the letter keeps stars, and
the secret is written into the SMS right before it is handed to the carrier.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from uuid import UUID

from django.conf import settings

from alarms.callouts.models import Callout
from central.municipalities.addresses import base_url
from central.municipalities.context import MunicipalityRef, current

PATH = "utlarmning"
STARS = "*" * 22
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


def secret_of(callout_id: UUID) -> str:
    """132 bits in 22 letters that stand in an address."""
    key = hashlib.sha256(f"alarms.callouts.links:{settings.SECRET_KEY}".encode()).digest()
    told = hmac.new(key, callout_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(told[:17])[:22].decode()


def digest(secret: str) -> bytes:
    """What the row keeps."""
    return hashlib.sha256(secret.encode()).digest()


def starred(municipality: MunicipalityRef) -> str:
    """The address as it stands in a letter."""
    return f"{base_url(municipality)}/{PATH}/{STARS}/"


def filled(body: str, callout_id: UUID) -> str:
    """The text with its address whole."""
    return body.replace(f"/{PATH}/{STARS}/", f"/{PATH}/{secret_of(callout_id)}/")


def found(secret: str) -> Callout | None:
    """The call-out of this municipality whose page it is; None when it is nobody's. Call in the municipality."""
    if not _SECRET.fullmatch(secret):
        return None
    rows = Callout.objects.select_related("work_item", "run").filter(municipality_id=current().id)
    return rows.filter(link_digest=digest(secret)).first()
