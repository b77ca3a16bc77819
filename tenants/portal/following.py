"""Whether anything has happened, answered from memory: this process follows the event log for all its open pages.

At most twice a second the log's new rows are counted in one small read of the public schema, however many pages ask.
A page holds an encrypted position in the log. It is given out by whichever process, understood by all of them, and
says nothing to its holder: plain numbers would tell how much happens in other municipalities.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from django.db.models import Max

from central.events.models import EventRecord
from central.sealing import Unreadable, seal, unseal

LOOK_EVERY = 0.4
"""Seconds between two reads of the log; with a page that asks each second, a change is seen within 1.5 s."""
PURPOSE = "tenants.portal.following"
TYPES = ("item", "case", "safepoint")
"""Events that change what a portal page shows."""


class Follower:
    """The newest event of each municipality and function since this process began to look.

    ``look`` raises DatabaseError while the log is away; what was known before stays known.
    """

    def __init__(self) -> None:
        self._newest: dict[tuple[int, str], int] = {}
        self._began = self._position = -1
        self._looked = 0.0
        self._lock = threading.Lock()

    @property
    def position(self) -> int:
        """Everything up to this number has been seen; 0 before the first look."""
        return max(self._position, 0)

    def look(self) -> None:
        """Read on in the log, unless that was just done. One thread reads, the others use what is known."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        if not self._lock.acquire(blocking=self._position < 0):
            return
        try:
            if self._position < 0:
                self._began = self._position = EventRecord.objects.aggregate(last=Max("id"))["last"] or 0
            else:
                self._read_on()
            self._looked = time.monotonic()
        finally:
            self._lock.release()

    def _read_on(self) -> None:
        news = (
            EventRecord.objects.filter(id__gt=self._position)
            .order_by()
            .values_list("municipality_id", "function", "type")
            .annotate(last=Max("id"))
        )
        position = self._position
        for municipality_id, function, type_, last in news:
            if municipality_id is not None and type_ in TYPES:
                key = (municipality_id, function)
                self._newest[key] = max(last, self._newest.get(key, 0))
            position = max(position, last)
        self._position = position

    def changed(self, after: int, municipality_id: int, functions: Iterable[str]) -> bool:
        """Whether these functions of this municipality have news since ``after``, or may have: it is before our time."""
        if after < self._began:
            return True
        return any(self._newest.get((municipality_id, one), 0) > after for one in functions)


follower = Follower()


def mark(position: int) -> str:
    """A position as a page holds it."""
    return seal(PURPOSE, str(position))


def position(mark: str) -> int:
    """The position behind a mark; -1, from which everything is new, when it can't be read."""
    try:
        return int(unseal(PURPOSE, mark))
    except (Unreadable, ValueError):
        return -1
