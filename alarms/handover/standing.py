"""The sections that the platform has from the start: cases, decisions, people out there, transmitters, points, staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from alarms.callouts.models import Callout
from alarms.decisions.models import Decision
from alarms.decisions.models import State as DecisionState
from alarms.handover.sections import Told, register
from alarms.intake.models import Transmitter, TransmitterState
from alarms.workqueue.following import follows
from alarms.workqueue.models import Notice, State, WorkItem
from central.carriers.models import Leg
from central.municipalities.context import MunicipalityRef, in_municipality
from central.municipalities.directory import by_id, municipalities
from tenants.decided.models import Choice
from tenants.oncall import queries as oncall
from tenants.reachability.models import Round
from tenants.reachability.models import State as TestState
from tenants.safepoints import queries as safepoints

STOCKHOLM = ZoneInfo("Europe/Stockholm")
AHEAD = timedelta(hours=12)
TROUBLE_WINDOW = timedelta(hours=12)
SERIOUS = ("uncertain", "undelivered", "failed")


def clock(at: datetime | None, now: datetime) -> str:
    """02:13 today by the wall clock, else 24/11 02:13; "" for no time."""
    if at is None:
        return ""
    local = at.astimezone(STOCKHOLM)
    day = "" if local.date() == now.astimezone(STOCKHOLM).date() else f"{local.day}/{local.month} "
    return f"{day}{local:%H:%M}"


def _named(item: WorkItem) -> str:
    exercise = "ÖVNING " if item.exercise else ""
    return f"{exercise}{item.headline}, {by_id(item.municipality_id).name} ({item.reference})"


def open_cases(now: datetime) -> list[Told]:
    """Everything open that is not parked, with who has it, its last word and the clock that runs."""
    rows = WorkItem.objects.exclude(state__in=[State.CLOSED, State.PARKED]).filter(~follows())
    found = []
    for one in rows.select_related("claimed_by").order_by("priority", "received_at"):
        who = f"hos {one.claimed_by.name}" if one.claimed_by else "obesvarat"
        due = f"svar senast {clock(one.due_at, now)}" if one.state == State.UNANSWERED and one.due_at else ""
        parts = [f"{one.priority} {_named(one)}", who, one.word, due]
        found.append(Told(" · ".join(part for part in parts if part), one.function, one.pk))
    return found


def parked(now: datetime) -> list[Told]:
    """With when they wake."""
    rows = WorkItem.objects.filter(state=State.PARKED).select_related("claimed_by").order_by("parked_until")
    return [
        Told(
            f"{_named(one)} · vilar till {clock(one.parked_until, now)}"
            f"{f' · {one.claimed_by.name}' if one.claimed_by else ''}",
            one.function,
            one.pk,
        )
        for one in rows
    ]


def decisions(now: datetime) -> list[Told]:
    """Those that are waited for, and what was put off and has no receipt yet."""
    waiting = Q(state=DecisionState.ASKED) | Q(choice=Choice.NEXT_SHIFT, received_at=None, came_back_at=None)
    rows = Decision.objects.filter(waiting).select_related("work_item").order_by("due_at")
    found = []
    for one in rows:
        if one.state == DecisionState.ASKED:
            text = f"beslut senast {clock(one.due_at, now)}"
        else:
            text = f"nästa arbetspass {clock(one.shift_at, now)}, inte kvitterat"
        found.append(Told(f"{_named(one.work_item)} · {text}", one.function, one.work_item_id))
    return found


def alone(now: datetime) -> list[Told]:
    """People who are alone out there, those not heard first."""
    rows = Callout.objects.filter(Q(safe_until__isnull=False) | Q(unheard_at__isnull=False))
    return [
        Told(
            f"{one.duty_name}: {_named(one.work_item)} · "
            + ("hör inte av sig" if one.unheard_at else f"ska höras senast {clock(one.safe_until, now)}"),
            one.work_item.function,
            one.work_item_id,
        )
        for one in rows.select_related("work_item").order_by("-unheard_at", "safe_until")
    ]


def transmitters(now: datetime) -> list[Told]:
    """Silent, faulty and in service, counted per municipality."""
    ill: dict[int, Counter[str]] = {}
    states = TransmitterState.objects.filter(transmitter__active=True)
    for owner_id, silent, troubles in states.exclude(silent_since=None, troubles=[]).values_list(
        "transmitter__municipality_id", "silent_since", "troubles"
    ):
        counted = ill.setdefault(owner_id, Counter())
        counted["tysta"] += silent is not None
        counted["med fel"] += bool(troubles)
    served = Transmitter.objects.filter(active=True, service_until__gt=now)
    for owner_id in served.values_list("municipality_id", flat=True):
        ill.setdefault(owner_id, Counter())["i service"] += 1
    return [
        Told(f"{by_id(owner_id).name}: {', '.join(f'{n} {what}' for what, n in counted.items() if n)}")
        for owner_id, counted in sorted(ill.items(), key=lambda one: -one[1].total())
    ]


def points(now: datetime) -> list[Told]:
    """Safe points in use."""

    def of(owner: MunicipalityRef) -> list[Told]:
        return [
            Told(f"{owner.name}: {one.point.name}, {one.point.get_state_display().lower()}")
            for one in safepoints.live()
        ]

    return _of_everybody(of)


def carriers(now: datetime) -> list[Told]:
    """Messages of the last hours that did not arrive, or that nobody knows of."""
    rows = Leg.objects.filter(direction="out", created_at__gt=now - TROUBLE_WINDOW, state__in=SERIOUS)
    states = Counter(rows.values_list("state", flat=True))
    found = []
    if states["uncertain"]:
        found.append(Told(f"{states['uncertain']} sms eller samtal vet vi inte om de gick"))
    lost = states["undelivered"] + states["failed"]
    if lost:
        found.append(Told(f"{lost} sms eller samtal kom inte fram de senaste tolv timmarna"))
    return found


def staff(now: datetime) -> list[Told]:
    """Duties that somebody must have and nobody has, in the next twelve hours."""

    def of(owner: MunicipalityRef) -> list[Told]:
        return [
            Told(f"{owner.name}: ingen i {duty.name} {clock(max(start, now), now)}–{clock(end, now)}")
            for duty, spans in oncall.gaps(now, now + AHEAD)
            for start, end in spans
        ]

    return _of_everybody(of)


def unreached(now: datetime) -> list[Told]:
    """Municipalities whose newest test of numbers left somebody unanswered."""

    def of(owner: MunicipalityRef) -> list[Told]:
        newest = Round.objects.exclude(ended_at=None).first()
        if newest is None:
            return []
        missing = newest.tests.exclude(state=TestState.ANSWERED).count()
        if not missing:
            return []
        return [
            Told(
                f"{owner.name}: {missing} i jouren svarade inte när numren provades {clock(newest.started_at, now)}"
            )
        ]

    return _of_everybody(of)


def notices(now: datetime) -> list[Told]:
    """What the shift leader has been told and not marked as seen, about the platform itself."""
    rows = Notice.objects.filter(seen_at=None, item=None).order_by("created_at")
    return [Told(f"{one.get_kind_display()} · sedan {clock(one.created_at, now)}") for one in rows]


def _of_everybody(work: Callable[[MunicipalityRef], list[Told]]) -> list[Told]:
    found = []
    for owner in municipalities():
        with in_municipality(owner):
            found += work(owner)
    return found


def stand() -> None:
    """Register them, in the order in which they are walked."""
    register("cases", "Öppna ärenden", open_cases)
    register("parked", "Parkerade", parked)
    register("decisions", "Beslut som väntar", decisions)
    register("alone", "Ensamma ute", alone)
    register("points", "Trygghetspunkter i bruk", points)
    register("transmitters", "Sändare", transmitters)
    register("carriers", "Sms och samtal", carriers)
    register("staff", "Luckor i jouren", staff)
    register("unreached", "Nummer som inte svarade", unreached)
    register("notices", "Driften", notices)
