"""Whose key is it: the sources in memory (5 s old at most), their rates, and a count of what was refused."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client import Counter as Metric

from alarms.intake.models import Protocol, Source
from central.municipalities.context import run_public

log = structlog.get_logger(__name__)
KEPT_SECONDS = 5.0
WAIT_SECONDS = 2.0
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
        self._by_digest: dict[bytes, KnownSource] | None = None
        self._read_at = 0.0
        self._reading: asyncio.Task[None] | None = None

    async def find(self, digest: bytes) -> KnownSource | None:
        """The active source with that key; a revoked key stops within 5 s, a bad one costs no query.

        Everybody waits for the one reading that is under way, so nobody is refused by an empty memory. When the
        database is slow or away the keys we know still hold (storing will say 503); raises DatabaseError when there
        are none.
        """
        if time.monotonic() - self._read_at > KEPT_SECONDS:
            if self._reading is None:
                self._reading = asyncio.get_running_loop().create_task(self._read())
            await asyncio.wait({self._reading}, timeout=WAIT_SECONDS)
        if self._by_digest is None:
            raise DatabaseError("the sources have not been read yet")
        return self._by_digest.get(digest)

    async def _read(self) -> None:
        try:
            self._by_digest = await run_public(self._sources)
            self._read_at = time.monotonic()
        except Exception as error:
            log.warning("intake.keys_unread", error=type(error).__name__)
        finally:
            self._reading = None

    @staticmethod
    def _sources() -> dict[bytes, KnownSource]:
        return {
            bytes(source.key_digest): KnownSource(
                source.pk, source.name, source.exercise, source.rate_per_minute
            )
            for source in Source.objects.filter(active=True, protocol=Protocol.HTTP)
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
