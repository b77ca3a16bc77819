"""Shifts to come as things to choose, so that nobody has to type their times. Call in the municipality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from tenants.oncall import queries, reading
from tenants.oncall.models import Contact, Duty
from tenants.oncall.schedule import STOCKHOLM
from tenants.oncall.wording import moment, when
from tenants.portal import schedule_drawing

AHEAD = timedelta(days=60)
LOCAL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Choice:
    """One shift, or a gap (`contact` None), from now on at the earliest. ``key`` holds while the schedule does.

    ``endless``: it ends nobody knows when, and ``end`` is only how far was looked.
    """

    key: str
    duty: Duty
    rank: int
    contact: Contact | None
    start: datetime
    end: datetime
    endless: bool = False

    @property
    def name(self) -> str:
        """Who has it."""
        return self.contact.name if self.contact else "Ingen"

    @property
    def span(self) -> str:
        """``fre 27 nov 16:00–lör 28 nov 07:00``."""
        return f"från {moment(self.start)} och framåt" if self.endless else when(self.start, self.end)

    @property
    def label(self) -> str:
        """``Nils Ek, Fastighetsjour fre 27 nov 16:00–lör 28 nov 07:00``."""
        rank = "" if self.rank == 1 else f" (ordning {self.rank})"
        return f"{self.name}, {self.duty.name}{rank} {self.span}"

    @property
    def query(self) -> str:
        """Its times by the clock on the wall and its rank, for an address: nothing about a person."""
        told = {"from": f"{self.start.astimezone(STOCKHOLM):{LOCAL}}", "rank": str(self.rank)}
        if not self.endless:
            told["to"] = f"{self.end.astimezone(STOCKHOLM):{LOCAL}}"
        return urlencode(told)


def shifts(duties: Sequence[Duty], now: datetime) -> list[Choice]:
    """Two months of shifts, in order."""
    end = now + AHEAD
    plans = reading.plans([one.pk for one in duties], now, end)
    found = [(duty, one) for duty in duties for one in plans[duty.pk].shifts(now, end)]
    people = Contact.objects.in_bulk([one.contact_id for _, one in found])
    alone = schedule_drawing.alone([one.pk for one in duties])
    begins = now.replace(second=0, microsecond=0)
    choices = [
        Choice(
            f"{duty.pk}.{one.rank}.{one.contact_id}.{int(one.start.timestamp())}",
            duty,
            one.rank,
            people[one.contact_id],
            max(one.start, begins),
            one.end,
            one.layer_id in alone and one.end > end,
        )
        for duty, one in found
    ]
    return sorted(choices, key=lambda one: (one.start, one.duty.name, one.rank))


def gaps(duty: Duty, now: datetime) -> list[Choice]:
    """Two weeks of times when nobody has it."""
    begins, ends = now.replace(second=0, microsecond=0), now + queries.FORESEEN
    return [
        Choice("", duty, 1, None, max(start, begins), end, endless=end >= ends)
        for one, spans in queries.gaps(now, ends)
        if one.pk == duty.pk
        for start, end in spans
    ]


def holder(duty: Duty, rank: int, start: datetime, end: datetime) -> Contact | None:
    """Who has the rank in that time; the first of them when it is several."""
    held = [
        one for one in reading.plans([duty.pk], start, end)[duty.pk].shifts(start, end) if one.rank == rank
    ]
    return Contact.objects.filter(pk=held[0].contact_id).first() if held else None
