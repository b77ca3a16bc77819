"""The objects of a case that gathers many, as the console and the portal list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F

from tenants.casefiles.models import GatheredObject

PAGE = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of them, what is still wrong first; ``ended`` of ``total`` are over."""

    rows: list[GatheredObject]
    start: int
    total: int
    ended: int
    latest_at: datetime | None

    @property
    def first(self) -> int:
        return self.start + 1

    @property
    def last(self) -> int:
        return self.start + len(self.rows)

    @property
    def earlier(self) -> int | None:
        return max(0, self.start - PAGE) if self.start else None

    @property
    def later(self) -> int | None:
        return self.last if self.last < self.total else None

    @property
    def left(self) -> int:
        return self.total - self.ended


def listed(case_id: UUID, *, start: int = 0) -> Listed:
    """At most :data:`PAGE` from ``start``; in the case's municipality."""
    of = GatheredObject.objects.filter(case_id=case_id)
    count = of.aggregate(total=Count("pk"), ended=Count("ended_at"))
    start = min(max(0, start), max(0, (count["total"] - 1) // PAGE * PAGE))
    rows = list(of.order_by(F("ended_at").desc(nulls_first=True), "began_at", "pk")[start : start + PAGE])
    latest = of.order_by("-began_at").values_list("began_at", flat=True).first()
    return Listed(rows, start, count["total"], count["ended"], latest)
