"""Whether one more connection is let in: so many together, and so many of one address. Refusals are told now and then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)
TOLD_SECONDS = 60.0
"""Between lines in the log about refused connections."""


class Admission:
    """``who``: the receiver's name in the log. ``clock``: the loop's time in seconds. Belongs to one event loop."""

    def __init__(
        self, who: str, *, connections: int, per_address: int, counts: Counter[str], clock: Callable[[], float]
    ) -> None:  # fmt: skip
        self._who, self._connections, self._per_address = who, connections, per_address
        self._counts, self._clock = counts, clock
        self._here: Counter[str] = Counter()
        self._open = self._untold = 0
        self._told_at: float | None = None

    def admits(self, address: str) -> bool:
        """Counted as here until it has ``left``; a refusal is counted, and logged without the address."""
        if self._open < self._connections and self._here.get(address, 0) < self._per_address:
            self._here[address] += 1
            self._open += 1
            return True
        self._refused()
        return False

    def left(self, address: str) -> None:
        """One that was let in is gone."""
        self._here[address] -= 1
        self._open -= 1
        if self._here[address] <= 0:
            del self._here[address]

    def _refused(self) -> None:
        self._counts["connections_refused"] += 1
        self._untold += 1
        now = self._clock()
        if self._told_at is None or now - self._told_at >= TOLD_SECONDS:
            log.warning(f"{self._who}.connections_refused", refused=self._untold, open=self._open)
            self._untold, self._told_at = 0, now
