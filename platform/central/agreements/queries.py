"""Which agreements hold on a day, and which a municipality has."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from central.agreements.models import Agreement, RuledKind


def looked_up() -> frozenset[tuple[int, str]]:
    """Municipality and kind of the cases that some rule may say something of: its own, or an agreed neighbour's.

    Days are not asked about here, so that who remembers it needn't look again at midnight.
    """
    ruled = list(RuledKind.objects.values_list("municipality_id", "kind", "abroad"))
    abroad = {(taker_id, kind) for taker_id, kind, counts in ruled if counts}
    agreed = Agreement.objects.filter(confirmed_at__isnull=False, ended_at=None)
    theirs = {
        (giver_id, kind)
        for giver_id, taker_id, kinds in agreed.values_list("giver_id", "taker_id", "kinds")
        for kind in kinds
        if (taker_id, kind) in abroad
    }
    return frozenset(theirs | {(owner_id, kind) for owner_id, kind, _counts in ruled})


def holding(*, giver_id: int, kind: str, on: date) -> list[Agreement]:
    """Those by which a case of this kind, of this municipality, may be told somebody on that day; oldest first.

    ``on`` is the day in Europe/Stockholm.
    """
    rows = Agreement.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=on),
        giver_id=giver_id,
        kinds__contains=[kind],
        valid_from__lte=on,
        confirmed_at__isnull=False,
        ended_at=None,
    )
    return list(rows.order_by("proposed_at", "id"))


def holds(agreement_id: UUID, *, on: date) -> Agreement | None:
    """The agreement, while it holds; None when it has ended or its days are over."""
    rows = Agreement.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=on),
        pk=agreement_id,
        valid_from__lte=on,
        confirmed_at__isnull=False,
        ended_at=None,
    )
    return rows.first()


def of(municipality_id: int) -> QuerySet[Agreement]:
    """Every agreement a municipality is a side of, the newest first, with both sides."""
    mine = Q(giver_id=municipality_id) | Q(taker_id=municipality_id)
    return Agreement.objects.filter(mine).select_related("giver", "taker")
