"""What a password must be, in words a person can act on."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from central.accounts.models import User

SHORTEST = 12
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else


def weakness(password: str, user: User) -> str:
    """What is wrong with a new password, empty when nothing is."""
    if len(password) < SHORTEST:
        return f"Lösenordet är för kort. Välj minst {SHORTEST} tecken, gärna flera ord."
    if user.username in password.lower():
        return "Lösenordet innehåller ditt användarnamn. Välj något annat."
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return "Lösenordet är för vanligt. Välj något som ingen annan skulle välja."
    return ""


def one_time() -> str:
    """A password to be shown once and changed at the first sign-in, e.g. `k3wz-9tbn-xq7m-hd4a` (79 bits)."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
