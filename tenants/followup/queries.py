"""Reading follow-up; call in the municipality."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet

from tenants.casefiles.models import CaseFile, Followup, JournalEntry, State
from tenants.followup import models
from tenants.followup.figures import MEASURES, STANDARD, Goal
from tenants.followup.models import OPEN, Improvement


def goals() -> tuple[Goal, ...]:
    """The municipality's own, and the standard ones for measures without any."""
    own = tuple(
        Goal(one.measure, one.function, one.seconds, one.share)
        for one in models.Goal.objects.order_by("measure", "function")
    )
    general = {one.measure for one in own if not one.function}
    found = (*own, *(one for one in STANDARD if one.measure not in general))
    return tuple(sorted(found, key=lambda one: (list(MEASURES).index(one.measure), one.function)))


def own_goals() -> list[tuple[str, str]]:
    """Measure and function of the goals that the municipality has written itself."""
    return list(models.Goal.objects.values_list("measure", "function"))


def closed(functions: Collection[str], followup: str = "") -> QuerySet[CaseFile]:
    """Closed cases of some functions, the latest first; of one follow-up state where it is given. Exercises too."""
    rows = CaseFile.objects.filter(state=State.CLOSED, function__in=functions)
    if followup:
        rows = rows.filter(followup=followup)
    return rows.order_by("-closed_at", "-pk")


def counts(functions: Collection[str]) -> dict[str, int]:
    """How many closed cases there are of each follow-up state."""
    rows = (
        CaseFile.objects.filter(state=State.CLOSED, function__in=functions)
        .order_by()
        .values_list("followup")
        .annotate(n=Count("pk"))
    )
    return dict.fromkeys(Followup.values, 0) | dict(rows)


def comments(case_id: UUID) -> list[JournalEntry]:
    """What the municipality has said about a case, the oldest first."""
    verbs = ("followup_commented", "followup_done")
    return list(JournalEntry.objects.filter(case_id=case_id, verb__in=verbs).order_by("at", "id"))


def improvements(
    functions: Collection[str], *, state: str = "", owner_id: int | None = None, late: date | None = None
) -> QuerySet[Improvement]:
    """Of some functions; ``state`` is one of them or "open" for what is left; ``late``: due before that day and left."""
    rows = Improvement.objects.filter(function__in=functions).select_related("case", "instruction")
    if state == "open" or late is not None:
        rows = rows.filter(state__in=OPEN)
    elif state:
        rows = rows.filter(state=state)
    if owner_id is not None:
        rows = rows.filter(owner_id=owner_id)
    if late is not None:
        rows = rows.filter(due_on__lt=late)
    return rows.order_by("due_on", "created_at")
