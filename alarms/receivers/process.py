"""The receivers' process: every protocol with a port, on one event loop, beside a storing process of its own."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import structlog

from alarms.escalation import supervision
from alarms.receivers.desk import Desk
from alarms.receivers.storing import Storing
from central.municipalities.context import run_public

log = structlog.get_logger(__name__)
BEAT_SECONDS = 1.0
INSTANCE = f"{socket.gethostname()[:24]}:{os.getpid()}"


class Receiver(Protocol):
    """One way in."""

    name: str

    async def open(self, desk: Desk) -> None:
        """Listen. Raises OSError when the port can't be had."""
        ...

    async def close(self) -> None:
        """Listen no more, and finish what is under way."""
        ...


async def serve(
    receivers: Sequence[Receiver],
    storing: Storing,
    clock: Callable[[], datetime],
    opened: Callable[[], None] = lambda: None,
) -> None:
    """Until SIGTERM or SIGINT. ``opened`` is called when every port is open and the register read."""
    _many_connections()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    desk = Desk(storing, clock)
    keeping = [loop.create_task(desk.register.keep()), loop.create_task(_beat(desk))]
    try:
        while not desk.register.is_read and not stop.is_set():
            await asyncio.sleep(0.05)  # until then every account would be unknown
        for receiver in receivers:
            await receiver.open(desk)
            log.info("receivers.open", receiver=receiver.name)
        opened()
        await stop.wait()
    finally:
        for receiver in receivers:
            await receiver.close()
        for task in keeping:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*keeping, return_exceptions=True)
        await desk.close()


async def _beat(desk: Desk) -> None:
    """Say that we listen; who is silent is judged only while somebody does."""
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            await run_public(supervision.beat, desk.clock(), INSTANCE)
        except Exception as error:
            log.warning("receivers.beat_unwritten", error=type(error).__name__)


def _many_connections() -> None:
    """As many open files as we may have: each panel holds one connection."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
