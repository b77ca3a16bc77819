"""The platform's time is the database's, carried between two looks by a clock that nobody sets.

Due times are compared with the database's clock. Were they written by this machine's, a claim on a machine five
minutes slow would count as five minutes silent at once, and an alarm on a fast one would be late five minutes late.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime, timedelta

import structlog
from django.db import connection
from django.utils import timezone
from prometheus_client import Gauge

from central.municipalities.context import in_public

log = structlog.get_logger(__name__)
LOOK_EVERY = 1.0
JITTER = timedelta(milliseconds=100)
"""Less than this is the network's, not the clock's: time then goes on undisturbed."""
TOLD_FROM = timedelta(seconds=2)
SKEW = Gauge("tc_clock_skew_seconds", "Maskinens klocka före databasens")


def database_now() -> datetime:
    """What the database's clock says. Raises what a database away raises."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


class DatabaseClock:
    """``now()`` never waits and never fails; ``look()`` asks the database."""

    def __init__(self) -> None:
        self._anchor: tuple[float, datetime] | None = None
        self.skew = timedelta()

    def now(self) -> datetime:
        """Aware UTC: the database's time as far as we know, this machine's until the first look."""
        if self._anchor is None:
            return datetime.now(UTC)
        seen, at = self._anchor
        return at + timedelta(seconds=time.monotonic() - seen)

    def look(self) -> None:
        """Compare. Raises what a database away raises."""
        begun = time.monotonic()
        at = database_now()
        ended = time.monotonic()
        at += timedelta(seconds=(ended - begun) / 2)
        if self._anchor is None or abs(at - self.now()) > JITTER:
            self._anchor = ended, at
        self._tell(datetime.now(UTC) - at)

    def _tell(self, skew: timedelta) -> None:
        SKEW.set(skew.total_seconds())
        if (abs(skew) > TOLD_FROM) != (abs(self.skew) > TOLD_FROM):
            log.warning("clock.skewed", seconds=round(skew.total_seconds(), 1))
        self.skew = skew


clock = DatabaseClock()
FOLLOWING = "TIME_IS_THE_DATABASES"
"""Set in the environment of a long-lived process whose children shall follow too."""


def follow() -> None:
    """For a long-lived process: Django's own ``timezone.now()`` is the database's time from here on."""
    if timezone.now != clock.now:
        timezone.now = clock.now
        threading.Thread(target=_keep_looking, name="clock", daemon=True).start()


def follow_if_asked() -> None:
    """Follow when the process that started us does."""
    if os.environ.get(FOLLOWING):
        follow()


def _keep_looking() -> None:
    while True:
        try:
            with in_public():
                clock.look()
        except Exception as error:  # a database that is away is said by others; time goes on
            log.debug("clock.no_answer", error=type(error).__name__)
        finally:
            connection.close()
        time.sleep(LOOK_EVERY)
