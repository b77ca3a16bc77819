"""Telling the shift leader that something is wrong for as long as it is, and that a process has stopped."""

from __future__ import annotations

from datetime import datetime, timedelta

from alarms.escalation.models import Heartbeat
from alarms.escalation.rules import SILENT_AFTER
from alarms.workqueue import notices


def tell(kind: str, wrong: bool, now: datetime, again_after: timedelta = notices.AGAIN_AFTER) -> int:
    """Open the notice while it is wrong, and end it when it is right again; how many were opened."""
    if wrong:
        if notices.seen_lately(kind, now, again_after):
            return 0
        return int(notices.notify(kind, now=now) is not None)
    notices.resolve(kind, now=now)
    return 0


def is_silent(process: str, now: datetime, *, never_is: bool) -> bool:
    """No sign of life from the process for 10 s; ``never_is``: what one that has never beaten counts as."""
    row = Heartbeat.objects.filter(process=process).first()
    return never_is if row is None else now - row.at > SILENT_AFTER
