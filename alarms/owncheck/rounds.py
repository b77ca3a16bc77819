"""Knocking at every door again and again, in a thread beside the auditor's rounds: a door that hangs delays nothing."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, connection

from alarms.owncheck.doors import prepared
from alarms.owncheck.knocking import knock
from central.municipalities.context import in_public

log = structlog.get_logger(__name__)


@contextmanager
def knocking(clock: Callable[[], datetime], active: Callable[[], bool]) -> Iterator[None]:
    """While inside, and while ``active()`` says so: a standby leaves it to the other. 0 seconds between: never."""
    stop = threading.Event()
    if settings.OWN_CHECK_SECONDS:
        threading.Thread(target=_go_on, args=(clock, active, stop), name="owncheck", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _go_on(clock: Callable[[], datetime], active: Callable[[], bool], stop: threading.Event) -> None:
    """A round begins when OWN_CHECK_SECONDS have gone since the last began, however long that took; it never takes longer
    (``knocking.PATIENCE``). One loop for all of them: a name that is slow to be found delays no next round.
    """
    due = time.monotonic()
    with asyncio.Runner() as runner:
        while not stop.wait(max(0.0, due - time.monotonic())):
            due = time.monotonic() + 1.0
            try:
                if active():
                    due += settings.OWN_CHECK_SECONDS - 1.0
                    once(clock, runner.run)
            except Exception as error:  # the next round is tried all the same; the silence is told meanwhile
                log.exception("owncheck.round_failed", error=type(error).__name__)


def once(clock: Callable[[], datetime], run: Callable[[Coroutine[Any, Any, int]], int] = asyncio.run) -> int:
    """One round; how many doors answered."""
    try:
        with in_public():
            doors = prepared()
    except Exception as error:
        log.warning("owncheck.not_prepared", error=type(error).__name__)
        return 0
    finally:
        with suppress(Error):
            connection.close()
    return run(knock(doors, clock))
