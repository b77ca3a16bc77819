"""The figures of a period, counted by the database from stored facts; no letter is read.

Three times a case: received → claimed, run started → taken, run started → first on site. A run is a call-out's, not a
decision's. Who waits and has waited longer than the goal is judged as not met, so that a goal can't be met by never
answering; a case that was closed untaken, and a run that was called off, are judged by nobody's measure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from central import kinds
from central.functions import NAMES as FUNCTIONS
from central.municipalities.context import in_municipality
from central.municipalities.directory import municipalities
from tenants.followup import queries
from tenants.followup.figures import COUNTED, Goal, Line, Measure, Period, Statistics, name_of

_CLASS = """CASE WHEN w.exercise THEN 'exercise' WHEN w.outcome = 'test' THEN 'test'
    WHEN w.outcome = 'false_alarm' THEN 'false_alarm' WHEN w.outcome = 'duplicate' THEN 'duplicate' ELSE 'real' END"""
_CASES = f"""cases AS MATERIALIZED (
    SELECT w.id, w.municipality_id, w.function, w.kind, w.received_at, w.claimed_at, w.state,
        extract(hour FROM w.received_at AT TIME ZONE 'Europe/Stockholm')::int AS hour
    FROM public.workqueue_workitem w
    WHERE w.received_at >= %(begins)s AND w.received_at < %(ends)s AND w.municipality_id = ANY(%(municipalities)s)
        AND w.function = ANY(%(functions)s) AND {_CLASS} = %(counted)s)"""  # noqa: S608  # our own words
_RUNS = """runs AS MATERIALIZED (
    SELECT c.*, r.id AS run_id, r.state AS run_state, r.started_at, r.ended_at,
        (SELECT min(o.on_site_at) FROM public.callouts_callout o WHERE o.run_id = r.id) AS on_site_at
    FROM cases c JOIN public.callouts_run r ON r.work_item_id = c.id AND r.purpose = 'callout')"""
_TIMES: dict[str, tuple[str, str]] = {
    Measure.ANSWER: (
        _CASES,
        """SELECT municipality_id, function, kind, hour, extract(epoch FROM claimed_at - received_at)::float8 AS s,
            CASE WHEN claimed_at IS NULL AND state <> 'closed'
                THEN extract(epoch FROM %(now)s - received_at)::float8 END AS waited
        FROM cases""",
    ),
    Measure.ACCEPT: (
        f"{_CASES}, {_RUNS}",
        """SELECT municipality_id, function, kind, hour,
            CASE WHEN run_state = 'taken' THEN extract(epoch FROM ended_at - started_at)::float8 END AS s,
            CASE WHEN run_state = 'exhausted' THEN 'infinity'::float8
                WHEN run_state = 'running' THEN extract(epoch FROM %(now)s - started_at)::float8 END AS waited
        FROM runs""",
    ),
    Measure.ARRIVE: (
        f"{_CASES}, {_RUNS}",
        """SELECT municipality_id, function, kind, hour, extract(epoch FROM on_site_at - started_at)::float8 AS s,
            CASE WHEN on_site_at IS NULL AND run_state = 'exhausted' THEN 'infinity'::float8
                WHEN on_site_at IS NULL AND state <> 'closed' AND run_state IN ('running', 'taken')
                THEN extract(epoch FROM %(now)s - started_at)::float8 END AS waited
        FROM runs""",
    ),
}
_GROUPED = """WITH {facts}, times AS ({times}), goals AS (
    SELECT * FROM unnest(%(goal_municipality)s::bigint[], %(goal_function)s::text[], %(goal_seconds)s::float8[])
        AS g(municipality_id, function, seconds)),
judged AS (
    SELECT t.*, coalesce(o.seconds, a.seconds) AS goal FROM times t
    LEFT JOIN goals o ON o.municipality_id = t.municipality_id AND o.function = t.function
    LEFT JOIN goals a ON a.municipality_id = t.municipality_id AND a.function = '')
SELECT CASE grouping(municipality_id, function, kind, hour)
        WHEN 7 THEN 'municipality' WHEN 11 THEN 'function' WHEN 13 THEN 'kind' WHEN 14 THEN 'hour' ELSE 'all' END,
    coalesce(municipality_id::text, function, kind, hour::text, ''),
    count(s),
    percentile_cont(ARRAY[0.5, 0.9, 0.95, 0.99]) WITHIN GROUP (ORDER BY s),
    count(*) FILTER (WHERE s IS NOT NULL OR waited > goal),
    count(*) FILTER (WHERE s <= goal),
    count(*) FILTER (WHERE s IS NULL AND waited < 'infinity'),
    count(*) FILTER (WHERE waited = 'infinity')
FROM judged GROUP BY GROUPING SETS ((), (municipality_id), (function), (kind), (hour))"""
_COUNTS = f"""SELECT {_CLASS}, count(*) FROM public.workqueue_workitem w
WHERE w.received_at >= %(begins)s AND w.received_at < %(ends)s AND w.municipality_id = ANY(%(municipalities)s)
    AND w.function = ANY(%(functions)s)
GROUP BY 1"""  # noqa: S608  # our own words
_ORDER: dict[str, list[str]] = {
    "function": list(FUNCTIONS),
    "kind": list(kinds.KINDS),
    "hour": [str(one) for one in range(24)],
}


def statistics(
    period: Period,
    *,
    municipality_ids: Sequence[int] | None,
    functions: Collection[str],
    counted: str,
    now: datetime,
) -> Statistics:
    """The figures of some municipalities' cases, of all of them when None, in these functions."""
    if counted not in COUNTED:
        raise ValueError(counted)
    served = [one for one in municipalities() if municipality_ids is None or one.id in municipality_ids]
    goals = {one.id: _goals_of(one) for one in served}
    names = {one.id: one.name for one in served}
    asked: dict[str, Any] = {
        "begins": period.begins,
        "ends": period.ends,
        "municipalities": list(names),
        "functions": sorted(functions),
        "counted": counted,
        "now": now,
    }
    lines: list[Line] = []
    waiting = exhausted = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNTS, asked)
        counts = dict.fromkeys(COUNTED, 0) | dict(cursor.fetchall())
        for measure, (facts, times) in _TIMES.items():
            cursor.execute(
                _GROUPED.format(facts=facts, times=times), {**asked, **_goal_columns(goals, measure)}
            )
            rows = cursor.fetchall()
            lines += [_line(measure, row, names) for row in rows]
            total = next(row for row in rows if row[0] == "all")
            waiting = total[6] if measure == Measure.ANSWER else waiting
            exhausted = total[7] if measure == Measure.ACCEPT else exhausted
    return Statistics(period, counted, counts, _ordered(lines, list(names)), goals, waiting, exhausted)


def _goals_of(owner: Any) -> tuple[Goal, ...]:
    with in_municipality(owner):
        return queries.goals()


def _goal_columns(goals: Mapping[int, Sequence[Goal]], measure: str) -> dict[str, Any]:
    rows = [
        (owner, one.function, float(one.seconds))
        for owner, some in goals.items()
        for one in some
        if one.measure == measure
    ]
    return {
        "goal_municipality": [row[0] for row in rows],
        "goal_function": [row[1] for row in rows],
        "goal_seconds": [row[2] for row in rows],
    }


def _line(measure: str, row: tuple[Any, ...], names: Mapping[int, str]) -> Line:
    group, key, n, seconds, judged, met, _waiting, _exhausted = row
    times = tuple(seconds) if seconds else (None, None, None, None)
    return Line(measure, group, key, name_of(group, key, names), n, times, judged, met)


def _ordered(lines: list[Line], municipality_ids: list[int]) -> tuple[Line, ...]:
    """As everywhere: municipalities in Swedish order, functions and kinds as listed, hours by the clock."""
    order = _ORDER | {"municipality": [str(one) for one in municipality_ids]}

    def place(line: Line) -> int:
        known = order.get(line.group, [])
        return known.index(line.key) if line.key in known else len(known)

    return tuple(sorted(lines, key=place))
