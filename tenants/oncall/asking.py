"""What a person asks for on their own page: somebody else for a shift or part of it, or a swap. Call in the municipality.

The shift must be theirs, and the other one somebody they were offered: whatever else was typed is refused in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tenants.oncall import own_page, replacements
from tenants.oncall.models import Contact, Replacement, ReplacementState
from tenants.oncall.own_page import Turn
from tenants.oncall.replacements import Part, Settled
from tenants.oncall.schedule import STOCKHOLM, at_wall
from tenants.oncall.services import BadEntry
from tenants.oncall.wording import moment

LOCAL = "%Y-%m-%dT%H:%M"
MOST_WAITING = 20


def local(at: datetime) -> str:
    """A moment as a field for date and time has it: by the clock on the wall in Stockholm."""
    return f"{at.astimezone(STOCKHOLM):{LOCAL}}"


def begins(turn: Turn, now: datetime) -> datetime:
    """From when it can be given away: its start, or this minute."""
    return max(turn.shift.start, now.replace(second=0, microsecond=0))


def replacement(
    *, contact: Contact, turn: Turn, typed: Mapping[str, str], now: datetime
) -> list[Replacement]:
    """Ask a colleague to take the shift, or its part ``from``–``to``. Raises BadEntry."""
    start = _moment(typed.get("from", ""), "from", begins(turn, now))
    end = _moment(typed.get("to", ""), "to", turn.end)
    if start < begins(turn, now):
        raise BadEntry("from", f"Passet börjar {moment(begins(turn, now))}. Välj den tiden eller senare.")
    if turn.end is not None and end > turn.end:
        raise BadEntry("to", f"Passet slutar {moment(turn.end)}. Välj den tiden eller tidigare.")
    if end <= start:
        raise BadEntry("to", "Sluttiden ligger före starttiden.")
    near, far = own_page.colleagues(contact, turn.duty)
    who = next((one for one in (*near, *far) if str(one.pk) == typed.get("contact", "")), None)
    if who is None:
        raise BadEntry("contact", "Välj en kollega i listan.")
    part = Part(turn.duty.pk, start, end, who.pk, contact.pk, turn.shift.rank)
    return _ask(contact, [part], typed.get("reason", ""), now)


def swap(*, contact: Contact, turn: Turn, typed: Mapping[str, str], now: datetime) -> list[Replacement]:
    """Ask a colleague to change shifts. Raises BadEntry."""
    offers = own_page.offered(contact, turn.duty, now)
    other = next((one for one in offers if one.theirs == typed.get("other", "")), None)
    if other is None or other.end is None:
        raise BadEntry("other", "Välj ett pass i listan.")
    if turn.end is None:
        raise BadEntry("other", "Passet har inget slut. Be om en ersättare för en del av det i stället.")
    theirs = other.shift.contact_id
    parts = [
        Part(turn.duty.pk, begins(turn, now), turn.end, theirs, contact.pk, turn.shift.rank),
        Part(other.duty.pk, other.shift.start, other.end, contact.pk, theirs, other.shift.rank),
    ]
    return _ask(contact, parts, typed.get("swap_reason", ""), now, field="swap_reason")


def answer(*, contact: Contact, row_id: int, yes: bool, now: datetime) -> list[Replacement]:
    """The person's own yes or no. Raises Replacement.DoesNotExist, Settled and BadEntry."""
    say = replacements.say_yes if yes else replacements.say_no
    return say(row_id=row_id, contact_id=contact.pk, by_name=contact.name, now=now)


def take_back(*, contact: Contact, row_id: int, now: datetime) -> list[Replacement]:
    """Withdraw what the person asked for, until the other has said yes. Raises Replacement.DoesNotExist and Settled."""
    with transaction.atomic():
        row = Replacement.objects.select_for_update().get(
            Q(contact=contact) | Q(instead_of=contact), pk=row_id, asked_by_name=contact.name
        )
        if row.state == ReplacementState.VALID:
            raise Settled(row)
        return replacements.withdraw(row_id=row_id, by_name=contact.name, now=now)


def _ask(
    contact: Contact, parts: list[Part], reason: str, now: datetime, field: str = "reason"
) -> list[Replacement]:
    """Asked twice is asked once."""
    with transaction.atomic():
        Contact.objects.select_for_update().get(pk=contact.pk)
        mine = Replacement.objects.filter(
            Q(contact=contact) | Q(instead_of=contact),
            asked_by_name=contact.name,
            state=ReplacementState.ASKED,
            ends_at__gt=now,
        )
        first = parts[0]
        same = mine.filter(
            duty_id=first.duty_id, rank=first.rank, starts_at=first.starts_at, ends_at=first.ends_at,
            contact_id=first.contact_id, swap__isnull=len(parts) == 1,
        ).first()  # fmt: skip
        if same is not None and (same.swap is None or _same_half(same, parts[1])):
            return [same]
        if mine.count() >= MOST_WAITING:
            raise BadEntry(
                field, f"Du har redan {MOST_WAITING} frågor som väntar på svar. Återkalla någon först."
            )
        try:
            return replacements.ask(
                parts=parts, said_yes=[contact.pk], by_name=contact.name, reason=reason, now=now
            )
        except BadEntry as wrong:
            raise BadEntry(field if wrong.field == "reason" else wrong.field, wrong.message) from wrong


def _same_half(row: Replacement, part: Part) -> bool:
    return Replacement.objects.filter(
        swap=row.swap, starts_at=part.starts_at, ends_at=part.ends_at, instead_of_id=part.instead_of
    ).exists()


def _moment(text: str, field: str, unchanged: datetime | None) -> datetime:
    """What was typed; left as it stood, exactly what stood there, also in the hour that the clocks double."""
    if unchanged is not None and text in ("", local(unchanged)):
        return unchanged
    try:
        found = datetime.strptime(text[:16], LOCAL)  # noqa: DTZ007 (by the clock on the wall)
    except ValueError:
        raise BadEntry(field, "Skriv datum och klockslag, till exempel 2026-11-27 16:00.") from None
    return at_wall(found.date(), found.time())
