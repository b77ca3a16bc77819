"""Many faults of one kind in one municipality at once are one case with many objects, so that they hide nothing.

What comes in one transaction is gathered together: each asks where it belongs (:meth:`Gatherer.place`), and at the end
each case that gathers is changed once (:func:`alarms.workqueue.gathered.settle`): its objects, its envelope, a line, an
event.

Locks are taken in one order by everybody: the rows of :class:`Gathering` (here, and whoever closes a case that gathers),
then transmitters' states, then cases. Who holds a row decides alone whether its case is open and still gathers, so two
processes never open two, and no object joins a case that is being closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from alarms.workqueue.gathering_rules import Rule, rule_for
from alarms.workqueue.models import Gathering
from central.bulk import as_records, as_set, fetch, run
from central.ids import new_id

MOST_RECENT = 50
"""Cases of their own that are remembered within a window; more come only from few transmitters that repeat."""

type Key = tuple[int, str, str, bool]
"""Municipality, kind, function and whether it is an exercise: what may be one case."""

_KEYS = {"municipality_id": "bigint", "kind": "text", "function": "text", "exercise": "bool"}
_HOLD = f"""
INSERT INTO public.workqueue_gathering AS g (municipality_id, kind, function, exercise)
SELECT municipality_id, kind, function, exercise FROM {as_set(_KEYS)} ORDER BY 1, 2, 3, 4
ON CONFLICT (municipality_id, kind, function, exercise) DO UPDATE SET exercise = g.exercise
RETURNING municipality_id, kind, function, exercise, id, last_at, recent::text,
    -- not "one that is open": the statement began before it waited for the lock, and sees no case opened meanwhile
    CASE WHEN NOT EXISTS (SELECT FROM public.workqueue_workitem w WHERE w.id = g.item_id AND w.state = 'closed')
        THEN g.item_id END"""  # noqa: S608  # our own words
_KEPT = {"id": "bigint", "item_id": "uuid", "last_at": "timestamptz", "recent": "jsonb"}
_KEEP = f"""
UPDATE public.workqueue_gathering g SET item_id = given.item_id, last_at = given.last_at, recent = given.recent
FROM {as_set(_KEPT)} WHERE g.id = given.id"""  # noqa: S608  # our own words


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with one object, on its way to a case."""

    municipality_id: int
    kind: str
    function: str
    exercise: bool
    priority: int
    transmitter_id: int
    site: str = ""
    area: str = ""
    signal_id: UUID | None = None
    account: str = ""

    @property
    def key(self) -> Key:
        return self.municipality_id, self.kind, self.function, self.exercise


@dataclass(slots=True)
class Group:
    """A row of :class:`Gathering`, held until the transaction ends, and what this batch does with it."""

    id: int
    key: Key
    rule: Rule
    item_id: UUID | None
    last_at: datetime | None
    recent: list[tuple[str, int, float]]
    expected: set[int] = field(default_factory=set)
    opened: bool = False
    changed: bool = False

    def gathers(self, now: datetime) -> bool:
        """Whether its case is open and the window after the last object has not passed."""
        return (
            self.item_id is not None and self.last_at is not None and now - self.last_at <= self.rule.window
        )

    def enough(self, now: datetime) -> bool:
        """Whether those of late and those that this batch brings are as many objects as the rule says."""
        since = (now - self.rule.window).timestamp()
        self.recent = [one for one in self.recent if one[2] >= since]
        return len({transmitter for _, transmitter, _ in self.recent} | self.expected) >= self.rule.threshold

    def kept(self) -> tuple[Any, ...]:
        return (
            self.id,
            self.item_id,
            self.last_at,
            msgspec.Raw(msgspec.json.encode(self.recent[-MOST_RECENT:])),
        )


@dataclass(slots=True)
class Joined:
    """An object that joins a case in this batch: how many signals, the most urgent, and whether it is over again."""

    fault: Fault
    count: int = 0
    priority: int = 4
    ended: bool = False
    signals: list[UUID] = field(default_factory=list)


@dataclass(slots=True)
class Change:
    """What this batch does to one case that gathers. ``group`` where it is opened now."""

    item_id: UUID
    municipality_id: int
    group: Group | None = None
    joined: dict[int, Joined] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)


class Gatherer:
    """One transaction's gathering; inside a unit of work. Faults for which no rule stands cost it nothing."""

    def __init__(self, faults: Iterable[Fault], now: datetime) -> None:
        """``faults``: all that may come to ask; the rows of those that have a rule are locked, in one question."""
        self._now = now
        self.changes: dict[UUID, Change] = {}
        rules: dict[Key, Rule] = {}
        for one in faults:
            if one.key not in rules and (rule := rule_for(one.municipality_id, one.kind, one.priority)):
                rules[one.key] = rule
        self.groups: dict[Key, Group] = _held(rules) if rules else {}

    def expect(self, faults: Iterable[Fault]) -> None:
        """These will ask: together they may be enough, although none of them is."""
        for one in faults:
            if (group := self._group(one)) is not None:
                group.expected.add(one.transmitter_id)

    def place(self, one: Fault) -> UUID | None:
        """The case that gathers it, to which it now belongs; None: it is a case of its own (then :meth:`alone`)."""
        group = self._group(one)
        if group is None:
            return None
        if not group.gathers(self._now):
            if not group.enough(self._now):
                return None
            group.item_id, group.opened = new_id(), True
        item_id = group.item_id
        assert item_id
        group.last_at, group.changed = max(self._now, group.last_at or self._now), True
        change = self.changes.setdefault(item_id, Change(item_id, one.municipality_id))
        if group.opened:
            change.group = group
        self._again(change, one)
        return item_id

    def alone(self, one: Fault, item_id: UUID) -> None:
        """It became a case of its own: should more come, they belong together."""
        group = self._group(one)
        if group is not None:
            group.recent.append((str(item_id), one.transmitter_id, self._now.timestamp()))
            group.changed = True

    def again(self, item_id: UUID, one: Fault) -> None:
        """Another signal of an object that the case has already."""
        self._again(self.changes.setdefault(item_id, Change(item_id, one.municipality_id)), one)

    def end(self, item_id: UUID, municipality_id: int, transmitter_id: int, how: str) -> None:
        """It is over at that object of a case; ``how``: "restored" or "heard"."""
        change = self.changes.setdefault(item_id, Change(item_id, municipality_id))
        if transmitter_id in change.joined:
            change.joined[transmitter_id].ended = True
        change.ended[transmitter_id] = how

    def joined_now(self, transmitter_id: int, *, but: str) -> UUID | None:
        """The case that it joined in this batch and stands in, other than those of a kind."""
        for change in self.changes.values():
            found = change.joined.get(transmitter_id)
            if found is not None and not found.ended and found.fault.kind != but:
                return change.item_id
        return None

    def keep(self) -> None:
        """Write what the groups now know; inside :func:`central.bulk.together` it waits for its turn."""
        changed = [group.kept() for group in self.groups.values() if group.changed]
        if changed:
            run(_KEEP, ("json", as_records(_KEPT, changed)))

    def _again(self, change: Change, one: Fault) -> None:
        found = change.joined.setdefault(one.transmitter_id, Joined(one))
        found.count += 1
        found.priority = min(found.priority, one.priority)
        found.ended = False
        change.ended.pop(one.transmitter_id, None)
        if one.signal_id is not None:
            found.signals.append(one.signal_id)

    def _group(self, one: Fault) -> Group | None:
        """Its group, unless it is too urgent to be gathered."""
        if rule_for(one.municipality_id, one.kind, one.priority) is None:
            return None
        return self.groups.get(one.key)


def _held(rules: dict[Key, Rule]) -> dict[Key, Group]:
    rows = fetch(_HOLD, ("json", as_records(_KEYS, sorted(rules))))
    return {
        (municipality_id, kind, function, exercise): Group(
            id, (municipality_id, kind, function, exercise),
            rules[municipality_id, kind, function, exercise], item_id, last_at,
            [(item, transmitter, at) for item, transmitter, at in msgspec.json.decode(recent)],
        )
        for municipality_id, kind, function, exercise, id, last_at, recent, item_id in rows
    }  # fmt: skip


def hold_for_closing(item_ids: Collection[UUID]) -> Sequence[Gathering]:
    """The rows of those of these cases that gather now, locked before the cases are: none joins until we are done.

    Who closes one lets go of it (:func:`let_go`), and a new window begins.
    """
    return list(
        Gathering.objects.select_for_update()
        .filter(item_id__in=list(item_ids))
        .order_by("municipality_id", "kind", "function", "exercise")
    )


def let_go(held: Iterable[Gathering], item_id: UUID) -> None:
    """The case is closed: what comes now is counted from nothing."""
    for one in held:
        if one.item_id == item_id:
            one.item_id, one.last_at, one.recent = None, None, []
            one.save(update_fields=["item_id", "last_at", "recent"])
