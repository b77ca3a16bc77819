"""The public pages as files: written at once after a change, and each minute so that the time they tell is fresh."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection

from central.events.queries import last_id
from central.municipalities import directory
from tenants.safepoints import reserve

log = structlog.get_logger(__name__)
REFRESHED = 60.0
MOST = 20  # pages a turn: the clock has other things to do


class ReservePages:
    """``work(now)`` writes what has changed and what is old; nothing when PUBLIC_PAGES_DIR is empty."""

    def __init__(self) -> None:
        self._seen = 0
        self._written: defaultdict[int, float] = defaultdict(lambda: float("-inf"))

    def work(self, now: datetime) -> int:
        """How many municipalities' pages were written."""
        if not settings.PUBLIC_PAGES_DIR:
            return 0
        folder = Path(settings.PUBLIC_PAGES_DIR)
        newest = last_id()  # asked first: what happens between the two questions is seen twice, not never
        changed, self._seen = self._changed(), newest
        for owner in changed:
            self._written.pop(owner, None)
        old = [
            one
            for one in directory.municipalities()
            if time.monotonic() - self._written[one.id] > REFRESHED and not one.is_centre
        ]
        old.sort(key=lambda one: (one.id not in changed, self._written[one.id]))
        for municipality in old[:MOST]:
            self._written[municipality.id] = time.monotonic()  # first: one that fails is not in the way
            reserve.write(folder, municipality, directory.hosts_of(municipality.id), now)
        return len(old[:MOST])

    def _changed(self) -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT municipality_id FROM public.events_eventrecord WHERE id > %s AND type = 'safepoint'",
                [self._seen],
            )
            return {row[0] for row in cursor.fetchall()}
