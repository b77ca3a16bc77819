"""Some days of a schedule as a drawing: one row per duty and rank, a bar per shift, hatched where nobody is.

Every day is as wide as any other, so that hours stand where the clock on the wall says, also when it is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count

from central import calendar_days
from tenants.oncall import queries, reading
from tenants.oncall.models import Contact, Duty, Layer
from tenants.oncall.schedule import STOCKHOLM, Shift, Span, at_wall
from tenants.portal.schedule_bars import WEEKDAYS, Bar, Scale, bar

DAYS = 14
_MONTHS = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Day:
    """A column: ``mån``, ``23 nov``, the holiday's name, whether most people are off, and whether it is today."""

    weekday: str
    date: str
    name: str
    off: bool
    today: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One duty and rank; ``first`` of its duty. ``flagged`` when a hole is too narrow for its word."""

    duty: Duty
    rank: int
    first: bool
    lanes: int
    bars: list[Bar]
    flagged: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The same as a table's row: who, from when to when, and where it comes from. ``name`` empty: nobody.

    ``start`` None: since before, ``end`` None: until further notice.
    """

    duty: Duty
    rank: int
    name: str
    start: datetime | None
    end: datetime | None
    origin: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """``now`` in per cent of the width; empty when it is not among the days."""

    days: list[Day]
    rows: list[Row]
    lines: list[Line]
    now: str
    clock: str
    period: str
    kinds: frozenset[str]


def draw(duties: Sequence[Duty], now: datetime, first: date | None = None, days: int = DAYS) -> Drawing:
    """The duties' schedule from midnight of ``first`` (today). Call in the municipality."""
    today = now.astimezone(STOCKHOLM).date()
    first = first or today
    start = at_wall(first, time(0))
    end = at_wall(first + timedelta(days=days), time(0))
    plans = reading.plans([one.pk for one in duties], start, end)
    shifts = {one.pk: plans[one.pk].shifts(start, end) for one in duties}
    holes = {one.pk: spans for one, spans in queries.gaps(max(now, start), end)} if now < end else {}
    people = {one.contact_id for some in shifts.values() for one in some}
    names = dict(Contact.objects.filter(pk__in=people).values_list("pk", "name"))
    scale = Scale(first, days, start, end, now, alone([one.pk for one in duties]))
    rows: list[Row] = []
    lines: list[Line] = []
    for duty in duties:
        rows += _rows(duty, shifts[duty.pk], holes.get(duty.pk, []), names, scale)
        lines += _lines(duty, shifts[duty.pk], holes.get(duty.pk, []), names, scale)
    columns = [_day(first + timedelta(days=nth), today) for nth in range(days)]
    return Drawing(
        days=columns,
        rows=rows,
        lines=lines,
        now=scale.share(now) if start <= now < end else "",
        clock=f"{now.astimezone(STOCKHOLM):%H:%M}",
        period=f"{columns[0].weekday} {columns[0].date}–{columns[-1].weekday} {columns[-1].date}",
        kinds=frozenset(one.kind for row in rows for one in row.bars),
    )


def alone(duty_ids: Iterable[int]) -> frozenset[int]:
    """The layers that one person has without an end: where a shift of theirs seems to end, it goes on."""
    endless = Layer.objects.filter(duty_id__in=duty_ids, until=None)
    return frozenset(
        endless.annotate(people=Count("members__contact", distinct=True))
        .filter(people=1)
        .values_list("pk", flat=True)
    )


def _day(one: date, today: date) -> Day:
    kind = calendar_days.kind(one)
    name = calendar_days.name(one)
    return Day(
        WEEKDAYS[one.weekday()], f"{one.day} {_MONTHS[one.month - 1]}", name, kind != "workday", one == today
    )


def _rows(
    duty: Duty, shifts: Sequence[Shift], holes: Sequence[Span], names: dict[int, str], scale: Scale
) -> Iterable[Row]:
    ranks = sorted({one.rank for one in shifts}) or [1]
    for rank in ranks:
        free: list[datetime] = []
        bars = []
        order: dict[int, int] = {}
        for one in (shift for shift in shifts if shift.rank == rank):
            lane = next((nth for nth, ends in enumerate(free) if ends <= one.start), len(free))
            free[lane : lane + 1] = [one.end]
            other = order.setdefault(one.contact_id, len(order)) % 2 == 1
            kind = "taken" if one.override_id else "calendar" if one.calendar_id else "turn"
            span = one.start, one.end
            name = names.get(one.contact_id, "")
            bars.append(bar(span, scale, kind, name, lane, other=other, on=scale.goes_on(one)))
        if rank == ranks[0]:
            bars += [bar(span, scale, "hole", "Ingen", 0, on=span[1] >= scale.end) for span in holes]
        bars.sort(key=lambda one: float(one.left))
        flagged = any(one.kind == "hole" and one.narrow for one in bars)
        yield Row(duty, rank, rank == ranks[0], max(len(free), 1), bars, flagged)


def _lines(
    duty: Duty, shifts: Sequence[Shift], holes: Sequence[Span], names: dict[int, str], scale: Scale
) -> list[Line]:
    found = []
    for one in shifts:
        origin = "byte" if one.override_id else "kalender" if one.calendar_id else "turordning"
        on = scale.goes_on(one)
        start = None if on and one.start < scale.start else one.start
        found.append(
            Line(duty, one.rank, names.get(one.contact_id, ""), start, None if on else one.end, origin)
        )
    found += [Line(duty, 0, "", start, None if end >= scale.end else end, "") for start, end in holes]
    return sorted(found, key=lambda line: (line.start or scale.start, line.rank))
