"""What a flood was, told from the envelopes alone: nobody's letter is read for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Q

from alarms.workqueue.models import WorkItem
from alarms.workqueue.queries import audience
from central import priorities
from central.accounts.models import Shift, User
from central.municipalities.directory import by_id
from operator_console.flood.rules import WINDOW, Flood, chatters, floods

LOOKED_BACK = timedelta(hours=24)
TOP = 10


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One sender: what and where, how many alarms, and whether it chattered."""

    name: str
    municipality: str
    count: int
    chattering: bool


@dataclass(frozen=True, slots=True)
class PriorityLine:
    """How long the alarms of one priority waited, in seconds; None where none has been taken."""

    priority: int
    name: str
    count: int
    taken: int
    median: int | None
    longest: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """One flood; ``sources`` are the ten that sent most, ``chattering`` every sender that did.

    Of its ``count`` alarms ``gathering`` are cases that gather ``objects`` together; each is one alarm.
    """

    flood: Flood
    count: int
    gathering: int
    objects: int
    seats: int
    sources: list[SourceLine]
    chattering: list[SourceLine]
    waits: list[PriorityLine]


def reports(user: User, now: datetime) -> list[Report]:
    """The floods of the last day among what this person sees, the latest first; exercises left out."""
    since = now - LOOKED_BACK
    items = list(
        WorkItem.objects.filter(received_at__gt=since, exercise=False, function__in=audience(user)).order_by(
            "received_at"
        )
    )
    shifts = list(
        Shift.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since)).values_list("started_at", "ended_at")
    )

    def seats(at: datetime) -> int:
        return sum(began <= at and (ended is None or at < ended) for began, ended in shifts)

    found = floods([item.received_at for item in items], seats, now)
    return [_report(flood, items, seats(flood.since + WINDOW / 2)) for flood in reversed(found)]


def _report(flood: Flood, items: Iterable[WorkItem], seats: int) -> Report:
    inside = [
        item
        for item in items
        if item.received_at >= flood.since and (flood.until is None or item.received_at < flood.until)
    ]
    senders: dict[tuple[object, ...], list[WorkItem]] = defaultdict(list)
    for item in inside:
        # What has no transmitter (by hand, an unknown account) is one sender by what and where it says it is.
        key: tuple[object, ...] = (item.transmitter_id,)
        if item.transmitter_id is None:
            key = (None, item.municipality_id, item.headline, item.site)
        senders[key].append(item)
    lines = sorted((_source(sent) for sent in senders.values()), key=lambda line: -line.count)
    return Report(
        flood=flood,
        count=len(inside),
        gathering=sum(item.gathers > 0 for item in inside),
        objects=sum(item.gathers for item in inside),
        seats=max(1, seats),
        sources=lines[:TOP],
        chattering=[line for line in lines if line.chattering],
        waits=[_waits(priority, inside) for priority in sorted(priorities.NAMES)],
    )


def _source(sent: list[WorkItem]) -> SourceLine:
    first = sent[0]
    name = (
        f"{first.headline} · {first.site}"
        if first.site and first.site not in first.headline
        else first.headline
    )
    times = [item.received_at for item in sent]
    return SourceLine(name, by_id(first.municipality_id).name, len(sent), chatters(times))


def _waits(priority: int, inside: Iterable[WorkItem]) -> PriorityLine:
    mine = [item for item in inside if item.priority == priority]
    waits = [(item.claimed_at - item.received_at).total_seconds() for item in mine if item.claimed_at]
    return PriorityLine(
        priority=priority,
        name=priorities.NAMES[priority],
        count=len(mine),
        taken=len(waits),
        median=round(median(waits)) if waits else None,
        longest=round(max(waits)) if waits else None,
    )
