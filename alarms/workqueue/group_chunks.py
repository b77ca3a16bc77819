"""An act on a group, CHUNK cases at a time: each chunk is a unit of work of its own, and each case is in one of them.

The act's row is locked first and its cases after it, in one order, so an undo and an act that still goes on take turns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime

from alarms.workqueue import changes, closing
from alarms.workqueue.claiming import STOCKHOLM
from alarms.workqueue.gathering import hold_for_closing, let_go
from alarms.workqueue.models import Gathering, GroupAct, GroupMember, State, WorkItem
from central.accounts.models import User
from central.events.services import unit_of_work
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id
from tenants.casefiles.words import OUTCOMES

CHUNK = 25
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


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some members of an act and their cases, all locked, in one order whoever locks them."""

    act: GroupAct
    members: list[GroupMember]
    items: dict[UUID, WorkItem]
    lead: WorkItem | None
    gathering: Sequence[Gathering]


def _locked(act_id: UUID, **which: str) -> Chunk:
    act = GroupAct.objects.select_for_update().get(pk=act_id)
    members = list(act.members.filter(**which).order_by("item_id")[:CHUNK])
    wanted = [member.item_id for member in members] + ([act.lead_id] if members and act.lead_id else [])
    gathering = hold_for_closing(wanted) if wanted else []
    rows = WorkItem.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    items = {item.pk: item for item in rows}
    return Chunk(act, members, items, items.get(act.lead_id) if act.lead_id else None, gathering)


def carried_out(act_id: UUID, leader: User, now: datetime) -> GroupAct:
    """Do what remains of an act; the act as it then stands."""
    while chunk_done(act_id, leader, now):
        pass
    return GroupAct.objects.get(pk=act_id)


def chunk_done(act_id: UUID, leader: User, now: datetime) -> bool:
    """Do some of what waits; False when nothing waited."""
    with unit_of_work():
        chunk = _locked(act_id, result=Result.WAITING)
        done: list[WorkItem] = []
        for member in chunk.members:
            item = chunk.items[member.item_id]
            member.result = _left_alone(chunk, item, leader, now) or Result.DONE
            if member.result == Result.DONE:
                member.before = _before(item)
                (_park if chunk.act.until else _close)(item, chunk, leader, now)
                member.version = item.version
                done.append(item)
        GroupMember.objects.bulk_update(chunk.members, ["result", "before", "version"])
        _tell_lead(chunk, "linked", "hör ihop med detta och är stängda", done, leader, now)
    return bool(chunk.members)


def _left_alone(chunk: Chunk, item: WorkItem, leader: User, now: datetime) -> str:
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
            if closing.remaining(item, now):
                return Result.OPEN
    return ""


def _park(item: WorkItem, chunk: Chunk, leader: User, now: datetime) -> None:
    assert chunk.act.until
    item.state = State.PARKED
    item.parked_until = chunk.act.until
    item.attention = [one for one in item.attention if one != "late"]
    clock = f"{item.parked_until.astimezone(STOCKHOLM):%H:%M}"
    text = f"Vilar till {clock} med sin grupp: {PARK_REASONS[chunk.act.reason]}"
    changes.save(item, verb="parked", now=now, actor=leader, text=text, data={"group": str(chunk.act.pk)})


def _close(item: WorkItem, chunk: Chunk, leader: User, now: datetime) -> None:
    assert chunk.lead
    item.lead = chunk.lead
    item.state = State.CLOSED
    item.closed_at = now
    item.outcome = "duplicate"
    item.claimed_by = leader
    item.parked_until = None
    item.attention = []
    let_go(chunk.gathering, item.pk)
    text = f"{OUTCOMES['duplicate']}. Hör ihop med {chunk.lead.reference}"
    changes.save(item, verb="closed", now=now, actor=leader, text=text, data={"group": str(chunk.act.pk)})


def _tell_lead(
    chunk: Chunk, verb: str, what: str, items: Sequence[WorkItem], leader: User, now: datetime
) -> None:
    if chunk.lead is None or not items:
        return
    references = ", ".join(sorted(item.reference for item in items))
    count = "1 ärende" if len(items) == 1 else f"{len(items)} ärenden"
    changes.save(
        chunk.lead, verb=verb, now=now, actor=leader, text=f"{count} {what}: {references}", touched=False
    )


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


def chunk_undone(act_id: UUID, leader: User, now: datetime) -> bool:
    """Restore some of what was done; False when nothing was left to look at."""
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
