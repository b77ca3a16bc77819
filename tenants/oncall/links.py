"""A person's own page, found by a secret in its address: no login, and nothing but their own shifts there.

The database finds it by its digest; sealed beside it, so that it can be sent again. Revoked, the address is nobody's.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from django.db import transaction

from central.accounts.models import User
from central.municipalities.addresses import base_url
from central.municipalities.context import current
from central.sealing import Unreadable, seal, unseal
from tenants.oncall.models import Contact
from tenants.oncall.services import audit

PURPOSE = "tenants.oncall.link"
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


def address(contact: Contact) -> str:
    """The page of this person; made when there is none yet, and the same until it is revoked. In a transaction."""
    locked = Contact.objects.select_for_update().get(pk=contact.pk)
    secret = _unsealed(locked)
    if secret is None:
        secret = secrets.token_urlsafe(16)
        locked.link_digest, locked.link_sealed = _digest(secret), seal(PURPOSE, secret)
        locked.save(update_fields=["link_digest", "link_sealed"])
    return f"{base_url(current())}/jour/{secret}/"


def found(secret: str) -> Contact | None:
    """Whose page it is; None when it is nobody's."""
    if not _SECRET.fullmatch(secret):
        return None
    return Contact.objects.filter(link_digest=_digest(secret), removed_at=None).first()


def revoke(*, contact_id: int, actor: User, now: datetime) -> None:
    """The address stops working at once; the next one sent is another. Twice is once."""
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=contact_id)
        if contact.link_digest is None:
            return
        contact.link_digest, contact.link_sealed, contact.link_sent_at = None, "", None
        contact.save(update_fields=["link_digest", "link_sealed", "link_sent_at"])
        audit("link_revoked", contact.pk, actor, now, name=contact.name)


def _unsealed(contact: Contact) -> str | None:
    if contact.link_digest is None:
        return None
    try:
        return unseal(PURPOSE, contact.link_sealed)
    except Unreadable:
        return None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
