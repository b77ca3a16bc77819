"""A bar of the drawn schedule: where it stands, and as much of who and when as there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tenants.oncall.schedule import STOCKHOLM, Shift, Span
from tenants.oncall.wording import moment, when

NARROW, SHORT, ROOMY, WIDE = 0.27, 0.45, 0.9, 2.5
"""Days: in anything narrower there is no room for a word; for a word before
the hour; for a whole name; for both days of a span."""
WEEKDAYS = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")


@dataclass(frozen=True, slots=True)
class Bar:
    """``left`` and ``width`` in per cent of the row. ``kind``: turn, taken (a replacement), calendar or hole (nobody).

    ``shift``: the text stands so many per cent of the bar's own width in, clear of the line that is now.
    """

    left: str
    width: str
    lane: int
    kind: str
    name: str
    hours: str
    told: str
    narrow: bool
    other: bool
    shift: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Days from ``first``, all as wide, so that hours stand where the clock on the wall says."""

    first: date
    days: int
    start: datetime
    end: datetime
    now: datetime
    alone: frozenset[int]

    def at(self, moment: datetime) -> float:
        """Days from the left edge, by the clock on the wall."""
        local = moment.astimezone(STOCKHOLM)
        nth = (local.date() - self.first).days + (local.hour * 60 + local.minute) / 1440
        return min(max(nth, 0.0), float(self.days))

    def goes_on(self, one: Shift) -> bool:
        """It has no end that is known."""
        return one.layer_id in self.alone and one.end > self.end

    def share(self, moment: datetime) -> str:
        """The same in per cent of the width."""
        return f"{self.at(moment) * 100 / self.days:.3f}"


def bar(
    span: Span, scale: Scale, kind: str, name: str, lane: int, *, other: bool = False, on: bool = False
) -> Bar:
    """``on``: it goes on beyond what is drawn, nobody knows for how long."""
    width = scale.at(span[1]) - scale.at(span[0])
    hours = f"från {moment(span[0])}" if on else when(*span)
    if on and span[0] < scale.start:
        hours = "tills vidare"
    return Bar(
        left=scale.share(span[0]),
        width=f"{width * 100 / scale.days:.3f}",
        lane=lane,
        kind=kind,
        name=name if width >= ROOMY else _short_name(name),
        hours=hours if width > WIDE else _hours(span, width, scale, on=on),
        told=f"{name}, {hours}{', byte' if kind == 'taken' else ''}",
        narrow=width < NARROW,
        other=other,
        shift=_shift(span, width, scale),
    )


def _shift(span: Span, width: float, scale: Scale) -> str:
    before, after = scale.at(scale.now) - scale.at(span[0]), scale.at(span[1]) - scale.at(scale.now)
    if not scale.start <= scale.now < scale.end or not 0 <= before < ROOMY or after < NARROW:
        return ""
    return f"{before * 100 / width:.3f}"


def _hours(span: Span, width: float, scale: Scale, *, on: bool) -> str:
    """As exact as there is room for: with days when it is longer than one, without ``:00`` when it is short."""
    start, end = (one.astimezone(STOCKHOLM) for one in span)
    if on or (span[1] > scale.end and width < ROOMY):
        return f"från {_clock(start)}"
    if span[0] < scale.start and width < ROOMY:
        return f"till {_clock(end)}" if width > SHORT else f"–{_clock(end)}"
    if span[1] - span[0] > timedelta(days=1.1):
        return f"{WEEKDAYS[start.weekday()]} {_clock(start)}–{WEEKDAYS[end.weekday()]} {_clock(end)}"
    return f"{_clock(start)}–{_clock(end)}"


def _short_name(name: str) -> str:
    """``Lena Ö`` where there is no room for more; a single word stays."""
    first, *more = name.split()
    return f"{first} {more[-1][0]}" if more else first


def _clock(at: datetime) -> str:
    return f"{at:%H}" if at.minute == 0 else f"{at:%H:%M}"
