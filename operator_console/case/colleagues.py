"""Who on shift may take a case over, and how much each holds already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from alarms.workqueue.models import State, WorkItem
from central.accounts.capabilities import CASE_CLAIM, rights_of
from central.accounts.models import Shift, User


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who is on shift: ``held`` cases in work now, ``own`` the municipalities dealt first."""

    shift: Shift
    held: int

    @property
    def id(self) -> int:
        return self.shift.user_id

    @property
    def name(self) -> str:
        return self.shift.user.name

    @property
    def note(self) -> str:
        """Where she sits and how much she has: "Plats 2 · 3 ärenden"."""
        return f"{self.shift.seat} · {cases(self.held)}".lstrip(" ·")

    def may_take(self, item: WorkItem) -> bool:
        return rights_of(self.shift.user).can(CASE_CLAIM, item.municipality_id, item.function)

    def has_as_own(self, item: WorkItem) -> bool:
        return item.municipality_id in self.shift.municipalities


def colleagues(user: User) -> list[Colleague]:
    """Everybody else on shift, whoever has the fewest cases first."""
    shifts = list(Shift.objects.filter(ended_at=None).exclude(user=user).select_related("user"))
    holders = WorkItem.objects.filter(
        claimed_by_id__in=[one.user_id for one in shifts], state=State.HELD
    ).values_list("claimed_by_id", flat=True)
    held = Counter(holders)
    found = [Colleague(one, held[one.user_id]) for one in shifts]
    return sorted(found, key=lambda one: (one.held, one.name))


def cases(count: int) -> str:
    """ "1 ärende", "3 ärenden"."""
    return "1 ärende" if count == 1 else f"{count} ärenden"
