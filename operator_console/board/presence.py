"""Who sits at a console now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from alarms.workqueue.models import Presence

FRESH = timedelta(seconds=15)
"""A console refreshes its row each few seconds; an older one has lost contact."""


def present(now: datetime) -> list[dict[str, Any]]:
    """``[{"user": {id, initials, name}, "sound", "open"}]``, one per person, sound if any of their windows has it."""
    people: dict[int, dict[str, Any]] = {}
    for row in Presence.objects.filter(seen_at__gt=now - FRESH).select_related("user").order_by("seen_at"):
        one = people.setdefault(
            row.user_id,
            {
                "user": {"id": row.user_id, "initials": row.user.initials, "name": row.user.name},
                "sound": False,
                "open": None,
            },
        )
        one["sound"] = one["sound"] or row.sound
        one["open"] = str(row.open_item_id) if row.open_item_id else one["open"]
    return list(people.values())
