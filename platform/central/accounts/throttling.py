"""Slow guessing down, per account, with a delay that grows. No address is ever locked out.

A browser that has signed in to the account before has a counter of its own (`device`), so that a stranger who
keeps failing on somebody's name doesn't keep that person out at her own seat.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from central.accounts.models import Throttle

FREE_ATTEMPTS = 3
LONGEST = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(hours=12)


class TooSoon(Exception):
    """The account must wait. `seconds` is rounded up."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.message = f"För många försök på kort tid. Vänta {seconds} sekunder och försök igen."


def delay(failures: int) -> timedelta:
    """The wait after so many failures in a row: none for the first three, then 1, 2, 4 … 300 s."""
    if failures <= FREE_ATTEMPTS:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE_ATTEMPTS - 1, 16)), LONGEST)


def key_of(kind: str, account: str, device: str = "") -> str:
    """The keyed hash under which attempts are counted; the name itself is not stored."""
    text = f"central.accounts.throttle:{kind}:{account.strip().lower()}:{device}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), "sha256").hexdigest()


def attempt(key: str, now: datetime) -> None:
    """Count one attempt as failed beforehand, or raise TooSoon.

    The row is locked and committed before the slow password check begins, so a thousand guesses at once
    count as a thousand, one after the other.
    """
    with transaction.atomic():
        Throttle.objects.bulk_create(
            [Throttle(key=key, failures=0, last_attempt_at=now, not_before=now)], ignore_conflicts=True
        )
        row = Throttle.objects.select_for_update().get(key=key)
        if row.last_attempt_at < now - FORGOTTEN_AFTER:
            row.failures = 0
        elif row.not_before > now:
            raise TooSoon(max(1, -int((now - row.not_before).total_seconds() // 1)))
        row.failures += 1
        row.last_attempt_at = now
        row.not_before = now + delay(row.failures)
        row.save(update_fields=["failures", "last_attempt_at", "not_before"])


def succeeded(key: str) -> None:
    """Forget the failures: the right password was given."""
    Throttle.objects.filter(key=key).delete()


def forget_old(now: datetime) -> int:
    """Remove counters nobody has touched for half a day; the clock calls it. Returns how many."""
    return Throttle.objects.filter(last_attempt_at__lt=now - FORGOTTEN_AFTER).delete()[0]
