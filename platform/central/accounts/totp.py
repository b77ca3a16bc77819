"""The second factor: RFC 6238 codes of six digits, 30 s steps, each used once."""

from __future__ import annotations

import hmac
import io
from datetime import datetime

import pyotp
import segno
from django.db.models import Q

from central.accounts.models import User
from central.sealing import Unreadable, seal, unseal

STEP_SECONDS = 30
DRIFT_STEPS = 1  # RFC 6238 section 5.2: at most one step of transmission delay
PURPOSE = "central.accounts.totp"
ISSUER = "Trygghetscentralen"


class WrongCode(Exception):
    """The code isn't right now, or has been used."""

    message = "Koden stämmer inte eller är redan använd. Vänta på nästa kod och skriv alla sex siffrorna."


class UnreadableSecret(Exception):
    """The stored secret can't be decrypted: SECRET_KEY was changed without SECRET_KEY_FALLBACKS."""


def new_secret() -> str:
    """A fresh base32 secret."""
    return pyotp.random_base32()


def encrypt(secret: str) -> str:
    """The secret as it is stored."""
    return seal(PURPOSE, secret)


def decrypt(stored: str) -> str:
    """The secret from its stored form. Raises UnreadableSecret."""
    try:
        return unseal(PURPOSE, stored)
    except Unreadable as exc:
        raise UnreadableSecret from exc


def current_code(user: User, now: datetime) -> str:
    """The code the person's app shows now; for the demo and the tests."""
    return pyotp.TOTP(decrypt(user.totp_secret)).at(now)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, None if it is none of those near `now`."""
    digits = "".join(code.split())
    here = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    found = None
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), digits.encode()):
            found = step
    return found


def use_code(user: User, code: str, now: datetime) -> None:
    """Accept a code once; raise WrongCode. A conditional UPDATE decides between two simultaneous uses."""
    step = matching_step(decrypt(user.totp_secret), code, now)
    if step is None:
        raise WrongCode
    fresh = Q(totp_last_step__isnull=True) | Q(totp_last_step__lt=step)
    if not User.objects.filter(fresh, pk=user.pk).update(totp_last_step=step):
        raise WrongCode


def qr_svg(user: User, secret: str) -> str:
    """An inline SVG of the enrolment address, dark on white in both themes."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", border=4, light="#ffffff", dark="#14191f", xmldecl=False, omitsize=True
    )
    return out.getvalue().decode()
