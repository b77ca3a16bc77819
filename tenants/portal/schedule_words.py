"""The schedule in Swedish: a turn, how often it changes, a gap, and how far a swap has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tenants.oncall import windows
from tenants.oncall.models import Layer, Replacement, ReplacementState
from tenants.oncall.schedule import STOCKHOLM, Span, at_wall
from tenants.oncall.wording import moment, when

_ON_DAYS = ("måndagar", "tisdagar", "onsdagar", "torsdagar", "fredagar", "lördagar", "söndagar")
_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
    "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """One place in a turn: who (empty when that person is removed), and until when they have it if it is now."""

    name: str
    left: str
    until: str


def day(one: date) -> str:
    """``23 november 2026``."""
    return f"{one.day} {_MONTHS[one.month - 1]} {one.year}"


def changes(first_day: date, turns_at: str, turn_days: int) -> str:
    """``byter varje vecka, måndagar 08:00``; ``byter var 10:e dag 08:00``."""
    weeks, odd = divmod(turn_days, 7)
    if odd:
        return f"byter {_every(turn_days, 'dag')} {turns_at}"
    return f"byter {_every(weeks, 'vecka')}, {_ON_DAYS[first_day.weekday()]} {turns_at}"


def _every(number: int, what: str) -> str:
    if number <= 2:
        return f"{'varje' if number == 1 else 'varannan'} {what}"
    ending = "a" if number % 10 in (1, 2) and number % 100 not in (11, 12) else "e"
    return f"var {number}:{ending} {what}"


def layer(one: Layer, people: int) -> str:
    """How a turn goes: ``dygnet runt, byter varje vecka, måndagar 08:00``; without change when one has it alone."""
    hours = windows.words(windows.read(one.windows))
    if people < 2:
        return hours
    return f"{hours}, {changes(one.first_day, f'{one.turns_at:%H:%M}', one.turn_days)}"


def turns(one: Layer, now: datetime) -> list[Turn]:
    """The people in order, with whose turn it is."""
    members = list(one.members.select_related("contact").order_by("position"))
    going, until = None, ""
    if members and at_wall(one.first_day, one.turns_at) <= now and len(members) > 1:
        change, nth = next_change(one, now)
        going, until = (nth - 1) % len(members), moment(at_wall(change, one.turns_at))
    return [
        Turn(
            "" if each.contact.removed_at else each.contact.name,
            each.contact.name if each.contact.removed_at else "",
            until if position == going else "",
        )
        for position, each in enumerate(members)
    ]


def next_change(one: Layer, now: datetime) -> tuple[date, int]:
    """The day of the first change of turn after now, and the number of the turn that begins then (0 the first)."""
    nth = max(0, (now.astimezone(STOCKHOLM).date() - one.first_day).days // one.turn_days)
    while at_wall(on := one.first_day + timedelta(days=nth * one.turn_days), one.turns_at) <= now:
        nth += 1
    return on, nth


def gap(span: Span, now: datetime, end: datetime) -> str:
    """``fre 27 nov 16:00–lör 28 nov 07:00``; ``från nu`` and ``och framåt`` where it goes beyond what was asked."""
    start, stop = span
    if stop >= end:
        return f"från {'nu' if start <= now else moment(start)} och framåt"
    return f"från nu till {moment(stop)}" if start <= now else when(start, stop)


def listed(names: Sequence[str]) -> str:
    """``Nils, Sara och Eva``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} och {names[-1]}" if names else ""


@dataclass(frozen=True, slots=True)
class Side:
    """One who has to say yes: ``answer`` in words; ``waits`` when it has not come."""

    contact_id: int
    name: str
    answer: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Swap:
    """A replacement, or both halves of a swap, as people read them."""

    key: int
    parts: list[str]
    state: str
    word: str
    settled: str
    sides: list[Side]
    reason: str
    asked: str
    open: bool
    duty_ids: frozenset[int]


def swaps(rows: Iterable[Replacement], now: datetime) -> list[Swap]:
    """Rows with their other halves, in order; ``rows`` with duty, contact and instead_of."""
    together: dict[object, list[Replacement]] = {}
    for row in rows:
        together.setdefault(row.swap or row.pk, []).append(row)
    return [_swap(some, now) for some in together.values()]


def _swap(rows: list[Replacement], now: datetime) -> Swap:
    first = rows[0]
    state = ReplacementState(first.state)
    over = all(row.ends_at <= now for row in rows)
    word = "Svar kom aldrig" if over and state == ReplacementState.ASKED else state.label
    settled = ""
    if first.settled_at and state != ReplacementState.ASKED:
        settled = f"{moment(first.settled_at)}, {first.settled_by_name}"
    return Swap(
        key=first.pk,
        parts=[_part(row) for row in rows],
        state=state.value,
        word=word,
        settled=settled,
        sides=_sides(rows),
        reason=first.reason,
        asked=f"{first.asked_by_name}, {moment(first.asked_at)}",
        open=not over and state in (ReplacementState.ASKED, ReplacementState.VALID),
        duty_ids=frozenset(row.duty_id for row in rows),
    )


def _part(row: Replacement) -> str:
    rank = "" if row.rank == 1 else f" (ordning {row.rank})"
    instead = f" i stället för {row.instead_of.name}" if row.instead_of else ""
    return f"{row.contact.name} tar {row.duty.name}{rank} {when(row.starts_at, row.ends_at)}{instead}"


def _sides(rows: list[Replacement]) -> list[Side]:
    found: dict[int, Side] = {}
    for row in rows:
        for contact, said in ((row.contact, row.taker_said_at), (row.instead_of, row.giver_said_at)):
            if contact is None or (contact.pk in found and found[contact.pk].waits):
                continue
            answer = f"{contact.name} har sagt ja" if said else f"{contact.name} har inte svarat"
            found[contact.pk] = Side(contact.pk, contact.name, answer, said is None)
    return list(found.values())
