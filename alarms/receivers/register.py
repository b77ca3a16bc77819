"""Who may call our receivers: sources and transmitters in memory, a few seconds old at most.

A panel that is polled for every 85 s must not cost a look-up each time: what was changed is read every other second, and
everything once a minute.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from django.db import connection

from alarms.intake.models import Protocol, Source, Transmitter
from alarms.intake.registering import account_hash, transmitter_key
from central.municipalities.context import run_public
from central.sealing import Unreadable

log = structlog.get_logger(__name__)
LOOK_EVERY = 2.0
ALL_EVERY = 60.0
OVERLAP = timedelta(seconds=30)  # a long transaction shows its changes later than their time


@dataclass(frozen=True, slots=True)
class Line:
    """One of our receivers as those who call it know it."""

    id: int
    name: str
    exercise: bool
    rate_per_minute: int
    conventions: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Peer:
    """A registered transmitter. ``key`` is its AES key, None where it has none; ``supervised``: it shall be heard."""

    id: int
    key: bytes | None
    supervised: bool


class Register:
    """The process's memory. ``read`` blocks; everything else answers at once."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._peers: dict[tuple[int, str], Peer] = {}
        self._read_to: datetime | None = None
        self._all_at = 0.0

    def line(self, protocol: str) -> Line | None:
        """The active source of a protocol, None when the centre has none."""
        return self._lines.get(protocol)

    def peer(self, line: Line, account: str) -> Peer | None:
        """The transmitter with that account, None when nobody has registered it."""
        return self._peers.get((line.id, account_hash(line.id, account)))

    @property
    def is_read(self) -> bool:
        """Whether anything is known yet; before that nobody can be told that an account is unknown."""
        return self._read_to is not None

    def read(self) -> None:
        """Read what has changed, all of it now and then. Raises what a database away raises."""
        begun = time.monotonic()
        now = (
            _database_time()
        )  # not the newest row's: whoever registers thousands at once would have them read for ever
        whole = self._read_to is None or begun - self._all_at > ALL_EVERY
        self._lines = {
            source.protocol: Line(
                source.pk, source.name, source.exercise, source.rate_per_minute, source.conventions
            )
            for source in Source.objects.filter(active=True, protocol__in=Protocol.called())
        }
        rows = Transmitter.objects.filter(source__protocol__in=Protocol.called())
        if not whole and self._read_to is not None:
            rows = rows.filter(changed_at__gt=self._read_to - OVERLAP)
        peers = {} if whole else dict(self._peers)
        for row in rows:
            where = row.source_id, row.account_hash
            if row.active:
                peers[where] = Peer(row.pk, _key(row), row.interval_seconds is not None)
            else:
                peers.pop(where, None)
        self._peers, self._read_to = peers, now
        if whole:
            self._all_at = begun

    async def keep(self) -> None:
        """Read again and again, for as long as the process lives."""
        while True:
            try:
                await run_public(self.read)
            except Exception as error:
                log.warning("receivers.register_unread", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    return cast(datetime, now)


def _key(row: Transmitter) -> bytes | None:
    try:
        return transmitter_key(row)
    except Unreadable:
        log.error("receivers.key_unreadable", transmitter=row.pk)
        return None
