"""Whose a case is: taking it, letting it go, handing it over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, When

from alarms.workqueue import changes
from alarms.workqueue.errors import (
    AlreadyClaimed,
    AlreadyClosed,
    BadInput,
    NothingWaiting,
    NotNow,
    NotOffered,
    UnknownItem,
)
from alarms.workqueue.following import follows
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.step_watch import steps_changed
from central.accounts.capabilities import CASE_CLAIM, SHIFT_LEAD, rights_of
from central.accounts.models import User
from central.accounts.queries import own_municipalities
from central.events.services import unit_of_work
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id, centre
from tenants.instructions.pinning import pin

STOCKHOLM = ZoneInfo("Europe/Stockholm")

#: Why a case is handed over; the code stands on the board, the words on the screen.
HAND_OVER_REASONS: dict[str, str] = {
    "shift_end": "Mitt pass slutar",
    "competence": "Behöver annan kompetens",
    "load": "Jag har för mycket",
    "local": "Har kontakten med kommunen",
    "other": "Annat, se journalen",
}


def claim(*, item_id: UUID, operator: User, now: datetime) -> WorkItem:
    """Take a case. One of two simultaneous claims wins; the other gets AlreadyClaimed with the winner's name.

    Claiming one's own case again changes nothing, so an unanswered request may simply be repeated. A case whose holder
    has lost contact ("absent") may be taken over.
    """
    with unit_of_work():
        item = changes.locked(item_id)
        changes.check(operator, CASE_CLAIM, item)
        if item.claimed_by_id == operator.pk and item.state == State.HELD:
            return item
        if item.state == State.PARKED and item.claimed_by_id == operator.pk:
            return _take(item, operator, now, "woke")
        if "absent" in item.attention and item.claimed_by is not None:
            return _take(
                item, operator, now, "taken_over", f"Från {item.claimed_by.name}, som saknar kontakt"
            )
        _refuse_if_taken(item)
        return _take(item, operator, now, "claimed")


def claim_next(*, operator: User, now: datetime) -> WorkItem:
    """Take the most urgent unanswered case that the operator may take; two presses never give the same one.

    By priority, and within one her own municipalities first: nobody is dealt the less urgent for where it is. What was
    one of many before they were gathered is not dealt: the case that gathers says the same of all. Raises NothingWaiting.
    """
    with unit_of_work():
        allowed = rights_of(operator).visible_functions(centre().id)
        elsewhere = Case(When(municipality_id__in=own_municipalities(operator), then=0), default=1)
        item = (
            WorkItem.objects.select_for_update(skip_locked=True)
            .filter(~follows(), state=State.UNANSWERED, function__in=allowed)
            .order_by("exercise", "priority", elsewhere, "due_at", "received_at")
            .first()
        )
        if item is None:
            raise NothingWaiting
        changes.check(operator, CASE_CLAIM, item)
        return _take(item, operator, now, "claimed")


def _refuse_if_taken(item: WorkItem) -> None:
    if item.state == State.CLOSED:
        raise already_closed(item)
    if item.claimed_by is not None:
        raise AlreadyClaimed(item.claimed_by.name, item.claimed_by.initials)


def already_closed(item: WorkItem) -> AlreadyClosed:
    """Who closed it and when, as the refusal tells."""
    closed_at = item.closed_at.astimezone(STOCKHOLM) if item.closed_at else None
    return AlreadyClosed(
        item.claimed_by.name if item.claimed_by else "", f"{closed_at:%H:%M}" if closed_at else ""
    )


def _take(item: WorkItem, operator: User, now: datetime, verb: str, text: str = "") -> WorkItem:
    item.state = State.HELD
    item.claimed_by = operator
    item.claimed_at = item.claimed_at or now
    item.parked_until = None
    item.offered_to = item.offered_by = None
    item.offer_reason = ""
    item.attention = [one for one in item.attention if one not in ("late", "absent")]
    _pin_instruction(item, now)
    return changes.save(item, verb=verb, now=now, actor=operator, text=text, part="letter")


def _pin_instruction(item: WorkItem, now: datetime) -> None:
    """The version that is valid when work begins stays with the case, whatever is approved later; its clocks start."""
    with in_municipality(by_id(item.municipality_id)):
        pinned = pin(case_id=item.pk, kind=item.kind, transmitter_id=item.transmitter_id, now=now)
    if pinned is not None:
        steps_changed(item, now)


def release(*, item_id: UUID, operator: User, now: datetime) -> WorkItem:
    """Put a case back among the unanswered."""
    with changes.holding(item_id, operator) as item:
        return to_queue(item, verb="released", now=now, actor=operator)


def to_queue(item: WorkItem, *, verb: str, now: datetime, actor: User | None, text: str = "") -> WorkItem:
    """Back to the unanswered, without a holder; inside a unit of work."""
    item.state = State.UNANSWERED
    item.raise_at = None
    item.claimed_by = None
    item.claimed_at = None
    item.parked_until = None
    item.offered_to = item.offered_by = None
    item.offer_reason = ""
    item.attention = [one for one in item.attention if one not in ("absent", "untouched")]  # said of a holder
    return changes.save(item, verb=verb, now=now, actor=actor, text=text, part="letter")


def hand_over(*, item_id: UUID, operator: User, to_id: int, reason: str, now: datetime) -> WorkItem:
    """Offer one's case to a colleague, with a reason; it stays mine until accepted."""
    if reason not in HAND_OVER_REASONS:
        raise BadInput("reason", "Välj en anledning i listan.")
    with changes.holding(item_id, operator) as item:
        colleague = User.objects.filter(pk=to_id, is_active=True).first()
        if colleague is None or colleague.pk == operator.pk:
            raise BadInput("to_id", "Välj en kollega i tjänst.")
        if not rights_of(colleague).can(CASE_CLAIM, item.municipality_id, item.function):
            raise BadInput("to_id", f"{colleague.name} har inte behörighet till ärendet. Välj någon annan.")
        item.offered_to, item.offered_by, item.offer_reason = colleague, operator, reason
        return changes.save(
            item,
            verb="handed_over",
            now=now,
            actor=operator,
            text=f"Erbjuds {colleague.name}: {HAND_OVER_REASONS[reason]}",
            data={"to": colleague.pk, "reason": reason},
        )


def offer(*, item_id: UUID, to_id: int, leader: User, now: datetime) -> WorkItem:
    """A shift leader moves a colleague's case: it is offered, and accepted as any hand-over."""
    with unit_of_work():
        item = changes.locked(item_id)
        if not rights_of(leader).can(SHIFT_LEAD, item.municipality_id):
            raise UnknownItem
        if item.state not in (State.HELD, State.PARKED):
            raise NotNow("Ingen har ärendet. Be kollegan ta det i kön.")
        colleague = User.objects.filter(pk=to_id, is_active=True).first()
        if colleague is None or not rights_of(colleague).can(CASE_CLAIM, item.municipality_id, item.function):
            raise BadInput("to_id", "Välj en kollega i tjänst med behörighet till ärendet.")
        item.offered_to, item.offered_by, item.offer_reason = colleague, leader, "load"
        return changes.save(item, verb="handed_over", now=now, actor=leader, data={"to": colleague.pk})


def accept_offer(*, item_id: UUID, operator: User, now: datetime) -> WorkItem:
    """Take over a case that is offered to me."""
    with unit_of_work():
        item = changes.locked(item_id)
        changes.check(operator, CASE_CLAIM, item)
        if item.claimed_by_id == operator.pk and item.offered_to_id is None:
            return item
        if item.offered_to_id != operator.pk:
            raise NotOffered
        giver = item.claimed_by.name if item.claimed_by else ""
        item.claimed_by = operator
        item.offered_to = item.offered_by = None
        item.offer_reason = ""
        return changes.save(
            item, verb="offer_accepted", now=now, actor=operator, text=f"Från {giver}" if giver else ""
        )


def decline_offer(*, item_id: UUID, operator: User, now: datetime) -> WorkItem:
    """Say no to an offer; the case stays with whom it was."""
    with unit_of_work():
        item = changes.locked(item_id)
        changes.check(operator, CASE_CLAIM, item)
        if item.offered_to_id != operator.pk:
            raise NotOffered
        item.offered_to = item.offered_by = None
        item.offer_reason = ""
        return changes.save(item, verb="offer_declined", now=now, actor=operator, touched=False)


def held_count(user: User) -> int:
    """How many cases are this person's now, parked ones too."""
    return WorkItem.objects.filter(claimed_by=user, state__in=[State.HELD, State.PARKED]).count()
