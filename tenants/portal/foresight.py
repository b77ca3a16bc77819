"""What an act on the schedule would lead to: done, looked at, and taken back. Call in the municipality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tenants.oncall import queries, reading
from tenants.oncall.models import Contact
from tenants.oncall.schedule import Span
from tenants.portal import schedule_drawing, schedule_words

AHEAD = timedelta(days=60)
MOST = 12
"""Lines of one kind that are told; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """Sentences: turns that become nobody's or somebody else's, and times when nobody at all is on duty."""

    turns: list[str]
    gaps: list[str]
    someone: bool = False  # it is a person, or people in turn, who leave others' turns where they are


def tried[T](act: Callable[[], object], look: Callable[[], T]) -> T:
    """What `look` sees after `act`, of which nothing stays. Raises what they raise."""
    with transaction.atomic():
        act()
        seen = look()
        transaction.set_rollback(True)
    return seen


def gaps_after(act: Callable[[], object], now: datetime) -> list[str]:
    """New times without anybody on duty, in words, two months ahead."""
    end = now + AHEAD
    before = _gaps(now, end)
    after = tried(act, lambda: _gaps(now, end))
    return _short(
        [
            f"{duty} {schedule_words.gap(span, now, end)}"
            for duty, span in after
            if not _within((duty, span), before)
        ]
    )


def without(contact: Contact, act: Callable[[], object], now: datetime) -> Consequences:
    """What follows when the contact is removed by `act`, two months ahead."""
    end = now + AHEAD
    mine = queries.shifts_of(contact.pk, now, end)
    read = [duty.pk for duty, _ in mine]
    alone = schedule_drawing.alone(read)
    after = tried(
        act, lambda: {pk: plan.shifts(now, end) for pk, plan in reading.plans(read, now, end).items()}
    )
    names = dict(Contact.objects.filter(removed_at=None).values_list("pk", "name"))
    turns = []
    for duty, one in mine:
        span = max(one.start, now), min(one.end, end)
        endless = one.layer_id in alone and one.end > end
        others = [
            other
            for other in after[duty.pk]
            if other.rank == one.rank and other.start < span[1] and other.end > span[0]
        ]
        rank = "" if one.rank == 1 else f" (ordning {one.rank})"
        goes = "går tillbaka till " + ", ".join(sorted({names.get(x.contact_id, "") for x in others}))
        told = schedule_words.gap((one.start, one.end), now, end if endless else one.end + AHEAD)
        turns.append(f"{duty.name}{rank} {told} {goes if others else 'blir ingens'}")
    return Consequences(_short(turns), gaps_after(act, now), someone=True)


def _gaps(start: datetime, end: datetime) -> list[tuple[str, Span]]:
    return [(duty.name, span) for duty, spans in queries.gaps(start, end) for span in spans]


def _within(one: tuple[str, Span], others: list[tuple[str, Span]]) -> bool:
    name, (start, end) = one
    return any(name == other and span[0] <= start and end <= span[1] for other, span in others)


def _short(lines: list[str]) -> list[str]:
    more = len(lines) - MOST
    return [*lines[:MOST], f"och {more} till"] if more > 0 else lines
