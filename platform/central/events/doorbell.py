"""The doorbell: a Valkey publish that tells readers to look at the log now. Losing it costs latency, never data."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis
import structlog
from django.conf import settings

CHANNEL = "events"
QUIET_SECONDS = 2.0
PACE_SECONDS = 0.010  # a reader that has just looked waits longer than this before it looks again
log = structlog.get_logger(__name__)
_state = threading.local()
_quiet_until = 0.0


def client() -> redis.Redis:
    """This thread's connection; short time-outs, since a committed request waits for nobody."""
    if getattr(_state, "client", None) is None:
        _state.client = redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=0.1, socket_timeout=0.25, retry=None, max_connections=2
        )
    found: redis.Redis = _state.client
    return found


class Ringer:
    """Rings in a thread of its own, at once and then at a reader's pace; what rings meanwhile is one ring."""

    def __init__(self) -> None:
        self._channels: set[str] = set()
        self._some = threading.Event()
        threading.Thread(target=self._run, name="doorbell", daemon=True).start()

    def ring(self, channel: str) -> None:
        self._channels.add(channel)
        self._some.set()

    def _run(self) -> None:
        while self._some.wait():
            self._some.clear()
            while self._channels:
                ring(self._channels.pop())
            time.sleep(PACE_SECONDS)


@contextmanager
def beside() -> Iterator[None]:
    """Inside, this thread's rings are left to another: who has committed goes on without waiting for Valkey."""
    _state.ringer = Ringer()
    try:
        yield
    finally:
        _state.ringer = None


def ring(channel: str = CHANNEL) -> None:
    """Publish; when Valkey is away say so once and stay quiet for 2 s (readers poll meanwhile)."""
    global _quiet_until
    if (ringer := getattr(_state, "ringer", None)) is not None:
        ringer.ring(channel)
        return
    if time.monotonic() < _quiet_until:
        return
    try:
        client().publish(channel, b"1")
    except (redis.RedisError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("doorbell.away", error=type(error).__name__)
