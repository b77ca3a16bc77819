"""Whose key is it: the sources in memory (5 s old at most), their rates, and a count of what was refused."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from prometheus_client import Counter as Metric

from alarms.intake.models import Source
from central.municipalities.context import run_public

KEPT_SECONDS = 5.0
BAD_KEYS_PER_MINUTE = 30

RECEIVED = Metric("tc_signals_total", "Signaler efter utfall", ["outcome"])


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source as the intake remembers it."""

    id: int
    name: str
    exercise: bool
    rate_per_minute: int


class Keys:
    """The process's memory of the source table."""

    def __init__(self) -> None:
        self._by_digest: dict[bytes, KnownSource] = {}
        self._read_at = 0.0

    async def find(self, digest: bytes) -> KnownSource | None:
        """The active source with that key; a revoked key stops within 5 s, a bad one costs no query."""
        if time.monotonic() - self._read_at > KEPT_SECONDS:
            self._read_at = time.monotonic()
            try:
                self._by_digest = await run_public(self._read)
            except BaseException:
                if not self._by_digest:
                    self._read_at = 0.0
                    raise
                # The database is away: the keys we know still hold; storing will say 503.
        return self._by_digest.get(digest)

    @staticmethod
    def _read() -> dict[bytes, KnownSource]:
        return {
            bytes(source.key_digest): KnownSource(
                source.pk, source.name, source.exercise, source.rate_per_minute
            )
            for source in Source.objects.filter(active=True)
        }


class Rates:
    """How many in this minute: per source, and bad keys per sender's address."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: dict[int | str, int] = defaultdict(int)

    def exceeded(self, who: int | str, limit: int) -> bool:
        """Count one more; True when that is over the limit (0 = none)."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        self._counts[who] += 1
        return 0 < limit < self._counts[who]

    def limit_of(self, source: KnownSource) -> int:
        """The source's own limit, else the installation's."""
        return source.rate_per_minute or int(settings.INTAKE_RATE_PER_SOURCE)


class Refusals:
    """Counts what was refused; written to the database now and then, as numbers without content."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int | None, str]] = Counter()
        self._written_at = time.monotonic()

    def add(self, source_id: int | None, reason: str) -> None:
        """One more refused."""
        RECEIVED.labels(reason).inc()
        self._counts[source_id, reason] += 1

    @property
    def due(self) -> bool:
        """Whether there is something to write, and it is time."""
        return bool(self._counts) and time.monotonic() - self._written_at > 2

    def write(self, now: datetime) -> None:
        """Add the counts to this minute's rows."""
        counts, self._counts = self._counts, Counter()
        self._written_at = time.monotonic()
        minute = now.replace(second=0, microsecond=0)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO public.intake_rejection (minute, source_id, reason, count) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT (minute, source_id, reason) DO UPDATE SET count = intake_rejection.count + excluded.count",
                [(minute, source_id, reason, count) for (source_id, reason), count in counts.items()],
            )
