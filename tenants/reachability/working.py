"""The clock rings, a worker takes every municipality's tests on: no test of numbers holds up an alarm's clock."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog
from celery import current_app

from central.municipalities.context import in_municipality
from central.municipalities.directory import municipalities
from tenants.reachability import services

TASK = "reachability.advance"
log = structlog.get_logger(__name__)
_working = threading.Lock()


def ring(_now: datetime) -> int:
    """Ask a worker. For the clock; a ring that is lost comes again."""
    threading.Thread(target=_ring, name="reachability-ring", daemon=True).start()
    return 0


def advance(now: datetime) -> int:
    """Every municipality's, one after the other; 0 while another thread of this process does so."""
    if not _working.acquire(blocking=False):
        return 0
    try:
        done = 0
        for municipality in municipalities():
            with in_municipality(municipality):
                try:
                    done += services.advance(now)
                except Exception as failure:  # one municipality's fault stops nobody else's test
                    log.error(
                        "reachability.failed", municipality=municipality.id, error=type(failure).__name__
                    )
        return done
    finally:
        _working.release()


def _ring() -> None:
    try:
        current_app.send_task(TASK, retry=False, ignore_result=True)
    except Exception as away:  # the clock rings again
        log.warning("reachability.ring_failed", error=type(away).__name__)
