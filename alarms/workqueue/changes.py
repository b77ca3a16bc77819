"""The one way an envelope changes: envelope, letter, journal, audit and event together or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from alarms.workqueue.errors import NotYours, UnknownItem
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.rows import row
from central.accounts.capabilities import CASE_ACT, NotAllowed, rights_of
from central.accounts.models import User
from central.audit.services import Row, record, record_many
from central.bulk import as_records, as_set, insert_rows, run, together, update_rows
from central.events.services import announce, unit_of_work
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id
from tenants.casefiles import services as casefiles
from tenants.casefiles.services import By

RELATIONS = ("claimed_by", "offered_to", "offered_by")


def by(user: User | None) -> By:
    """The person as the journal keeps them; None is the system itself."""
    return casefiles.NOBODY if user is None else By(user.pk, user.name, user.initials)


def check(user: User, capability: str, item: WorkItem) -> None:
    """Raise UnknownItem unless the person may; a case one may not see does not exist."""
    if not rights_of(user).can(capability, item.municipality_id, item.function):
        raise UnknownItem


def locked(item_id: UUID) -> WorkItem:
    """The item, locked until the transaction ends.

    Its people are read after the lock, never joined: a join that waited for the lock still shows the holder from
    before, so both of two simultaneous claims would find nobody and win.
    """
    item = WorkItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise UnknownItem
    return item


@contextmanager
def holding(item_id: UUID, operator: User) -> Iterator[WorkItem]:
    """A unit of work on an item that this operator holds; raises NotYours, UnknownItem."""
    with unit_of_work():
        item = locked(item_id)
        check(operator, CASE_ACT, item)
        if item.state not in (State.HELD, State.PARKED) or item.claimed_by_id != operator.pk:
            raise NotYours(item.claimed_by.name if item.claimed_by else "")
        yield item


def save(
    item: WorkItem,
    *,
    verb: str,
    now: datetime,
    actor: User | None,
    text: str = "",
    data: dict[str, Any] | None = None,
    touched: bool = True,
    part: str = "journal",
) -> WorkItem:
    """Write the changed item everywhere it stands; inside a unit of work."""
    item.version += 1
    item.last_verb = verb
    item.last_by_initials = actor.initials if actor else ""
    item.last_at = now
    if touched:
        item.touched_at = now
        item.attention = [one for one in item.attention if one not in ("untouched", "grown")]
        item.gathers_seen = item.gathers
    item.save()
    owner = by_id(item.municipality_id)
    with in_municipality(owner):
        casefiles.mirror(
            item.pk,
            now=now,
            state=item.state,
            priority=item.priority,
            handler_name=item.claimed_by.name if item.claimed_by else "",
            closed_at=item.closed_at,
            outcome=item.outcome,
        )
        casefiles.journal(item.pk, verb=verb, now=now, text=text, data=data, by=by(actor))
    record(
        f"case.{verb}",
        actor_id=actor.pk if actor else None,
        actor_name=actor.name if actor else "",
        municipality_id=owner.id,
        subject=str(item.pk),
        at=now,
    )
    announce("item", row(item, owner), municipality_id=owner.id, function=item.function)
    announce("case", {"id": str(item.pk), "part": part}, municipality_id=owner.id, function=item.function)
    return item


SHOWN = {
    "id": "uuid",
    "word": "text",
    "attention": "text[]",
    "version": "int",
    "last_verb": "text",
    "last_by_initials": "text",
    "last_at": "timestamptz",
    "touched_at": "timestamptz",
    "gathers_seen": "int",
}


def save_many(
    changed: Sequence[tuple[WorkItem, Sequence[tuple[str, str]]]],
    *,
    actor: User | None,
    now: datetime,
    touched: bool,
    part: str,
) -> None:
    """What :func:`save` does, for locked items of one municipality in whose rows only :data:`SHOWN` changed.

    Each with its lines (verb, text) for the journal; the last verb is the row's. Call in the municipality.
    """
    if not changed:
        return
    people = {
        one
        for item, _ in changed
        for one in (item.claimed_by_id, item.offered_to_id, item.offered_by_id)
        if one
    }
    users = User.objects.in_bulk(people)
    owner = by_id(changed[0][0].municipality_id)
    for item, lines in changed:
        for relation in RELATIONS:
            setattr(item, relation, users.get(getattr(item, f"{relation}_id")))
        item.version += 1
        item.last_verb, item.last_by_initials, item.last_at = (
            lines[-1][0],
            actor.initials if actor else "",
            now,
        )
        if touched:
            item.touched_at, item.gathers_seen = now, item.gathers
            item.attention = [one for one in item.attention if one not in ("untouched", "grown")]
    items = [item for item, _ in changed]
    update_rows(WorkItem._meta.db_table, SHOWN, [[getattr(item, name) for name in SHOWN] for item in items])
    casefiles.touch([item.pk for item in items], now=now)
    casefiles.journal_many(
        [(item.pk, verb, text) for item, lines in changed for verb, text in lines], now=now, by=by(actor)
    )
    record_many(
        Row(f"case.{verb}", actor.pk if actor else None, owner.id, now, str(item.pk),
            {"actor": actor.name} if actor else None)
        for item, lines in changed for verb, _text in lines
    )  # fmt: skip
    for item in items:
        announce("item", row(item, owner), municipality_id=owner.id, function=item.function)
        announce("case", {"id": str(item.pk), "part": part}, municipality_id=owner.id, function=item.function)


_GREW = {
    "id": "uuid",
    "gathers": "int",
    "gathers_ended": "int",
    "priority": "smallint",
    "due_at": "timestamptz",
    "grown": "bool",
    "word": "text",
    "version": "int",
    "last_verb": "text",
    "last_at": "timestamptz",
}
_ENVELOPE = f"""UPDATE public.workqueue_workitem w SET gathers = given.gathers, gathers_ended = given.gathers_ended,
    priority = given.priority, due_at = given.due_at, word = given.word, version = given.version,
    attention = CASE WHEN given.grown THEN array_append(w.attention, 'grown') ELSE w.attention END,
    last_verb = given.last_verb, last_at = given.last_at, last_by_initials = ''
FROM {as_set(_GREW)} WHERE w.id = given.id"""  # noqa: S608  # our own words
_LINE = {
    "case_id": "uuid",
    "at": "timestamptz",
    "by_name": "text",
    "by_initials": "text",
    "verb": "text",
    "text": "text",
    "data": "jsonb",
}


def save_grown(item: WorkItem, *, verb: str, now: datetime, text: str, grown: bool) -> None:
    """What :func:`save` does, for a locked case that gathers and has changed in what it gathers, and by nobody.

    Every batch of a flood does it, so it waits for nothing: inside :func:`central.bulk.together` all of it is sent with
    the rest. ``grown``: the mark is new.
    """
    item.version += 1
    item.last_verb, item.last_by_initials, item.last_at = verb, "", now
    if grown:
        item.attention = [*item.attention, "grown"]
    owner = by_id(item.municipality_id)
    envelope = (
        item.pk, item.gathers, item.gathers_ended, item.priority, item.due_at, grown, item.word, item.version, verb,
        now,
    )  # fmt: skip
    with together():
        run(_ENVELOPE, ("json", as_records(_GREW, [envelope])))
        run(
            f'UPDATE "{owner.schema_name}".casefiles_casefile SET changed_at = $1, priority = $2 WHERE id = $3',  # noqa: S608
            ("timestamptz", now),
            ("smallint", item.priority),
            ("uuid", item.pk),
        )
        line: tuple[Any, ...] = (item.pk, now, "", "", verb, text, {})
        insert_rows("casefiles_journalentry", _LINE, [line], schema=owner.schema_name)
        record_many([Row(f"case.{verb}", None, owner.id, now, str(item.pk))])
    announce("item", row(item, owner), municipality_id=owner.id, function=item.function)
    announce(
        "case", {"id": str(item.pk), "part": "journal"}, municipality_id=owner.id, function=item.function
    )


__all__ = ["NotAllowed", "by", "check", "holding", "locked", "save", "save_grown", "save_many"]
