"""The last events from the same object: what its transmitters have told, and what became of it.

Of the last thirty days, the newest ten, in five questions at most. What this person may not read is not there, and our
own checks of the ways in (``Transmitter.synthetic``) are never shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from alarms.intake.models import Meaning, Signal, Transmitter
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.services import OUTCOMES
from central.kinds import KINDS
from operator_console.transmitters import words
from operator_console.transmitters.told import WITHOUT_CASE
from tenants.casefiles.models import GatheredObject

MOST = 10
SINCE = timedelta(days=30)
OPENS_A_CASE = (Meaning.ALARM, Meaning.TROUBLE)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The case that an event belongs to. ``fate``: its outcome, or how it stands; ``who``: the handler's initials."""

    id: UUID
    reference: str
    fate: str
    who: str
    this: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``mark``: why it opened no case; ``where``: the place of another transmitter that told."""

    at: datetime
    when: str
    kind: str
    meaning: str
    mark: str
    where: str
    case: Earlier | None


def events(
    *, item: WorkItem, transmitters: Collection[int], readable: frozenset[str], now: datetime
) -> list[Event]:
    """The newest first. ``transmitters``: those of the object, the case's own among them; ``readable``: the functions
    whose cases this person may read.
    """
    known = {one.pk: one for one in Transmitter.objects.filter(pk__in=transmitters, synthetic=False)}
    cases = list(
        WorkItem.objects.filter(transmitter_id__in=known, function__in=readable, received_at__gt=now - SINCE)
        .select_related("claimed_by")
        .order_by("-received_at")[: MOST + 1]
    )
    signals = list(
        Signal.objects.filter(
            WITHOUT_CASE, _readable(known.values(), readable), received_at__gt=now - SINCE
        ).order_by("-received_at")[:MOST]
    )
    gathered = list(
        GatheredObject.objects.filter(transmitter_id__in=known, began_at__gt=now - SINCE).order_by(
            "-began_at"
        )[:MOST]
    )
    by_id = {one.pk: one for one in cases}
    missing = {one.item_id for one in signals if one.item_id} | {one.case_id for one in gathered}
    missing -= by_id.keys()
    if missing:
        found = WorkItem.objects.filter(pk__in=missing, function__in=readable).select_related("claimed_by")
        by_id |= {one.pk: one for one in found}
    told = {(one.item_id, one.transmitter_id) for one in signals if one.meaning in OPENS_A_CASE}
    shown = [_of_signal(one, by_id, known, item, now) for one in signals]
    shown += [
        _of_case(one, one.received_at, one.transmitter_id, known, item, now)
        for one in cases
        if (one.pk, one.transmitter_id) not in told and one.pk != item.pk
    ]
    shown += [
        _of_case(by_id[one.case_id], one.began_at, one.transmitter_id, known, item, now)
        for one in gathered
        if one.case_id in by_id and (one.case_id, one.transmitter_id) not in told
    ]
    return sorted(shown, key=lambda one: one.at, reverse=True)[:MOST]


def _readable(known: Iterable[Transmitter], functions: frozenset[str]) -> Q:
    """A transmitter with a function of its own gives it to all it sends; else each kind has its own."""
    own = [one.pk for one in known if one.function in functions]
    others = [one.pk for one in known if not one.function]
    kinds = [one.code for one in KINDS.values() if one.function in functions]
    return Q(transmitter_id__in=own) | Q(transmitter_id__in=others, kind__in=kinds)


def _of_signal(
    one: Signal, cases: dict[UUID, WorkItem], known: dict[int, Transmitter], item: WorkItem, now: datetime
) -> Event:
    case = cases.get(one.item_id) if one.item_id else None
    return Event(
        at=one.received_at,
        when=words.moment(one.received_at, now),
        kind=one.get_kind_display(),
        meaning=one.get_meaning_display(),
        mark="under service, bara loggat" if one.logged and one.meaning in OPENS_A_CASE else "",
        where=_where(one.transmitter_id, known, item),
        case=_earlier(case, item) if case else None,
    )


def _of_case(
    case: WorkItem, at: datetime, transmitter_id: int | None, known: dict[int, Transmitter], item: WorkItem,
    now: datetime,
) -> Event:  # fmt: skip
    """What opened a case, or joined one that gathers many."""
    fault = case.kind == "transmitter_fault"
    return Event(
        at=at,
        when=words.moment(at, now),
        kind=case.get_kind_display(),
        meaning=Meaning.TROUBLE.label if fault else Meaning.ALARM.label,
        mark="övning" if case.exercise else f"ett av {case.gathers} samlade" if case.gathers else "",
        where=_where(transmitter_id, known, item),
        case=_earlier(case, item),
    )


def _where(transmitter_id: int | None, known: dict[int, Transmitter], item: WorkItem) -> str:
    one = (
        known.get(transmitter_id)
        if transmitter_id is not None and transmitter_id != item.transmitter_id
        else None
    )
    return (one.site or one.area or "annan sändare") if one else ""


def _earlier(case: WorkItem, item: WorkItem) -> Earlier:
    closed = case.state == State.CLOSED
    return Earlier(
        id=case.pk,
        reference=case.reference,
        fate=OUTCOMES.get(case.outcome, "Klart") if closed else case.get_state_display(),
        who=case.claimed_by.initials if case.claimed_by else "",
        this=case.pk == item.pk,
    )
