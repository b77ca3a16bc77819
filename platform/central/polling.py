"""A thread of a Celery worker that looks for due rows by itself: what is due is done even when the broker is gone."""

from __future__ import annotations

import threading
from typing import Any

import structlog
from celery import bootsteps

log = structlog.get_logger(__name__)


class Poll(bootsteps.StartStopStep):
    """Give ``seconds``, ``thread`` and ``work(now)``; register: ``app.steps["worker"].add(YourPoll)``.

    Not the worker's own timer: that one stands still while the consumer waits for a lost broker.
    Made for ``--pool threads``: sending is waiting, and a fork would inherit this thread's connections.
    """

    requires = ("celery.worker.components:Pool",)
    seconds = 2.0
    thread = "poll"

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def work(self, now: Any) -> object:
        """Do what is due. Django is loaded by now."""
        raise NotImplementedError

    def start(self, parent: Any) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._poll, name=self.thread, daemon=True)
        self._thread.start()

    def stop(self, parent: Any) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=15)

    def terminate(self, parent: Any) -> None:
        self.stop(parent)

    def _poll(self) -> None:
        from django.db import connection  # the worker loads Django after it loads its steps
        from django.utils import timezone

        from central.clock import follow

        follow()
        while not self._stopping.wait(self.seconds):
            try:
                self.work(timezone.now())
            except Exception as failure:  # the next poll tries again, also after the database was away
                log.warning("worker.poll_failed", poll=self.thread, error=type(failure).__name__)
            finally:
                connection.close()
