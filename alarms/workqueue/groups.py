"""The shift leader's acts on a group: it is parked, or its duplicates are closed onto one lead case; both can be undone.

The act and the cases it concerns, those that the leader saw, are written first, under the request's key. Then they are
taken CHUNK at a time, each chunk in a unit of work of its own, so that nobody waits long for one of them and each case
is done once: asked again after a lost answer, an act goes on with what remains. What may not be touched is left alone,
and the act remembers why.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from alarms.workqueue import changes
from alarms.workqueue.claiming import STOCKHOLM
from alarms.workqueue.errors import BadInput, NotNow, TooLateToUndo, UnknownItem
from alarms.workqueue.group_chunks import PARK_REASONS, carried_out, chunk_undone
from alarms.workqueue.handling import check_wake_up
from alarms.workqueue.models import GroupAct, GroupMember, State, WorkItem
from alarms.workqueue.once import once
from central.accounts.capabilities import SHIFT_LEAD, NotAllowed, Rights, rights_of
from central.accounts.models import User
from central.audit.services import record
from central.events.services import unit_of_work
from central.municipalities.directory import centre

MOST = 1_000
UNDO = timedelta(minutes=10)


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
    return carried_out(once(operator=leader, key=key, digest=asked, now=now, act=begin), leader, now)


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
    return carried_out(once(operator=leader, key=key, digest=asked, now=now, act=begin), leader, now)


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
    while chunk_undone(act_id, leader, now):
        pass
    return GroupAct.objects.get(pk=act_id)


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
