"""Beginning, walking and signing a handover. Each act is one transaction in the lock of its row, and safe to repeat."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from alarms.handover import sections
from alarms.handover.models import Handover, Line
from alarms.workqueue import changes
from alarms.workqueue.errors import BadInput, Refused
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.queries import audience
from central.accounts.capabilities import CASE_CLAIM, rights_of
from central.accounts.models import User
from central.audit.services import record
from central.events.services import unit_of_work
from central.municipalities.context import in_municipality
from central.municipalities.directory import centre
from tenants.contents.models import HandoverLetter

WITHIN = timedelta(minutes=20)
"""From when it is begun until both should have signed."""
MOST_LINES, LONGEST = 10, 200


class NotOpen(Refused):
    """It is signed or withdrawn already."""

    code = "not_open"

    def __init__(self) -> None:
        super().__init__("Överlämningen är redan avslutad.")


class NotYours(Refused):
    """Only who began it may do that."""

    code, status = "not_yours", 403

    def __init__(self) -> None:
        super().__init__("Det gör den som lämnar över.")


class Unseen(Refused):
    """Lines are left to walk."""

    code = "unseen"

    def __init__(self, left: int) -> None:
        what = "rad är inte sedd" if left == 1 else "rader är inte sedda"
        super().__init__(f"{left} {what} än. Gå igenom dem först.")


def begin(*, leader: User, now: datetime) -> Handover:
    """Write the lines as things stand now. With one open already, that one."""
    with unit_of_work():
        going = current(lock=True)
        if going is not None:
            return going
        lines = sections.written(now)
        made = Handover.objects.create(giver=leader, opened_at=now, due_at=now + WITHIN)
        Line.objects.bulk_create(
            Line(handover=made, position=nth, section=code, function=one.function, item_id=one.item_id)
            for nth, (code, one) in enumerate(lines, 1)
        )
        with in_municipality(centre()):
            HandoverLetter.objects.create(id=made.pk, lines=[one.text for _, one in lines], saved_at=now)
        _audit("begun", made, leader)
    return made


def current(*, lock: bool = False) -> Handover | None:
    """The one that is open."""
    rows = Handover.objects.filter(done_at=None, withdrawn_at=None)
    return (rows.select_for_update() if lock else rows.select_related("giver", "taker")).first()


def keep_notes(*, handover_id: UUID, leader: User, notes: str, now: datetime) -> str:
    """What to think of, as it is typed by who leaves. Raises BadInput, NotOpen, NotYours."""
    text = "\n".join(line.rstrip() for line in notes.strip("\n").splitlines())
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise BadInput("notes", f"Skriv högst {MOST_LINES} rader. Det är {len(lines)} nu.")
    if any(len(line) > LONGEST for line in lines):
        raise BadInput("notes", f"Skriv högst {LONGEST} tecken på varje rad.")
    with unit_of_work():
        one = _open(handover_id)
        if one.giver_id != leader.pk:
            raise NotYours
        with in_municipality(centre()):
            HandoverLetter.objects.filter(pk=one.pk).update(notes=text, saved_at=now)
    return text


def see(*, handover_id: UUID, position: int, leader: User, now: datetime) -> None:
    """Who comes has read the line. Who leaves has written it: it stays unseen. Raises NotOpen and BadInput."""
    with unit_of_work():
        one = _open(handover_id)
        if one.giver_id == leader.pk:
            return
        line = one.lines.filter(position=position).first()
        if line is None or not (line.function == "" or line.function in audience(leader)):
            raise BadInput("position", "Raden finns inte.")
        if line.seen_by_id != leader.pk:
            line.seen_at, line.seen_by = now, leader
            line.save(update_fields=["seen_at", "seen_by"])


def sign(*, handover_id: UUID, leader: User, now: datetime) -> Handover:
    """Both do it, in any order; who comes has seen every line that they may read. Raises NotOpen and Unseen."""
    with unit_of_work():
        one = Handover.objects.select_for_update().get(pk=handover_id)
        if leader.pk in (one.giver_id, one.taker_id) and one.done_at is not None:
            return one
        if not one.open:
            raise NotOpen
        if one.giver_id == leader.pk:
            one.giver_signed_at = one.giver_signed_at or now
        else:
            left = unseen(one, leader).count()
            if left:
                raise Unseen(left)
            if one.taker_id not in (None, leader.pk):
                raise NotOpen
            one.taker, one.taker_signed_at = leader, one.taker_signed_at or now
        if one.giver_signed_at and one.taker_signed_at:
            one.done_at = now
            one.moved = _move_parked(one, now)
        one.save()
        _audit("signed", one, leader)
    return one


def unseen(one: Handover, leader: User) -> QuerySet[Line]:
    """The lines that this leader may read and has not seen."""
    mine = one.lines.filter(Q(function="") | Q(function__in=audience(leader)))
    return mine.exclude(seen_by=leader)


def withdraw(*, handover_id: UUID, leader: User, now: datetime) -> Handover:
    """Begun too early: who began it takes it back. Raises NotOpen, NotYours."""
    with unit_of_work():
        one = _open(handover_id)
        if one.giver_id != leader.pk:
            raise NotYours
        one.withdrawn_at = now
        one.save(update_fields=["withdrawn_at"])
        _audit("withdrawn", one, leader)
    return one


def late(now: datetime) -> bool:
    """Whether one should have been signed; it is marked, once."""
    rows = Handover.objects.filter(done_at=None, withdrawn_at=None, due_at__lte=now)
    rows.filter(late_at=None).update(late_at=now)
    return rows.exists()


def _open(handover_id: UUID) -> Handover:
    one = Handover.objects.select_for_update().get(pk=handover_id)
    if not one.open:
        raise NotOpen
    return one


def _move_parked(one: Handover, now: datetime) -> int:
    """What the one who leaves had parked is now who comes', where they may have it."""
    taker, moved = one.taker, 0
    if taker is None:
        return 0
    mine = WorkItem.objects.filter(state=State.PARKED, claimed_by_id=one.giver_id).order_by("pk")
    for item_id in mine.values_list("pk", flat=True):
        item = changes.locked(item_id)
        still = item.state == State.PARKED and item.claimed_by_id == one.giver_id
        if not still or not rights_of(taker).can(CASE_CLAIM, item.municipality_id, item.function):
            continue
        item.claimed_by = taker
        item.offered_to = item.offered_by = None
        item.offer_reason = ""
        text = f"Från {one.giver.name} vid överlämningen"
        changes.save(item, verb="offer_accepted", now=now, actor=taker, text=text, touched=False)
        moved += 1
    return moved


def _audit(what: str, one: Handover, leader: User) -> None:
    record(
        f"handover.{what}", actor_id=leader.pk, actor_name=leader.name, municipality_id=centre().id,
        subject=str(one.pk),
    )  # fmt: skip
