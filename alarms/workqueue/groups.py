"""The shift leader's acts on a group: it is parked, or its duplicates are closed onto one lead case; both can be undone.

The act and the cases it concerns, those that the leader saw, are written first, under the request's key. Then they are
taken CHUNK at a time, each chunk in a unit of work of its own, so that nobody waits long for one of them and each case
is done once: asked again after a lost answer, an act goes on with what remains. What may not be touched is left alone,
and the act remembers why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.utils.dateparse import parse_datetime

from alarms.workqueue import changes, closing
from alarms.workqueue.claiming import STOCKHOLM
from alarms.workqueue.errors import BadInput, NotNow, TooLateToUndo, UnknownItem
from alarms.workqueue.handling import check_wake_up
from alarms.workqueue.models import GroupAct, GroupMember, State, WorkItem
from alarms.workqueue.once import once
from central.accounts.capabilities import SHIFT_LEAD, NotAllowed, Rights, rights_of
from central.accounts.models import User
from central.audit.services import record
from central.events.services import unit_of_work
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id, centre
from tenants.casefiles.words import OUTCOMES

CHUNK = 25
MOST = 1_000
UNDO = timedelta(minutes=10)
URGENT = 2
"""Priority 1 and 2 are dealt with one by one, by somebody who reads them."""

#: Why a group rests; the code is kept, the words stand in each journal.
PARK_REASONS: dict[str, str] = {
    "known": "Känd störning, åtgärdas redan",
    "later": "Mer brådskande först",
    "answer": "Väntar på besked från kommunen",
    "sender": "Fel på sändare eller överföring",
}
Result = GroupMember.Result


def park_group(
    *, item_ids: Collection[UUID], leader: User, until: datetime, reason: str, now: datetime, key: str = ""
) -> GroupAct:
    """Let these cases rest until a time. What nobody holds wakes in the queue, with a fresh deadline.

    Raises NotAllowed, UnknownItem, BadInput and KeyReused; nothing is changed then.
    """
    rights = _leading(leader)
    if reason not in PARK_REASONS:
        raise BadInput("reason", "Välj en anledning i listan.")
    check_wake_up(until, now)

    def begin() -> UUID:
        act = GroupAct(verb=GroupAct.Verb.PARK, by=leader, until=until, reason=reason, at=now)
        return _begun(act, item_ids, rights)

    asked = _digest("park", item_ids, reason)
    return _carried_out(once(operator=leader, key=key, digest=asked, now=now, act=begin), leader, now)


def close_duplicates(
    *, item_ids: Collection[UUID], lead_id: UUID, count: int, leader: User, now: datetime, key: str = ""
) -> GroupAct:
    """Link these cases to a lead and close them as the same happening; the lead itself goes on as it was.

    ``count`` is what the leader typed: how many cases beside the lead. Raises NotAllowed, UnknownItem, BadInput
    (``count`` when it is another number), NotNow for a lead that is closed or has a lead, and KeyReused.
    """
    rights = _leading(leader)
    others = set(item_ids) - {lead_id}
    if count != len(others):
        raise BadInput("count", f"Du skrev {count}, men det är {len(others)} ärenden. Inget är ändrat.")

    def begin() -> UUID:
        lead = changes.locked(lead_id)
        if lead.state == State.CLOSED:
            raise NotNow("Huvudärendet är avslutat. Välj ett annat. Inget är ändrat.")
        if lead.lead_id is not None:
            raise NotNow("Det ärendet hör redan ihop med ett annat. Välj ett annat. Inget är ändrat.")
        act = GroupAct(verb=GroupAct.Verb.DUPLICATES, by=leader, lead=lead, at=now)
        return _begun(act, others, rights, lead)

    asked = _digest("duplicates", item_ids, str(lead_id))
    return _carried_out(once(operator=leader, key=key, digest=asked, now=now, act=begin), leader, now)


def undo_group(*, act_id: UUID, leader: User, now: datetime) -> GroupAct:
    """Restore each case of an act that nobody has touched since; the others say that they were. Twice is once.

    Raises NotAllowed, UnknownItem and, after ten minutes, TooLateToUndo.
    """
    rights = _leading(leader)
    with unit_of_work():
        act = GroupAct.objects.select_for_update().filter(pk=act_id).first()
        if act is None or not _may_all(rights, _items_of(act)):
            raise UnknownItem
        if act.undone_at is None:
            if now - act.at > UNDO:
                raise TooLateToUndo(f"{(act.at + UNDO).astimezone(STOCKHOLM):%H:%M:%S}")
            act.undone_at = now
            act.save(update_fields=["undone_at"])
            _note("group.undone", act, leader, now)
    while _chunk_undone(act_id, leader, now):
        pass
    return GroupAct.objects.get(pk=act_id)


# -- beginning ---------------------------------------------------------------------------------


def _leading(leader: User) -> Rights:
    rights = rights_of(leader)
    if not rights.can(SHIFT_LEAD, centre().id):
        raise NotAllowed(SHIFT_LEAD)
    return rights


def _may_all(rights: Rights, items: Collection[WorkItem]) -> bool:
    places = {(item.municipality_id, item.function) for item in items}
    return all(rights.can(SHIFT_LEAD, *place) for place in places)


def _items_of(act: GroupAct) -> list[WorkItem]:
    return list(WorkItem.objects.filter(pk__in=act.members.values("item_id")))


def _begun(act: GroupAct, item_ids: Collection[UUID], rights: Rights, lead: WorkItem | None = None) -> UUID:
    """The act and its members as they were asked for; raises BadInput and UnknownItem."""
    wanted = set(item_ids)
    if not 1 <= len(wanted) <= MOST:
        raise BadInput("items", f"En grupp är mellan ett och {MOST} ärenden.")
    items = list(WorkItem.objects.filter(pk__in=wanted).order_by("received_at"))
    everyone = [*items, lead] if lead else items
    if len(items) < len(wanted) or not _may_all(rights, everyone):
        raise UnknownItem
    if len({(item.municipality_id, item.kind) for item in everyone}) > 1:
        raise BadInput("items", "En grupp är av en sort i en kommun. Inget är ändrat.")
    act.municipality_id = items[0].municipality_id
    act.headline = items[0].headline
    act.save(force_insert=True)
    GroupMember.objects.bulk_create([GroupMember(act=act, item=item) for item in items])
    verb = "group.parked" if act.verb == GroupAct.Verb.PARK else "group.closed"
    _note(verb, act, act.by, act.at, count=len(items), reason=act.reason)
    return act.pk


def _digest(verb: str, item_ids: Collection[UUID], more: str) -> str:
    """What was asked, without the clock: a repeat of "in 30 minutes" comes a little later."""
    return sha256("|".join([verb, more, *sorted(map(str, item_ids))]).encode()).hexdigest()


def _note(verb: str, act: GroupAct, by: User, now: datetime, **details: object) -> None:
    record(
        verb, actor_id=by.pk, actor_name=by.name, municipality_id=act.municipality_id, subject=str(act.pk),
        details=details, at=now,
    )  # fmt: skip


# -- a chunk at a time -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some members of an act and their cases, all locked, in one order whoever locks them."""

    act: GroupAct
    members: list[GroupMember]
    items: dict[UUID, WorkItem]
    lead: WorkItem | None


def _locked(act_id: UUID, **which: str) -> _Chunk:
    act = GroupAct.objects.select_for_update().get(pk=act_id)
    members = list(act.members.filter(**which).order_by("item_id")[:CHUNK])
    wanted = [member.item_id for member in members] + ([act.lead_id] if members and act.lead_id else [])
    rows = WorkItem.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    items = {item.pk: item for item in rows}
    return _Chunk(act, members, items, items.get(act.lead_id) if act.lead_id else None)


def _carried_out(act_id: UUID, leader: User, now: datetime) -> GroupAct:
    while _chunk_done(act_id, leader, now):
        pass
    return GroupAct.objects.get(pk=act_id)


def _chunk_done(act_id: UUID, leader: User, now: datetime) -> bool:
    with unit_of_work():
        chunk = _locked(act_id, result=Result.WAITING)
        done: list[WorkItem] = []
        for member in chunk.members:
            item = chunk.items[member.item_id]
            member.result = _left_alone(chunk, item, leader) or Result.DONE
            if member.result == Result.DONE:
                member.before = _before(item)
                (_park if chunk.act.until else _close)(item, chunk, leader, now)
                member.version = item.version
                done.append(item)
        GroupMember.objects.bulk_update(chunk.members, ["result", "before", "version"])
        _tell_lead(chunk, "linked", "hör ihop med detta och är stängda", done, leader, now)
    return bool(chunk.members)


def _left_alone(chunk: _Chunk, item: WorkItem, leader: User) -> str:
    """Why this case is not touched; "" when it may be."""
    if chunk.act.undone_at is not None:
        return Result.CANCELLED
    if item.state == State.CLOSED or (chunk.lead is not None and chunk.lead.state == State.CLOSED):
        return Result.CLOSED
    if item.priority <= URGENT:
        return Result.URGENT
    if item.claimed_by_id not in (None, leader.pk) or item.offered_to_id is not None:
        return Result.HELD
    if chunk.act.until is None:
        if item.followers.exists():
            return Result.LEADS
        with in_municipality(by_id(item.municipality_id)):
            if closing.remaining(item):
                return Result.OPEN
    return ""


def _park(item: WorkItem, chunk: _Chunk, leader: User, now: datetime) -> None:
    assert chunk.act.until
    item.state = State.PARKED
    item.parked_until = chunk.act.until
    item.attention = [one for one in item.attention if one != "late"]
    clock = f"{item.parked_until.astimezone(STOCKHOLM):%H:%M}"
    text = f"Vilar till {clock} med sin grupp: {PARK_REASONS[chunk.act.reason]}"
    changes.save(item, verb="parked", now=now, actor=leader, text=text, data={"group": str(chunk.act.pk)})


def _close(item: WorkItem, chunk: _Chunk, leader: User, now: datetime) -> None:
    assert chunk.lead
    item.lead = chunk.lead
    item.state = State.CLOSED
    item.closed_at = now
    item.outcome = "duplicate"
    item.claimed_by = leader
    item.parked_until = None
    item.attention = []
    text = f"{OUTCOMES['duplicate']}. Hör ihop med {chunk.lead.reference}"
    changes.save(item, verb="closed", now=now, actor=leader, text=text, data={"group": str(chunk.act.pk)})


def _tell_lead(
    chunk: _Chunk, verb: str, what: str, items: Sequence[WorkItem], leader: User, now: datetime
) -> None:
    if chunk.lead is None or not items:
        return
    references = ", ".join(sorted(item.reference for item in items))
    count = "1 ärende" if len(items) == 1 else f"{len(items)} ärenden"
    changes.save(
        chunk.lead, verb=verb, now=now, actor=leader, text=f"{count} {what}: {references}", touched=False
    )


# -- undoing -----------------------------------------------------------------------------------

_TIMES = ("claimed_at", "parked_until", "raise_at")


def _before(item: WorkItem) -> dict[str, object]:
    times = {name: at.isoformat() if (at := getattr(item, name)) else None for name in _TIMES}
    return {
        "state": str(item.state), "claimed_by_id": item.claimed_by_id, "attention": list(item.attention),
        "lead_id": str(item.lead_id) if item.lead_id else None, **times,
    }  # fmt: skip


def _restore(item: WorkItem, before: dict[str, object]) -> None:
    turn: dict[str, Callable[[str], object]] = {"lead_id": UUID, **dict.fromkeys(_TIMES, parse_datetime)}
    for name, value in before.items():
        setattr(item, name, turn[name](str(value)) if name in turn and value is not None else value)
    item.closed_at, item.outcome = None, ""


def _chunk_undone(act_id: UUID, leader: User, now: datetime) -> bool:
    with unit_of_work():
        chunk = _locked(act_id, result=Result.DONE, undo=GroupMember.Undo.NOT)
        restored: list[WorkItem] = []
        for member in chunk.members:
            item = chunk.items[member.item_id]
            if item.version != member.version:
                member.undo = GroupMember.Undo.TOUCHED
                continue
            member.undo = GroupMember.Undo.RESTORED
            _restore(item, member.before)
            said = "Parkeringen av gruppen ångrad" if chunk.act.until else "Stängningen som dubblett ångrad"
            changes.save(item, verb="undone", now=now, actor=leader, text=said)
            restored.append(item)
        GroupMember.objects.bulk_update(chunk.members, ["undo"])
        _tell_lead(chunk, "undone", "hör inte längre ihop med detta", restored, leader, now)
    return bool(chunk.members)
