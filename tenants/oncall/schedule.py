"""Pure decisions about who is on duty: layers of people in turn, weekly or by kind of day, and what replaces them.

A schedule is told by the clock on the wall in Stockholm; what comes out is exact, half-open and in UTC. A wall time that
a change of clocks skips or doubles is read the same way as a start and as an end (PEP 495, fold=0), so that one shift's
end is always the next one's start: the night to 29 March 2026 has 23 hours and the one to 25 October 25.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from central.calendar_days import tokens

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = timedelta(days=1)
type Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Window:
    """On days named by any of ``days`` (:data:`central.calendar_days.TOKENS`), from ``starts`` to ``ends``;
    ``ends`` at or before ``starts`` is the next day.
    """

    days: frozenset[str]
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Layer:
    """``members`` (contact ids) have it in turn, ``turn_days`` each; the first from ``first_day`` at ``turns_at``.

    None among them is somebody who left: that turn is nobody's, and no other turn moves. With ``windows`` only then;
    without, always. Before ``first_day``, and from ``until`` (at ``until_at``, else ``turns_at``), nobody has it.
    """

    id: int
    rank: int
    members: tuple[int | None, ...]
    first_day: date
    turns_at: time
    turn_days: int = 7
    windows: tuple[Window, ...] = ()
    until: date | None = None
    until_at: time | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """From ``start`` to ``end`` (aware) ``contact_id`` has the rank; ``instead_of`` names whose shift it replaces, all
    of the rank's when None. Where nobody had it, it adds. A later override goes over an earlier one.
    """

    id: int
    rank: int
    start: datetime
    end: datetime
    contact_id: int
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's duty, half-open [start, end) in UTC. ``layer_id`` or ``override_id`` says where it comes from."""

    start: datetime
    end: datetime
    rank: int
    contact_id: int
    layer_id: int | None = None
    override_id: int | None = None
    calendar_id: int | None = None


def at_wall(day: date, moment: time) -> datetime:
    """That time on the wall in Stockholm, in UTC."""
    return datetime.combine(day, moment, STOCKHOLM).astimezone(UTC)


def shifts(
    layers: Iterable[Layer],
    overrides: Iterable[Override],
    start: datetime,
    end: datetime,
    fixed: Iterable[Shift] = (),
) -> list[Shift]:
    """Every shift that touches [start, end), by start and rank. Shifts of one person, rank and origin that join are one.

    ``fixed`` stand beside the layers (a calendar's shifts); overrides go over both.
    A shift is whole unless it goes on beyond a change of turn that lies outside what was asked.
    """
    found = [shift for layer in layers for shift in _of_layer(layer, start - DAY, end + DAY)]
    found += [one for one in fixed if one.start < end + DAY and one.end > start - DAY]
    for one in sorted(overrides, key=lambda override: override.id):
        if one.start < end + DAY and one.end > start - DAY:
            found = [*_beside(found, one), Shift(one.start, one.end, one.rank, one.contact_id, None, one.id)]
    joined = _joined(found)
    return [one for one in joined if one.start < end and one.end > start]


def on_duty(found: Iterable[Shift], at: datetime) -> list[Shift]:
    """Those who have it at this moment, by rank; among equals the one that began last. Each person once."""
    now = sorted(
        (one for one in found if one.start <= at < one.end),
        key=lambda one: (one.rank, -one.start.timestamp()),
    )
    first: dict[int, Shift] = {}
    for one in now:
        first.setdefault(one.contact_id, one)
    return list(first.values())


def lasts(shift: Shift, found: Iterable[Shift]) -> datetime:
    """When this person's duty in this rank ends, following shifts that join without a gap, whatever they come from."""
    end = shift.end
    for one in sorted(found, key=lambda other: other.start):
        same = (one.rank, one.contact_id) == (shift.rank, shift.contact_id)
        if same and one.start <= end < one.end:
            end = one.end
    return end


def following(found: Sequence[Shift], at: datetime) -> Shift | None:
    """The next change of who is first: the best rank that begins then, unless that person was first already."""
    first = next(iter(on_duty(found, at)), None)
    for moment in sorted({one.start for one in found if one.start > at}):
        then = next(iter(on_duty(found, moment)), None)
        if (
            then is not None
            and then.start == moment
            and (first is None or then.contact_id != first.contact_id)
        ):
            return then
    return None


def gaps(found: Iterable[Shift], start: datetime, end: datetime) -> list[Span]:
    """When nobody at all has it within [start, end)."""
    holes: list[Span] = []
    covered = start
    for one in sorted(found, key=lambda shift: shift.start):
        if one.end <= covered:
            continue
        if one.start >= end:
            break
        if one.start > covered:
            holes.append((covered, one.start))
        covered = one.end
    if covered < end:
        holes.append((covered, end))
    return holes


def collision(found: Iterable[Shift]) -> tuple[Shift, Shift] | None:
    """The first two shifts of different people with the same rank at the same time; two can't both be first."""
    last: dict[int, Shift] = {}
    for one in sorted(found, key=lambda shift: shift.start):
        before = last.get(one.rank)
        if before is not None and before.end > one.start and before.contact_id != one.contact_id:
            return before, one
        if before is None or one.end > before.end:
            last[one.rank] = one
    return None


def needed(windows: Sequence[Window], start: datetime, end: datetime) -> list[Span]:
    """The parts of [start, end) in which somebody must have it; all of it without windows."""
    if not windows:
        return [(start, end)]
    spans = (_clip(span, start, end) for span in _merged(_open_at(windows, start - DAY, end + DAY)))
    return [span for span in spans if span[0] < span[1]]


def _of_layer(layer: Layer, start: datetime, end: datetime) -> Iterator[Shift]:
    if not layer.members:
        return
    begun = at_wall(layer.first_day, layer.turns_at)
    start = max(start, begun)
    end = min(end, _end(layer))
    if start >= end:
        return
    cuts, first = _turns(layer, start, end)
    for opens, closes in needed(layer.windows, cuts[0], min(cuts[-1], _end(layer))):
        nth = bisect_right(cuts, opens) - 1
        while opens < closes:
            ends = min(closes, cuts[nth + 1]) if nth + 1 < len(cuts) else closes
            member = layer.members[(first + nth) % len(layer.members)]
            if member is not None:
                yield Shift(opens, ends, layer.rank, member, layer.id)
            opens, nth = ends, nth + 1


def _end(layer: Layer) -> datetime:
    if layer.until is None:
        return datetime.max.replace(tzinfo=UTC)
    return at_wall(layer.until, layer.until_at or layer.turns_at)


def _turns(layer: Layer, start: datetime, end: datetime) -> tuple[list[datetime], int]:
    """When the turn changes, from the last change at or before ``start``; and the number of that first turn."""
    days = (start.astimezone(STOCKHOLM).date() - layer.first_day).days
    nth = max(0, days // layer.turn_days)
    while nth and at_wall(layer.first_day + nth * layer.turn_days * DAY, layer.turns_at) > start:
        nth -= 1
    cuts: list[datetime] = []
    number = nth
    while not cuts or cuts[-1] < end:
        cuts.append(at_wall(layer.first_day + number * layer.turn_days * DAY, layer.turns_at))
        number += 1
    return cuts, nth


def _open_at(windows: Sequence[Window], start: datetime, end: datetime) -> list[Span]:
    day, last = start.astimezone(STOCKHOLM).date() - DAY, end.astimezone(STOCKHOLM).date()
    spans = []
    while day <= last:
        named = tokens(day)
        for one in windows:
            if named & one.days:
                ends_on = day if one.ends > one.starts else day + DAY
                spans.append((at_wall(day, one.starts), at_wall(ends_on, one.ends)))
        day += DAY
    return spans


def _merged(spans: list[Span]) -> list[Span]:
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def _clip(span: Span, start: datetime, end: datetime) -> Span:
    return max(span[0], start), min(span[1], end)


def _beside(found: Iterable[Shift], one: Override) -> Iterator[Shift]:
    """What is left of the shifts when the override has taken its part."""
    for shift in found:
        replaced = shift.rank == one.rank and one.instead_of in (None, shift.contact_id)
        if not replaced or shift.end <= one.start or shift.start >= one.end:
            yield shift
            continue
        if shift.start < one.start:
            yield replace(shift, end=one.start)
        if shift.end > one.end:
            yield replace(shift, start=one.end)


def _joined(found: Iterable[Shift]) -> list[Shift]:
    """In order, those of one person, rank and origin that meet made one."""
    last: dict[tuple[int | None, ...], int] = {}
    whole: list[Shift] = []
    for one in sorted(found, key=lambda shift: (shift.start, shift.rank, shift.end)):
        key = one.rank, one.contact_id, one.layer_id, one.override_id, one.calendar_id
        before = last.get(key)
        if before is not None and whole[before].end >= one.start:
            whole[before] = replace(whole[before], end=max(whole[before].end, one.end))
        else:
            last[key] = len(whole)
            whole.append(one)
    return whole
