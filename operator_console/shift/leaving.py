"""Leaving with cases: each has a named successor, whom one press offers it to; it is mine until she accepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alarms.workqueue import services
from alarms.workqueue.errors import Refused
from alarms.workqueue.models import State, WorkItem
from central.accounts.models import User
from operator_console.case.colleagues import Colleague, colleagues

REASON = "shift_end"


@dataclass(frozen=True, slots=True)
class Line:
    """One of my cases: who may take it, and the one that is proposed or was chosen. ``field`` names its choice."""

    item: WorkItem
    able: list[Colleague]
    chosen: int | None

    @property
    def field(self) -> str:
        return f"to-{self.item.pk}"


def lines(user: User, chosen: Mapping[str, str] | None = None) -> list[Line]:
    """My open cases, the most urgent first. The proposed has the municipality as her own, else the least to do."""
    mine = WorkItem.objects.filter(claimed_by=user).exclude(state=State.CLOSED).select_related("offered_to")
    everybody, given, found = colleagues(user), Counter[int](), []
    for item in mine.order_by("priority", "received_at"):
        able = [one for one in everybody if one.may_take(item)]
        proposed = min(
            able, key=lambda one: (not one.has_as_own(item), one.held + given[one.id], one.name), default=None
        )
        line = Line(item, able, proposed.id if proposed else None)
        picked = (chosen or {}).get(line.field, "")
        if picked in {str(one.id) for one in able}:
            line = Line(item, able, int(picked))
        if line.chosen is not None and item.offered_to_id is None:
            given[line.chosen] += 1
        found.append(line)
    return found


def hand_all(user: User, chosen: Mapping[str, str], now: datetime) -> list[str]:
    """Offer every case that is offered to nobody yet to its successor. What was refused, in words with its reference."""
    refused = []
    for line in lines(user, chosen):
        if line.item.offered_to_id is not None:
            continue
        if line.chosen is None:
            refused.append(
                f"{line.item.reference}: ingen i tjänst kan ta det. Släpp det till kön eller avsluta det."
            )
            continue
        try:
            services.hand_over(item_id=line.item.pk, operator=user, to_id=line.chosen, reason=REASON, now=now)
        except Refused as error:
            refused.append(f"{line.item.reference}: {error.message}")
    return refused
