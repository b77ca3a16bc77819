"""Services that die are noticed, told of and started again on the same data."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from embedded.errors import EmbeddedError

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60.0
"""A service that has run this long is forgiven its earlier deaths."""
MANY_DEATHS = 4


class Service(Protocol):
    """What can be kept: `start` does nothing when it runs, and raises EmbeddedError."""

    @property
    def pid(self) -> int | None: ...
    def start(self) -> None: ...


class Keeper:
    """Keeps one service that has been started. `tend` is called a few times a second, always by one thread."""

    def __init__(self, name: str, service: Service, log: Path) -> None:
        self._name = name
        self._service = service
        self._log = log
        self._since = time.monotonic()
        self._again_at = 0.0
        self._deaths = 0

    def tend(self, say: Callable[[str], None]) -> None:
        """Start the service when it has died: at once the first time, after a growing pause when it repeats."""
        if self._service.pid is not None:
            return
        now = time.monotonic()
        if now < self._again_at:
            return
        self._deaths = 1 if now - self._since > STEADY_SECONDS else self._deaths + 1
        pause = 0.0 if self._deaths == 1 else min(FIRST_PAUSE * 2 ** (self._deaths - 2), LONGEST_PAUSE)
        self._again_at = now + pause
        if self._deaths == MANY_DEATHS:
            say(
                f"{self._name} har tagit slut {MANY_DEATHS} gånger på kort tid: stoppa, se efter orsaken i "
                f"{self._log} (ofta slut på minne eller disk) och starta igen."
            )
        try:
            self._service.start()
        except EmbeddedError as error:
            say(f"{self._name} tog slut och kunde inte startas: {error}")
        else:
            say(f"{self._name} tog slut och är startad igen på samma data.")
        self._since = time.monotonic()
        self._again_at = self._since + max(pause, FIRST_PAUSE)
