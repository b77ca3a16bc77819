"""What one transmitter has told lately: when, what kind and what it meant; never what it said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from alarms.intake.models import Meaning, Signal
from alarms.workqueue.models import WorkItem
from central.kinds import KINDS

MOST = 20
TESTS = 10
WITHOUT_CASE = Q(logged=True) | ~Q(meaning="alarm")
"""As the index of them says it: see :class:`~alarms.intake.models.Signal`."""


@dataclass(frozen=True, slots=True)
class Told:
    """One signal. ``logged`` alarms and faults came under service and opened nothing."""

    at: datetime
    kind: str
    meaning: str
    logged: bool
    item_id: object
    reference: str


def tests(transmitter_id: int) -> list[datetime]:
    """When it was tested, the last time first."""
    found = Signal.objects.filter(WITHOUT_CASE, transmitter_id=transmitter_id, meaning=Meaning.TEST)
    return list(found.order_by("-received_at").values_list("received_at", flat=True)[:TESTS])


def lately(transmitter_id: int, functions: frozenset[str], *, function: str = "") -> list[Told]:
    """The last twenty signals, the last one first; of the functions in ``functions`` alone.

    ``function`` is the transmitter's own, "" where each kind goes to its own.
    """
    kinds = [one.code for one in KINDS.values() if (function or one.function) in functions]
    cases = {
        item.pk: item.reference
        for item in WorkItem.objects.filter(transmitter_id=transmitter_id).order_by("-received_at")[:MOST]
    }
    found: Iterable[Signal] = [
        *Signal.objects.filter(WITHOUT_CASE, transmitter_id=transmitter_id, kind__in=kinds).order_by(
            "-received_at"
        )[:MOST],
        *Signal.objects.filter(item_id__in=cases, meaning=Meaning.ALARM, logged=False, kind__in=kinds),
    ]
    newest = sorted(found, key=lambda one: one.received_at, reverse=True)[:MOST]
    missing = {one.item_id for one in newest if one.item_id} - cases.keys()
    cases |= dict(WorkItem.objects.filter(pk__in=missing).values_list("pk", "reference")) if missing else {}
    return [
        Told(
            at=one.received_at,
            kind=one.get_kind_display(),
            meaning=one.get_meaning_display(),
            logged=one.logged and one.meaning in (Meaning.ALARM, Meaning.TROUBLE),
            item_id=one.item_id,
            reference=cases.get(one.item_id, "") if one.item_id else "",
        )
        for one in newest
    ]
