"""Short texts that only this installation can read: encrypted where they are stored, or where a browser holds them.

Encrypted with a key per purpose, derived from SECRET_KEY; what was sealed under one of SECRET_KEY_FALLBACKS is read
still. What is sealed for one purpose can't be read as another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """Not sealed here, not for this purpose, or SECRET_KEY was changed without SECRET_KEY_FALLBACKS."""


def seal(purpose: str, text: str) -> str:
    """The text as it may be stored or given away: ASCII, some 100 characters longer."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """The text again. Raises Unreadable."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _box(purpose: str) -> MultiFernet:
    return MultiFernet([_key(one, purpose) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@cache
def _key(secret: str, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)))
