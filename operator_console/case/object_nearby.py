"""Open cases near a case: of the same area, or within a kilometre where positions are known. Envelopes only.

A home has no position here and its row no name: what is told is what stands on this person's board already.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from alarms.workqueue.models import State, WorkItem
from central.accounts.models import User
from operator_console.case.pane import holding
from operator_console.times import clock

MOST = 6
OPEN = Q(state=State.UNANSWERED) | Q(state__in=[State.HELD, State.PARKED])  # as the partial indexes say it
WORDS = {
    "unanswered": "OBESVARAT",
    "offered": "TILL DIG",
    "mine": "MITT",
    "parked": "Vilar",
    "parked-mine": "Vilar",
}


@dataclass(frozen=True, slots=True)
class Near:
    """One open case. ``how`` near: "samma objekt", "350 m" or "samma område"; ``hold`` as the board's rows."""

    id: UUID
    reference: str
    priority: int
    headline: str
    site: str
    came: str
    hold: str
    state: str
    how: str
    exercise: bool


@dataclass(frozen=True, slots=True)
class Nearby:
    """The most urgent first; ``more`` stand open besides those shown."""

    shown: list[Near]
    more: int

    @property
    def count(self) -> int:
        return len(self.shown) + self.more


def nearby(
    *,
    item: WorkItem,
    own: Collection[int],
    metres: Mapping[int, float],
    functions: frozenset[str],
    user: User,
) -> Nearby:
    """``own``: the object's transmitters; ``metres``: how far off those are that stand near; ``functions``: whose rows
    this person sees. One question.
    """
    same = Q(transmitter_id__in={*own, *metres})
    if item.area:
        same |= Q(area=item.area)
    found = list(
        WorkItem.objects.filter(OPEN, same, municipality_id=item.municipality_id, function__in=functions)
        .exclude(pk=item.pk)
        .select_related("claimed_by")
        .order_by("exercise", "priority", "received_at")[:200]
    )
    found.sort(key=lambda one: (one.exercise != item.exercise, one.priority, one.transmitter_id not in own))
    return Nearby([_near(one, own, metres, user) for one in found[:MOST]], max(0, len(found) - MOST))


def _near(one: WorkItem, own: Collection[int], metres: Mapping[int, float], user: User) -> Near:
    hold = holding(one, user)
    who = f"◐ {one.claimed_by.initials}" if one.claimed_by else ""
    if one.transmitter_id in own:
        how = "samma objekt"
    elif one.transmitter_id is not None and one.transmitter_id in metres:
        how = distance(metres[one.transmitter_id])
    else:
        how = "samma område"
    return Near(
        id=one.pk,
        reference=one.reference,
        priority=one.priority,
        headline=one.headline,
        site=one.site if one.site and one.site not in one.headline else "",
        came=clock(one.received_at),
        hold="parked" if hold == "parked-mine" else hold,
        state=WORDS.get(hold, who),
        how=how,
        exercise=one.exercise,
    )


def distance(metres: float) -> str:
    """To fifty metres, because positions are no better: "under 50 m", "350 m"."""
    rounded = round(metres / 50) * 50
    return "under 50 m" if rounded == 0 else f"{rounded} m"
