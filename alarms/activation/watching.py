"""Which cases are looked up at all: remembered by the process, so that an alarm nobody has a rule for pays nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from alarms.workqueue.opening import NewCase
from central.agreements.queries import looked_up
from central.bulk import insert_rows

KEPT_SECONDS = 2.0
"""A rule or an agreement counts for cases that come at most so long after it was made."""
COLUMNS = {"id": "uuid", "priority": "smallint", "since": "timestamptz", "at": "timestamptz"}

_known: tuple[float, frozenset[tuple[int, str]]] | None = None
_lock = threading.Lock()


def forget() -> None:
    """Read the rules and agreements again at the next case."""
    global _known
    _known = None


def watched() -> frozenset[tuple[int, str]]:
    """Municipality and kind of the cases that are looked up, as they stood at most :data:`KEPT_SECONDS` ago."""
    global _known
    known = _known
    if known is not None and time.monotonic() - known[0] < KEPT_SECONDS:
        return known[1]
    with _lock:
        if _known is None or time.monotonic() - _known[0] >= KEPT_SECONDS:
            _known = (time.monotonic(), looked_up())
        return _known[1]


def note(new: Sequence[NewCase]) -> None:
    """Write down those of the cases just opened that are to be looked up; what was started from another case never is."""
    kinds = watched()
    rows = [
        (one.id, one.priority, one.received_at, one.received_at)
        for one in new
        if one.parent_id is None and (one.municipality_id, one.kind) in kinds
    ]
    insert_rows("activation_lookup", COLUMNS, rows)
