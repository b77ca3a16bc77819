"""A process that keeps time: one active, the others standing by, a heartbeat each second."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, connection
from prometheus_client import Counter, Histogram

from alarms.escalation.chores import Chore
from alarms.escalation.full import refuses_to_write
from alarms.escalation.lease import Lease
from alarms.escalation.models import Heartbeat
from central.clock import database_now

log = structlog.get_logger(__name__)
DONE = Counter("tc_chores_total", "Rader som klockan tagit hand om", ["chore"])
TOOK = Histogram("tc_chore_seconds", "Tid per syssla", ["chore"])
INSTANCE = f"{socket.gethostname()[:24]}:{os.getpid()}"


def beat(process: str, now: datetime) -> None:
    """Leave a sign of life."""
    Heartbeat.objects.update_or_create(process=process, defaults={"instance": INSTANCE, "at": now})


class Timekeeper:
    """Runs chores while it is the active one; ``stop()`` from a signal ends it between chores."""

    def __init__(self, process: str, lock: int, chores: Sequence[Chore], tick: float = 1.0) -> None:
        self.process, self._chores, self._tick = process, chores, tick
        self._lease = Lease(lock)
        self._stopping = threading.Event()
        # monotonic: a wall clock set back would rest every chore until then
        self._last: dict[str, float] = {}
        self._since = 0.0
        self._trouble = ""
        self.active = False

    def stop(self, *_: object) -> None:
        """Finish the chore at hand and end."""
        self._stopping.set()

    def run(self) -> None:
        """Until stopped."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        with self._lease:
            while not self._stopping.is_set():
                started = time.monotonic()
                self.turn()
                self._stopping.wait(max(0.05, self._tick - (time.monotonic() - started)))
        connection.close()

    def turn(self) -> None:
        """One round: prove the lease, beat, and do what is due."""
        active = self._lease.hold()
        if active != self.active:
            self.active, self._since = active, time.monotonic()
            log.info("timekeeper.active" if active else "timekeeper.standby", process=self.process)
        if not active:
            return
        try:
            now = database_now()
            beat(self.process, now)
        except (OperationalError, InterfaceError) as error:
            self._say(f"{type(error).__name__}{', the disk is full' if refuses_to_write(error) else ''}")
            connection.close()
            return
        self._say("")
        for chore in self._chores:
            if not self._is_due(chore, time.monotonic()):
                continue
            if self._stopping.is_set() or not self._lease.hold():
                return
            self._last[chore.name] = time.monotonic()
            self._do(chore, now)

    def _is_due(self, chore: Chore, now: float) -> bool:
        if now - self._since < chore.first_after.total_seconds():
            return False
        last = self._last.get(chore.name)
        return last is None or now - last >= chore.every.total_seconds()

    def _say(self, trouble: str) -> None:
        """One line when the database begins to refuse us, and one when it stops."""
        if trouble and not self._trouble:
            log.error("timekeeper.database_refuses", process=self.process, error=trouble)
        elif self._trouble and not trouble:
            log.info("timekeeper.database_back", process=self.process)
        self._trouble = trouble

    def _do(self, chore: Chore, now: datetime) -> None:
        try:
            with TOOK.labels(chore.name).time():
                DONE.labels(chore.name).inc(chore.work(now))
        except Exception as error:
            log.exception("timekeeper.chore_failed", chore=chore.name, error=type(error).__name__)
            connection.close()
