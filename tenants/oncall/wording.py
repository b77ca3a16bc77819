"""What people on call are told by SMS about their shifts, and how times of shifts are written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from central import phone
from central.accounts.models import User
from central.carriers import services as carriers
from central.municipalities.context import current
from tenants.oncall import links
from tenants.oncall.models import Contact, Replacement, ReplacementState
from tenants.oncall.schedule import STOCKHOLM
from tenants.oncall.services import audit

PURPOSE = "oncall"
_DAYS = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")
_MONTHS = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")
_ENDED = {
    ReplacementState.DECLINED: "Bytet blev inte av. Schemat gäller som förut:",
    ReplacementState.WITHDRAWN: "Bytet är återkallat. Schemat gäller som förut:",
}


def moment(at: datetime) -> str:
    """``fre 27 nov 16:00`` on the wall in Stockholm."""
    local = at.astimezone(STOCKHOLM)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"


def when(start: datetime, end: datetime) -> str:
    """``fre 27 nov 16:00–lör 28 nov 07:00``; the day once when it is the same."""
    same = start.astimezone(STOCKHOLM).date() == end.astimezone(STOCKHOLM).date()
    return f"{moment(start)}–{f'{end.astimezone(STOCKHOLM):%H:%M}' if same else moment(end)}"


def tell_of(rows: Sequence[Replacement], now: datetime) -> None:
    """Ask those who have not said yes, and tell both sides once it is settled. In the transaction of the act."""
    for contact, lines in _sides(rows).items():
        waits = any(line.endswith("?") for line in lines)
        state = ReplacementState(rows[0].state)
        if state == ReplacementState.ASKED and not waits:
            continue
        head = {ReplacementState.ASKED: "Kan du byta jour?", ReplacementState.VALID: "Bytet gäller."}
        text = " ".join([head.get(state) or _ENDED[state], *lines])
        if waits:
            text += f" Svara på din sida: {links.address(contact)}"
        send(contact, text, now)


def _sides(rows: Sequence[Replacement]) -> dict[Contact, list[str]]:
    """Per person, what it means for them; with a question mark where they have not answered."""
    found: dict[Contact, list[str]] = {}
    for row in rows:
        asked = row.state == ReplacementState.ASKED
        span = f"{row.duty.name} {when(row.starts_at, row.ends_at)}"
        instead = f" i stället för {row.instead_of.name}" if row.instead_of else ""
        mark = "?" if asked and row.taker_said_at is None else "."
        found.setdefault(row.contact, []).append(f"Du tar {span}{instead}{mark}")
        if row.instead_of is not None:
            mark = "?" if asked and row.giver_said_at is None else "."
            found.setdefault(row.instead_of, []).append(f"{row.contact.name} tar din {span}{mark}")
    return found


def send_link(*, contact_id: int, actor: User, now: datetime) -> bool:
    """Send a person the address of their own page; False when they take no SMS. In a transaction."""
    contact = Contact.objects.get(pk=contact_id, removed_at=None)
    if not contact.sms:
        return False
    address = links.address(contact)
    sent = send(contact, f"Dina jourpass i {current().name} och din kalender: {address}", now)
    if sent:
        Contact.objects.filter(pk=contact_id).update(link_sent_at=now)
        audit("link_sent", contact.pk, actor, now, name=contact.name)
    return sent


def send(contact: Contact, text: str, now: datetime) -> bool:
    """One SMS in the caller's transaction; False when the person takes none."""
    if not contact.sms:
        return False
    with suppress(phone.BadNumber):
        carriers.send(
            municipality=current(),
            subject_id=uuid5(NAMESPACE_OID, f"oncall.contact:{current().id}:{contact.pk}"),
            purpose=PURPOSE,
            to=contact.phone,
            body=text,
            contact_name=contact.name,
            now=now,
        )
        return True
    return False
