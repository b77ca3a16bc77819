"""Rules for gathering, and many transmitters at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alarms.intake.models import Transmitter
from alarms.intake.storing import Incoming
from alarms.workqueue import gathering_rules
from alarms.workqueue.models import GatheringRule, WorkItem
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id
from tests.support import incoming
from tests.support.incoming import transmitter


@contextmanager
def gathered(*kinds: str, threshold: int = 5, window: int = 10, **more: Any) -> Iterator[None]:
    """The rule for these kinds, in this process and every other that is started now."""
    for kind in kinds or ("technical", "transmitter_fault"):
        GatheringRule.objects.create(kind=kind, threshold=threshold, window_minutes=window, **more)
    gathering_rules.forget()
    try:
        yield
    finally:
        gathering_rules.forget()


def transmitters(municipality: Any, count: int, first: int = 1001, **more: Any) -> list[Transmitter]:
    """Each knows its account, for :func:`said`."""
    return [standing(municipality, str(first + nth), **more) for nth in range(count)]


def standing(municipality: Any, account: str = "900001", **more: Any) -> Transmitter:
    made = transmitter(municipality, account, **more)
    made.account = account  # type: ignore[attr-defined]  # not in its row: only its fingerprint is
    return made


def said(one: Any, meaning: str = "alarm", **more: Any) -> Incoming:
    return incoming.said(one, meaning, account=one.account, **more)


def gathering() -> WorkItem:
    """The one case that gathers."""
    return WorkItem.objects.get(gathers__gt=0)


def objects(item: WorkItem) -> list[Any]:
    from tenants.casefiles.models import GatheredObject

    with in_municipality(by_id(item.municipality_id)):
        return list(GatheredObject.objects.filter(case_id=item.pk).order_by("transmitter_id"))
