"""Who follows the steps of a case in time. The app above registers itself; nobody is imported upward."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alarms.workqueue.models import WorkItem


class Watch(Protocol):
    """The steps of this case have changed: taken, done, passed over, taken back. Inside the item's lock."""

    def __call__(self, item: WorkItem, now: datetime) -> None: ...


_watches: list[Watch] = []


def register(watch: Watch) -> None:
    """Add one, once; called by ``config`` when Django starts."""
    if watch not in _watches:
        _watches.append(watch)


def steps_changed(item: WorkItem, now: datetime) -> None:
    """Tell whoever watches, in the transaction of the change."""
    for watch in _watches:
        watch(item, now)
