"""Where nobody will be on duty in the coming hours, for the pane that stands when no case is open."""

from __future__ import annotations

import threading
import time
from datetime import datetime

from alarms.handover import standing

SHOWN = 6
KEPT_SECONDS = 30.0
"""Every console asks at every event; schedules change a few times a day."""

_lock = threading.Lock()
_kept: tuple[float, list[str]] | None = None


def coming_gaps(now: datetime) -> list[str]:
    """``Osby: ingen i VA-jour 22:00–06:00``, twelve hours ahead, in all municipalities; read at most twice a minute."""
    global _kept
    with _lock:
        if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
            _kept = time.monotonic(), [one.text for one in standing.staff(now)]
        return _kept[1]


def forget() -> None:
    """What was read is read again at the next question."""
    global _kept
    with _lock:
        _kept = None
