"""What the page of transmitters shows. Each answer costs the same few questions, whether there are ten or ten thousand.

A transmitter at a home has no name of its place here, and those of a closed function are shown to whoever reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from alarms.intake.models import Source
from alarms.intake.registering import account_hash
from alarms.workqueue.models import State as CaseState
from alarms.workqueue.models import WorkItem
from central.municipalities.directory import by_id

PAGE = 100
SHOWS = ("all", "wrong", "silent", "fault", "service", "never", "heard", "unwatched")
"""What may be shown: everything, what is wrong, or one state."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. ``functions`` are those whose rows she sees; ``accounts`` what ``text`` hashes to."""

    functions: frozenset[str]
    show: str = "all"
    municipality: int | None = None
    text: str = ""
    accounts: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether anything is hidden but by the state asked for."""
        return self.municipality is not None or bool(self.text)

    def takes(self, state: str, wrong: bool) -> bool:
        """Whether a transmitter in that state is asked for."""
        return self.show == "all" or (wrong if self.show == "wrong" else state == self.show)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The most urgent open case of a transmitter; ``more`` stand open besides."""

    id: UUID
    reference: str
    kind: str
    priority: int
    more: int


@dataclass(frozen=True, slots=True)
class Row:
    """One transmitter now. ``heard_at``: for one that only speaks when it alarms, its last alarm."""

    id: int
    municipality: str
    source: str
    protocol: str
    exercise: bool
    site: str
    area: str
    function: str
    state: str
    wrong: bool
    troubles: tuple[str, ...]
    silent_since: datetime | None
    service_until: datetime | None
    heard_at: datetime | None
    interval: int | None
    case: OpenCase | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many, by what may be shown: of those that text and municipality let through, and of all."""

    matching: dict[str, int]
    everywhere: dict[str, int]


_STATE = """CASE WHEN t.service_until > %(now)s THEN 'service'
    WHEN s.silent_since IS NOT NULL THEN 'silent'
    WHEN s.troubles <> '{}' THEN 'fault'
    WHEN s.heard_at IS NULL AND o.protocol IN ('dc09', 'scaip') THEN 'never'
    WHEN t.interval_seconds IS NULL THEN 'unwatched'
    ELSE 'heard' END"""
_WRONG = "(s.silent_since IS NOT NULL OR coalesce(s.troubles <> '{}', false))"
_FROM = """FROM public.intake_transmitter t
JOIN public.intake_source o ON o.id = t.source_id AND o.active
JOIN public.municipalities_municipality m ON m.id = t.municipality_id
LEFT JOIN public.intake_transmitterstate s ON s.transmitter_id = t.id
WHERE t.active AND NOT t.synthetic AND (t.function = '' OR t.function = ANY(%(functions)s))"""
_MATCHES = """((%(municipality)s::bigint IS NULL OR t.municipality_id = %(municipality)s)
    AND (%(text)s = '' OR t.account_hash = ANY(%(accounts)s)
        OR position(%(text)s IN lower(concat_ws(' ', t.site, t.area, o.name, m.name))) > 0))"""
_ROWS = f"""SELECT t.id, t.municipality_id, o.name, o.protocol, o.exercise, t.site, t.area, t.function, {_STATE},
    {_WRONG}, s.troubles, s.silent_since, t.service_until, s.heard_at, t.interval_seconds, s.silent_item_id,
    s.trouble_item_id, newest.id, newest.received_at
FROM (%s) wanted JOIN public.intake_transmitter t ON t.id = wanted.id
JOIN public.intake_source o ON o.id = t.source_id
LEFT JOIN public.intake_transmitterstate s ON s.transmitter_id = t.id
LEFT JOIN LATERAL (SELECT w.id, w.received_at FROM public.workqueue_workitem w WHERE w.transmitter_id = t.id
    ORDER BY w.received_at DESC LIMIT 1) newest ON true
ORDER BY wanted.nth"""  # noqa: S608  # our own words only
_ORDERED = """SELECT t.id, row_number() OVER (ORDER BY m.sort_key, public.swedish_key(t.area) COLLATE "C",
    public.swedish_key(t.site) COLLATE "C", t.id) AS nth"""


def accounts_like(text: str) -> tuple[str, ...]:
    """What an account called that would stand as, at each source: nobody's account is kept in clear."""
    return tuple(
        account_hash(one, text) for one in Source.objects.filter(active=True).values_list("pk", flat=True)
    )


def counts(wanted: Wanted, now: datetime) -> Counts:
    """How many there are in each state."""
    statement = f"SELECT {_STATE}, {_WRONG}, {_MATCHES}, count(*) {_FROM} GROUP BY 1, 2, 3"
    matching, everywhere = dict.fromkeys(SHOWS, 0), dict.fromkeys(SHOWS, 0)
    for state, wrong, matches, count in _asked(statement, wanted, now):
        for tally in (everywhere, matching) if matches else (everywhere,):
            for show in {"all", state, *(("wrong",) if wrong else ())}:
                tally[show] += count
    return Counts(matching, everywhere)


def page(wanted: Wanted, now: datetime, *, start: int = 0) -> list[Row]:
    """At most :data:`PAGE` of what is asked for, by municipality, area and place in Swedish order."""
    shown = {"all": "true", "wrong": _WRONG}.get(wanted.show, f"{_STATE} = %(show)s")
    picked = f"{_ORDERED} {_FROM} AND {_MATCHES} AND {shown} ORDER BY nth LIMIT {PAGE} OFFSET %(start)s"
    return _rows(_asked(_ROWS.replace("%s", picked, 1), wanted, now, start=start), wanted.functions)


def these(ids: Sequence[int], wanted: Wanted, now: datetime) -> list[Row]:
    """The rows with those ids as they are now, whatever is asked for otherwise; in no order."""
    picked = f"SELECT t.id, t.id AS nth {_FROM} AND t.id = ANY(%(ids)s)"
    return _rows(_asked(_ROWS.replace("%s", picked, 1), wanted, now, ids=list(ids[:PAGE])), wanted.functions)


def _asked(statement: str, wanted: Wanted, now: datetime, **more: Any) -> list[tuple[Any, ...]]:
    given = {
        "now": now,
        "functions": sorted(wanted.functions),
        "municipality": wanted.municipality,
        "text": wanted.text.lower(),
        "accounts": list(wanted.accounts),
        "show": wanted.show,
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _rows(found: Sequence[tuple[Any, ...]], functions: frozenset[str]) -> list[Row]:
    ids = {one for row in found for one in row[15:18] if one is not None}
    open_ = {
        item.pk: item
        for item in WorkItem.objects.filter(pk__in=ids, function__in=functions).exclude(
            state=CaseState.CLOSED
        )
    }
    return [_row(row, _case(open_[one] for one in set(row[15:18]) & open_.keys())) for row in found]


def _row(row: tuple[Any, ...], case: OpenCase | None) -> Row:
    heard_at = max(
        (at for at in (row[13], row[18] if row[3] not in ("dc09", "scaip") else None) if at), default=None
    )
    return Row(
        id=row[0], municipality=by_id(row[1]).name, source=row[2], protocol=row[3], exercise=row[4], site=row[5],
        area=row[6], function=row[7], state=row[8], wrong=row[9], troubles=tuple(row[10] or ()),
        silent_since=row[11], service_until=row[12], heard_at=heard_at, interval=row[14], case=case,
    )  # fmt: skip


def _case(found: Iterable[WorkItem]) -> OpenCase | None:
    items: Collection[WorkItem] = sorted(found, key=lambda item: (item.priority, item.received_at))
    for first in items:
        return OpenCase(first.pk, first.reference, first.get_kind_display(), first.priority, len(items) - 1)
    return None
