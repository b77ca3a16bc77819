"""Tells the workers that something is due. Losing a ring costs at most the poll's two seconds.

Ringing never blocks and never fails: a thread of its own talks to the broker, and rings that come while it
does so are one ring.
"""

from __future__ import annotations

import os
import threading

import structlog

log = structlog.get_logger(__name__)


class Bell:
    """One ringing thread per process, started at the first ring (and anew after a fork)."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._pid = 0

    def ring(self) -> None:
        self._wanted.set()
        if self._pid != os.getpid():
            with self._starting:
                if self._pid != os.getpid():
                    self._pid = os.getpid()
                    threading.Thread(target=self._work, name="carriers-doorbell", daemon=True).start()

    def _work(self) -> None:
        from central.carriers.tasks import drain  # the gateway imports services, which rings us

        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                drain.apply_async(retry=False, ignore_result=True)
            except Exception as away:  # whatever the broker's trouble is, the poll does the work
                log.warning("carriers.doorbell_away", error=type(away).__name__)


_bell = Bell()


def ring() -> None:
    """Ask for a drain soon."""
    _bell.ring()
