"""Swaps and replacements: asked by one, said yes to by both, and only then true. Call in the municipality.

Both sides are the person who gives a shift away and the one who takes it. Each says so on their own page, or an admin
who has heard it by telephone says it for them, by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from central.accounts.models import User
from tenants.oncall import reading, wording
from tenants.oncall.models import Contact, Duty, Replacement, ReplacementState
from tenants.oncall.services import BadEntry, audit

LONGEST = timedelta(days=92)
FAR_BACK = timedelta(days=1)


class Settled(Exception):
    """It is no longer waiting for an answer."""

    def __init__(self, row: Replacement) -> None:
        super().__init__(row.state)
        self.message = f"Bytet väntar inte längre på svar: {ReplacementState(row.state).label.lower()}."


@dataclass(frozen=True, slots=True)
class Part:
    """`contact_id` takes the rank from `starts_at` to `ends_at` (aware), `instead_of` whoever has it (None: nobody)."""

    duty_id: int
    starts_at: datetime
    ends_at: datetime
    contact_id: int
    instead_of: int | None = None
    rank: int = 1


def ask(
    *,
    parts: Sequence[Part],
    said_yes: Iterable[int] = (),
    by_name: str,
    actor: User | None = None,
    reason: str = "",
    now: datetime,
) -> list[Replacement]:
    """One part is a replacement, two are a swap. `said_yes` are the contacts who have agreed already.

    Those who have not are asked by SMS, each once. Raises BadEntry.
    """
    agreed = set(said_yes)
    swap = uuid4() if len(parts) > 1 else None
    with transaction.atomic():
        rows = [_row(part, swap, agreed, by_name, reason, now) for part in parts]
        _settle(rows, now)
        for row in rows:
            audit(f"replacement_{row.state}", row.pk, actor, now, **_said(row, by_name))
        wording.tell_of(rows, now)
    return rows


def say_yes(
    *, row_id: int, contact_id: int, by_name: str, actor: User | None = None, now: datetime
) -> list[Replacement]:
    """That person agrees, to both halves of a swap. Twice is once. Raises Replacement.DoesNotExist and Settled."""
    with transaction.atomic():
        rows = _together(row_id, contact_id)
        if all(_has_said(row, contact_id) for row in rows):
            return rows
        _open(rows)
        for row in rows:
            if row.contact_id == contact_id:
                row.taker_said_at = row.taker_said_at or now
            if row.instead_of_id == contact_id:
                row.giver_said_at = row.giver_said_at or now
        _check_still_theirs(rows, now)
        _settle(rows, now, by_name)
        for row in rows:
            row.save()
            audit("replacement_agreed", row.pk, actor, now, **_said(row, by_name))
        wording.tell_of(rows, now)
    return rows


def say_no(
    *, row_id: int, contact_id: int, by_name: str, actor: User | None = None, now: datetime
) -> list[Replacement]:
    """That person can't: the whole swap is off. Twice is once. Raises Replacement.DoesNotExist and Settled."""
    return _end(row_id, contact_id, ReplacementState.DECLINED, by_name, actor, now)


def withdraw(*, row_id: int, by_name: str, actor: User | None = None, now: datetime) -> list[Replacement]:
    """Take it back, also when it holds already. Twice is once. Raises Replacement.DoesNotExist and Settled."""
    return _end(row_id, None, ReplacementState.WITHDRAWN, by_name, actor, now)


def _end(
    row_id: int,
    contact_id: int | None,
    state: ReplacementState,
    by_name: str,
    actor: User | None,
    now: datetime,
) -> list[Replacement]:
    with transaction.atomic():
        rows = _together(row_id, contact_id)
        if all(row.state == state for row in rows):
            return rows
        if state == ReplacementState.DECLINED or rows[0].state != ReplacementState.VALID:
            _open(rows)
        for row in rows:
            row.state, row.settled_by_name, row.settled_at = state, by_name, now
            row.save()
            audit(f"replacement_{state}", row.pk, actor, now, **_said(row, by_name))
        wording.tell_of(rows, now)
    return rows


def _row(
    part: Part, swap: UUID | None, agreed: set[int], by_name: str, reason: str, now: datetime
) -> Replacement:
    duty = Duty.objects.select_for_update().filter(pk=part.duty_id).first()
    if duty is None:
        raise BadEntry("duty", "Välj en jour i listan.")
    asked = {part.contact_id} if part.instead_of is None else {part.contact_id, part.instead_of}
    if Contact.objects.filter(pk__in=asked, removed_at=None).count() != len(asked):
        raise BadEntry("contact", "Välj en kontakt i listan.")
    if part.contact_id == part.instead_of:
        raise BadEntry("contact", "Det är samma person. Välj någon annan.")
    if part.ends_at <= part.starts_at:
        raise BadEntry("ends_at", "Sluttiden ligger före starttiden.")
    if part.ends_at - part.starts_at > LONGEST:
        raise BadEntry("ends_at", "Högst tre månader i taget. Ändra schemat i stället.")
    if part.ends_at <= now - FAR_BACK:
        raise BadEntry("ends_at", "Tiden har redan varit.")
    if part.rank not in range(1, 10):
        raise BadEntry("rank", "Ordningen är ett tal från 1 till 9.")
    if len(reason) > 200:
        raise BadEntry("reason", f"Skälet är {len(reason)} tecken. Högst 200 får plats.")
    row = Replacement.objects.create(
        duty=duty,
        rank=part.rank,
        starts_at=part.starts_at,
        ends_at=part.ends_at,
        contact_id=part.contact_id,
        instead_of_id=part.instead_of,
        swap=swap,
        reason=reason.strip(),
        asked_by_name=by_name,
        asked_at=now,
        taker_said_at=now if part.contact_id in agreed else None,
        giver_said_at=now if part.instead_of in agreed else None,
    )
    _check_still_theirs([row], now)
    return row


def _check_still_theirs(rows: Iterable[Replacement], now: datetime) -> None:
    """Nobody gives away what they haven't got."""
    for row in rows:
        if row.instead_of_id is None or row.ends_at <= now:
            continue
        plan = reading.plans([row.duty_id], row.starts_at, row.ends_at)[row.duty_id]
        held = [
            one
            for one in plan.shifts(row.starts_at, row.ends_at)
            if (one.rank, one.contact_id) == (row.rank, row.instead_of_id)
        ]
        if not held:
            giver = Contact.objects.get(pk=row.instead_of_id).name
            raise BadEntry(
                "instead_of",
                f"{giver} har inte {row.duty.name} med ordning {row.rank} då. Titta i schemat igen.",
            )


def _settle(rows: Sequence[Replacement], now: datetime, by_name: str = "") -> None:
    """Valid once everybody has said yes, together."""
    if all(row.taker_said_at and (row.instead_of_id is None or row.giver_said_at) for row in rows):
        for row in rows:
            row.state, row.settled_at = ReplacementState.VALID, now
            row.settled_by_name = by_name or row.asked_by_name
            row.save()


def _together(row_id: int, contact_id: int | None) -> list[Replacement]:
    """The row and the other half of its swap, locked in order. Somebody else's row doesn't exist."""
    row = Replacement.objects.get(pk=row_id)
    if contact_id is not None and contact_id not in (row.contact_id, row.instead_of_id):
        raise Replacement.DoesNotExist
    rows = Replacement.objects.filter(swap=row.swap) if row.swap else Replacement.objects.filter(pk=row_id)
    return list(
        rows.select_related("duty", "contact", "instead_of").select_for_update(of=("self",)).order_by("pk")
    )


def _has_said(row: Replacement, contact_id: int) -> bool:
    taker = row.contact_id != contact_id or row.taker_said_at is not None
    giver = row.instead_of_id != contact_id or row.giver_said_at is not None
    return taker and giver


def _open(rows: Sequence[Replacement]) -> None:
    if (settled := next((row for row in rows if row.state != ReplacementState.ASKED), None)) is not None:
        raise Settled(settled)


def _said(row: Replacement, by_name: str) -> dict[str, str]:
    return {
        "duty": row.duty.name,
        "name": row.contact.name,
        "instead_of": row.instead_of.name if row.instead_of else "",
        "time": wording.when(row.starts_at, row.ends_at),
        "by": by_name,
    }


def waiting_for(contact_id: int, now: datetime | None = None) -> list[Replacement]:
    """What this person has not answered yet, of what has not already been."""
    now = now or timezone.now()
    rows = Replacement.objects.filter(state=ReplacementState.ASKED, ends_at__gt=now).select_related(
        "duty", "contact", "instead_of"
    )
    mine = [row for row in rows if contact_id in (row.contact_id, row.instead_of_id)]
    return [row for row in mine if not _has_said(row, contact_id)]
