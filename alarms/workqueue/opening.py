"""Opening cases, many at once: envelope, letter, audit and event in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from alarms.workqueue.rows import fresh, headline
from central.audit.services import Row, record_many
from central.bulk import fetch, insert_rows, together
from central.events.services import announce
from central.ids import new_id
from central.municipalities.directory import by_id
from central.priorities import DEADLINES

REPEAT_WINDOW = timedelta(minutes=10)

BESIDE = (
    "nextval('public.workqueue_reference')",
    "(SELECT count(*) FROM public.workqueue_workitem i WHERE i.transmitter_id = placed.transmitter_id "  # noqa: S608
    f"AND i.received_at > $3 - interval '{REPEAT_WINDOW.total_seconds():.0f} s')",
)
"""What :func:`open_cases` needs, for who can ask it while storing the signal: a number, and how many before."""

LOOKUP = """
SELECT NULL::bigint, nextval('public.workqueue_reference') FROM generate_series(1, $1)
UNION ALL
SELECT asked.id, earlier.number FROM unnest($2) asked(id) CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM public.workqueue_workitem i
    WHERE i.transmitter_id = asked.id AND i.received_at > $3
) earlier WHERE earlier.number > 0"""

ITEM_COLUMNS = {
    "id": "uuid",
    "reference": "text",
    "municipality_id": "bigint",
    "function": "text",
    "kind": "text",
    "priority": "smallint",
    "headline": "text",
    "site": "text",
    "area": "text",
    "transmitter_id": "bigint",
    "received_at": "timestamptz",
    "due_at": "timestamptz",
    "touched_at": "timestamptz",
    "repeats": "int",
    "exercise": "bool",
    "gathers": "int",
}
CASE_COLUMNS = {
    "id": "uuid",
    "reference": "text",
    "kind": "text",
    "function": "text",
    "priority": "smallint",
    "headline": "text",
    "received_at": "timestamptz",
    "occurred_at": "timestamptz",
    "changed_at": "timestamptz",
    "place": "text",
    "person": "text",
    "access": "text",
    "call_back": "text",
    "story": "text",
    "account": "text",
    "source_name": "text",
    "exercise": "bool",
}


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is opened from: the envelope's part first, then the letter's."""

    municipality_id: int
    kind: str
    function: str
    priority: int
    received_at: datetime
    site: str = ""
    area: str = ""
    transmitter_id: int | None = None
    exercise: bool = False
    occurred_at: datetime | None = None
    place: str = ""
    person: str = ""
    access: str = ""
    call_back: str = ""
    story: str = ""
    account: str = ""
    source_name: str = ""
    actor_id: int | None = None
    repeats: int = 1
    gathers: int = 0
    number: int | None = None
    earlier: int = 0
    id: UUID = field(default_factory=new_id)


def open_cases(new: Sequence[NewCase]) -> list[UUID]:
    """Insert envelope and letter of each, in the order given, and announce them; inside a unit of work. Their ids."""
    if not new:
        return []
    numbers, earlier = _numbers_and_repeats(new)
    items: list[tuple[Any, ...]] = []
    letters: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for one, number in zip(new, numbers, strict=True):
        reference = f"{one.received_at:%y}-{number:06d}"
        owner = by_id(one.municipality_id)
        repeats = one.repeats
        if one.transmitter_id is not None:
            repeats = earlier[one.transmitter_id] = earlier.get(one.transmitter_id, 0) + 1
        title = headline(kind=one.kind, site=one.site, area=one.area, municipality=owner)
        due_at = one.received_at + DEADLINES[one.priority]
        items.append(
            (
                one.id, reference, owner.id, one.function, one.kind, one.priority, title, one.site, one.area,
                one.transmitter_id, one.received_at, due_at, one.received_at, repeats, one.exercise,
                one.gathers,
            )
        )  # fmt: skip
        letters[owner.id].append(
            (
                one.id, reference, one.kind, one.function, one.priority, title, one.received_at, one.occurred_at,
                one.received_at, one.place, one.person, one.access, one.call_back, one.story, one.account,
                one.source_name, one.exercise,
            )
        )  # fmt: skip
        whole = fresh(
            id=one.id, reference=reference, municipality=owner, function=one.function, kind=one.kind,
            priority=one.priority, headline=title, site=one.site, area=one.area, received_at=one.received_at,
            due_at=due_at, repeats=repeats, exercise=one.exercise, objects=one.gathers,
        )  # fmt: skip
        announce("item", whole, municipality_id=owner.id, function=one.function)
    with together():
        insert_rows("workqueue_workitem", ITEM_COLUMNS, items)
        for owner_id, rows in letters.items():
            insert_rows("casefiles_casefile", CASE_COLUMNS, rows, schema=by_id(owner_id).schema_name)
        record_many(
            Row("case.received", one.actor_id, one.municipality_id, one.received_at, str(one.id))
            for one in new
        )
    return [one.id for one in new]


def _numbers_and_repeats(new: Sequence[NewCase]) -> tuple[list[int], dict[int, int]]:
    """A number for each in their order, and how many cases each transmitter has had in the window before."""
    numbers = [one.number for one in new if one.number is not None]
    earlier = {one.transmitter_id: one.earlier for one in reversed(new) if one.transmitter_id is not None}
    if len(numbers) == len(new):
        return sorted(numbers), earlier
    numbers, earlier = [], {}
    asked = sorted({one.transmitter_id for one in new if one.transmitter_id is not None})
    since = new[0].received_at - REPEAT_WINDOW
    for transmitter_id, number in fetch(
        LOOKUP, ("int", len(new)), ("bigint[]", asked), ("timestamptz", since)
    ):
        if transmitter_id is None:
            numbers.append(number)
        else:
            earlier[transmitter_id] = number
    return numbers, earlier
