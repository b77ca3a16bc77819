"""Writing what a batch did to the cases that gather: each is changed once, with its objects, whatever came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from alarms.workqueue import changes
from alarms.workqueue.gathering import Change, Gatherer
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.opening import NewCase, open_cases
from central import priorities
from central.bulk import as_records, as_set, fetch, flush, insert_rows, run, together
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id
from tenants.casefiles import services as casefiles

OBJECTS = "casefiles_gatheredobject"
_FRESH = {
    "case_id": "uuid",
    "transmitter_id": "bigint",
    "signal_id": "uuid",
    "site": "text",
    "area": "text",
    "priority": "smallint",
    "count": "int",
    "began_at": "timestamptz",
    "ended_at": "timestamptz",
}
_MORE = {
    "case_id": "uuid",
    "transmitter_id": "bigint",
    "count": "int",
    "priority": "smallint",
    "ended_at": "timestamptz",
}
HEARD, RESTORED = "hörs igen", "återställda"
_OURS = re.compile(rf"(Alla )?[\d\u202f]+( av [\d\u202f]+)? ({HEARD}|{RESTORED})")


@dataclass(slots=True)
class _Tally:
    """What one case gains and what is over in it; ``rows`` to insert and to update."""

    fresh: int = 0
    again: int = 0
    ended: int = 0
    priority: int = 4
    how: str = "restored"
    inserted: list[tuple[Any, ...]] = field(default_factory=list)
    updated: list[tuple[Any, ...]] = field(default_factory=list)


def settle(gatherer: Gatherer, now: datetime) -> None:
    """Write it all; the last that a unit of work does to cases.

    Cases are locked in the order of their ids, after groups and transmitters' states: see :mod:`gathering`.
    """
    found = sorted(gatherer.changes.values(), key=lambda change: change.item_id)
    standing = [change for change in found if change.group is None]
    tallies = _tallies(found, now)
    items = {
        item.pk: item
        for item in WorkItem.objects.select_for_update()
        .filter(pk__in=[change.item_id for change in standing])
        .order_by("pk")
    } if standing else {}  # fmt: skip
    with together():
        for change in found:
            tally, schema = tallies[change.item_id], by_id(change.municipality_id).schema_name
            if change.group is not None:
                _open(change, tally, now)
            insert_rows(OBJECTS, _FRESH, tally.inserted, schema=schema)
            if tally.updated:
                run(_update(schema), ("json", as_records(_MORE, tally.updated)))
        gatherer.keep()
    for change in found:
        if change.group is None:
            _change(items[change.item_id], tallies[change.item_id], now)
        elif earlier := [UUID(item) for item, _, _ in change.group.recent]:
            _link(change.item_id, earlier, now)


def _update(schema: str) -> str:
    return f"""UPDATE "{schema}".{OBJECTS} o SET count = o.count + given.count,
    priority = least(o.priority, given.priority), ended_at = given.ended_at
FROM {as_set(_MORE)} WHERE o.case_id = given.case_id AND o.transmitter_id = given.transmitter_id"""  # noqa: S608


def _standing(schema: str) -> str:
    return f"""SELECT case_id, transmitter_id, ended_at IS NOT NULL FROM "{schema}".{OBJECTS}
JOIN unnest($1, $2) asked(case_id, transmitter_id) USING (case_id, transmitter_id)"""  # noqa: S608  # our own words


def _tallies(found: Sequence[Change], now: datetime) -> dict[UUID, _Tally]:
    """What each case's objects become; those of cases that stand are asked for, a question for each municipality."""
    known: dict[tuple[UUID, int], bool] = {}
    for municipality_id in sorted({change.municipality_id for change in found if change.group is None}):
        asked = [one for one in found if one.group is None and one.municipality_id == municipality_id]
        pairs = [(one.item_id, transmitter) for one in asked for transmitter in {*one.joined, *one.ended}]
        rows = fetch(
            _standing(by_id(municipality_id).schema_name),
            ("uuid[]", [item_id for item_id, _ in pairs]),
            ("bigint[]", [transmitter for _, transmitter in pairs]),
        )
        known.update({(case_id, transmitter): over for case_id, transmitter, over in rows})
    return {change.item_id: _tally(change, known, now) for change in found}


def _tally(change: Change, known: dict[tuple[UUID, int], bool], now: datetime) -> _Tally:
    tally = _Tally()
    for transmitter, one in change.joined.items():
        over, at = known.get((change.item_id, transmitter)), now if one.ended else None
        tally.priority = min(tally.priority, one.priority)
        if over is None:
            fault = one.fault
            tally.inserted.append(
                (
                    change.item_id, transmitter, fault.signal_id, fault.site, fault.area, one.priority, one.count,
                    now, at,
                )
            )  # fmt: skip
            tally.fresh += 1
            tally.ended += one.ended
        else:
            tally.updated.append((change.item_id, transmitter, one.count, one.priority, at))
            tally.again += over and not one.ended
            tally.ended += not over and one.ended
    for transmitter, how in change.ended.items():
        if transmitter not in change.joined and known.get((change.item_id, transmitter)) is False:
            tally.updated.append((change.item_id, transmitter, 0, 4, now))
            tally.ended += 1
        tally.how = how
    return tally


def _open(change: Change, tally: _Tally, now: datetime) -> None:
    group = change.group
    assert group
    municipality_id, kind, function, exercise = group.key
    owner = by_id(municipality_id)
    minutes = round(group.rule.window.total_seconds() / 60)
    open_cases(
        [
            NewCase(
                id=change.item_id,
                municipality_id=municipality_id,
                kind=kind,
                function=function,
                priority=tally.priority,
                received_at=now,
                exercise=exercise,
                place=f"Flera platser i {owner.name}",
                story=f"Fler än {group.rule.threshold - 1} objekt inom {minutes} minuter har samlats i ett ärende.",
                gathers=tally.fresh,
            )
        ]
    )
    if tally.ended:
        flush()
        WorkItem.objects.filter(pk=change.item_id).update(gathers_ended=tally.ended)


def _change(item: WorkItem, tally: _Tally, now: datetime) -> None:
    """One event and one line; nothing of it for what only repeats itself."""
    if not (tally.fresh or tally.again or tally.ended):
        return
    item.gathers += tally.fresh
    item.gathers_ended += tally.ended - tally.again
    if item.state == State.CLOSED:  # known should it be opened again; a closed case is left as it was
        item.save(update_fields=["gathers", "gathers_ended"])
        return
    said: list[str] = []
    if tally.fresh:
        said.append(f"{tally.fresh} objekt till, {item.gathers} tillsammans")
    if tally.again:
        said.append(f"fel igen vid {tally.again} objekt" if tally.again > 1 else "fel igen vid ett objekt")
    if tally.ended:
        said.append(f"{item.gathers_ended} av {item.gathers} {_how(tally)}")
    raised = (tally.fresh or tally.again) and tally.priority < item.priority
    if raised:
        item.priority = tally.priority
        item.due_at = min(item.due_at, now + priorities.DEADLINES[item.priority])
        said.append(f"prioriteten höjd till {item.priority} {priorities.NAMES[item.priority]}")
    if not item.word or _OURS.fullmatch(item.word):
        item.word = back(item.gathers_ended, item.gathers, _how(tally) if tally.ended else _before(item.word))
    text = "; ".join(said)
    verb = "gathered" if tally.fresh or tally.again else "objects_back"
    more = bool(tally.fresh or tally.again)
    grown = more and item.state != State.UNANSWERED and "grown" not in item.attention
    changes.save_grown(item, verb=verb, now=now, text=text[:1].upper() + text[1:], grown=grown)


def back(ended: int, objects: int, how: str) -> str:
    """The row's word: how many of them it is over for. "" while it is none."""
    if not ended:
        return ""
    return f"Alla {objects} {how}" if ended >= objects else f"{ended} av {objects} {how}"


def _how(tally: _Tally) -> str:
    return HEARD if tally.how == "heard" else RESTORED


def _before(word: str) -> str:
    return HEARD if word.endswith(HEARD) else RESTORED


def _link(lead_id: UUID, earlier: Iterable[UUID], now: datetime) -> None:
    """Those of late that nobody has touched belong to the case that gathers. What somebody holds right now is left."""
    flush()
    lead = WorkItem.objects.get(pk=lead_id)
    found = (
        WorkItem.objects.select_for_update(skip_locked=True)
        .filter(pk__in=list(earlier), state=State.UNANSWERED, lead=None, last_by_initials="")
        .order_by("pk")
    )
    linked = [item for item in found if not item.followers.exists()]
    for item in linked:
        item.lead = lead
        item.attention = [one for one in item.attention if one != "late"]
        text = f"Hör ihop med {lead.reference}, som samlar fler av samma sort"
        changes.save(item, verb="linked", now=now, actor=None, text=text, touched=False)
    if linked:
        references = ", ".join(item.reference for item in linked)
        text = f"Ärenden som kom strax före och står kvar: {references}"
        with in_municipality(by_id(lead.municipality_id)):
            casefiles.journal(lead_id, verb="linked", now=now, text=text)


def standing_in(municipality_id: int, transmitter_id: int, *, since: datetime | None) -> UUID | None:
    """The open case of alarms that has gathered this transmitter, and where it isn't over yet; the latest.

    ``since``: only if it joined after then.
    """
    rows = fetch(
        f"""SELECT o.case_id FROM "{by_id(municipality_id).schema_name}".{OBJECTS} o
JOIN public.workqueue_workitem w ON w.id = o.case_id
WHERE o.transmitter_id = $1 AND o.ended_at IS NULL AND w.state <> 'closed' AND w.kind <> 'transmitter_fault'
    AND o.began_at >= coalesce($2, '-infinity'::timestamptz)
ORDER BY o.began_at DESC LIMIT 1""",  # noqa: S608
        ("bigint", transmitter_id),
        ("timestamptz", since),
    )
    return rows[0][0] if rows else None
