"""What a person sees on their own page, and whom they may ask. Call in the municipality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from tenants.oncall import queries, reading, replacements, schedule
from tenants.oncall.models import Contact, Duty, Layer, LayerMember, Replacement, ReplacementState
from tenants.oncall.schedule import Shift
from tenants.oncall.wording import moment, when

AHEAD = timedelta(weeks=8)
RECENT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Turn:
    """One shift, of the person or of a colleague. ``end`` None: until further notice."""

    duty: Duty
    shift: Shift
    end: datetime | None
    name: str = ""

    @property
    def key(self) -> str:
        """Names it among the person's own shifts as long as it begins then; nothing in it tells of anybody."""
        return f"{self.duty.pk}.{self.shift.rank}.{int(self.shift.start.timestamp())}"

    @property
    def theirs(self) -> str:
        """Names it among the shifts of colleagues; only for the body of a form."""
        return f"{self.key}.{self.shift.contact_id}"

    @property
    def what(self) -> str:
        """``Vägjour``; ``Vägjour (ordning 2)``."""
        return self.duty.name if self.shift.rank == 1 else f"{self.duty.name} (ordning {self.shift.rank})"

    @property
    def span(self) -> str:
        """``fre 27 nov 16:00–lör 28 nov 07:00``."""
        if self.end is None:
            return f"{moment(self.shift.start)} och tills vidare"
        return when(self.shift.start, self.end)


@dataclass(frozen=True, slots=True)
class Asked:
    """A replacement or both halves of a swap, in words. ``mine`` may be taken back by the person."""

    key: int
    lines: list[str]
    word: str
    state: str
    by: str
    reason: str
    mine: bool


def turns(contact: Contact, now: datetime) -> list[Turn]:
    """The person's shifts of eight weeks, in order, with the one that goes on."""
    mine = queries.shifts_of(contact.pk, now, now + AHEAD)
    alone = _alone(duty.pk for duty, _ in mine)
    return [_turn(duty, one, alone, now) for duty, one in mine]


def until(turn: Turn, mine: Iterable[Turn]) -> datetime | None:
    """When the duty that goes on ends, following what joins it; None: not in sight."""
    same = [one for one in mine if one.duty.pk == turn.duty.pk]
    last = schedule.lasts(turn.shift, [one.shift for one in same])
    return None if any(one.end is None and one.shift.end == last for one in same) else last


def colleagues(contact: Contact, duty: Duty) -> tuple[list[Contact], list[Contact]]:
    """Who may be asked: those in the duty's schedule, then the others who take SMS; in Swedish order."""
    here = Q(pk__in=LayerMember.objects.filter(layer__duty=duty).values("contact_id")) | Q(
        calendar_shifts__calendar__duty=duty
    )
    sharing = set(Contact.objects.filter(here, removed_at=None).values_list("pk", flat=True))
    others = [one for one in queries.contacts() if one.pk != contact.pk]
    return (
        [one for one in others if one.pk in sharing],
        [one for one in others if one.pk not in sharing and one.sms],
    )


def offered(contact: Contact, duty: Duty, now: datetime) -> list[Turn]:
    """Colleagues' coming shifts of the same duty, for a swap."""
    end = now + AHEAD
    alone = _alone([duty.pk])
    shifts = reading.plans([duty.pk], now, end)[duty.pk].shifts(now, end)
    theirs = [one for one in shifts if one.contact_id != contact.pk and one.start > now]
    people = Contact.objects.in_bulk({one.contact_id for one in theirs})
    found = [_turn(duty, one, alone, now, people[one.contact_id].name) for one in theirs]
    return [one for one in found if one.end is not None]


def waiting(contact: Contact, now: datetime) -> list[Asked]:
    """What waits for the person's yes or no; a swap once."""
    rows = replacements.waiting_for(contact.pk, now)
    return [_asked(contact, some) for some in _together(rows)]


def asked(contact: Contact, now: datetime) -> list[Asked]:
    """What the person has asked for, and how far it has come; the latest first."""
    mine = Q(contact=contact) | Q(instead_of=contact)
    rows = Replacement.objects.filter(mine, asked_by_name=contact.name, ends_at__gt=now - RECENT).filter(
        Q(contact=contact, taker_said_at__isnull=False) | Q(instead_of=contact, giver_said_at__isnull=False)
    )
    found = _together(rows.select_related("duty", "contact", "instead_of").order_by("-asked_at", "pk"))
    return [_asked(contact, some) for some in found]


def is_asker(contact: Contact, row: Replacement) -> bool:
    """Whether the person asked for it, and it is still only asked."""
    side = contact.pk in (row.contact_id, row.instead_of_id)
    return side and row.asked_by_name == contact.name and row.state == ReplacementState.ASKED


def _together(rows: Iterable[Replacement]) -> list[list[Replacement]]:
    found: dict[object, list[Replacement]] = {}
    for row in rows:
        found.setdefault(row.swap or row.pk, []).append(row)
    return list(found.values())


def _asked(contact: Contact, rows: Sequence[Replacement]) -> Asked:
    first = rows[0]
    state = ReplacementState(first.state)
    return Asked(
        key=first.pk,
        lines=[_line(contact, row) for row in rows],
        word=state.label,
        state=state.value,
        by=first.asked_by_name,
        reason=first.reason,
        mine=is_asker(contact, first),
    )


def _line(contact: Contact, row: Replacement) -> str:
    what = row.duty.name if row.rank == 1 else f"{row.duty.name} (ordning {row.rank})"
    span = when(row.starts_at, row.ends_at).replace(" ", "\u00a0")  # breaks between its ends only
    if row.contact_id == contact.pk:
        instead = f" i stället för {row.instead_of.name}" if row.instead_of else ""
        return f"Du tar {what} {span}{instead}"
    return f"{row.contact.name} tar din {what} {span}"


def _turn(duty: Duty, shift: Shift, alone: frozenset[int], now: datetime, name: str = "") -> Turn:
    endless = shift.layer_id in alone and shift.end > now + AHEAD
    return Turn(duty, shift, None if endless else shift.end, name)


def _alone(duty_ids: Iterable[int]) -> frozenset[int]:
    """The layers that one person has without an end: their shifts go on where they seem to end."""
    endless = Layer.objects.filter(duty_id__in=duty_ids, until=None)
    people = endless.annotate(people=Count("members__contact", distinct=True)).filter(people=1)
    return frozenset(people.values_list("pk", flat=True))
