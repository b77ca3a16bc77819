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


@contextmanager
def held() -> Iterator[None]:
    """Ring once when the block ends, if anything inside rang: who waits for the commit need not wait for Valkey."""
    channels: set[str] = set()
    _state.held = channels
    try:
        yield
    finally:
        _state.held = None
        for channel in channels:
            ring(channel)


def ring(channel: str = CHANNEL) -> None:
    """Publish; when Valkey is away say so once and stay quiet for 2 s (readers poll meanwhile)."""
    global _quiet_until
    if getattr(_state, "held", None) is not None:
        _state.held.add(channel)
        return
    if time.monotonic() < _quiet_until:
        return
    try:
        client().publish(channel, b"1")
    except (redis.RedisError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("doorbell.away", error=type(error).__name__)
