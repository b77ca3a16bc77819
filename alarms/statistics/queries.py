"""How long it took, by SQL over the stored facts, in the shared schema: no names and no letters are read.

* **answer**: from when the alarm came in until it was taken by whoever kept it (`claimed_at`).
* **accept**: from when a call-out began until the first of its people took the case.
* **arrive**: from when a call-out began until the first of them was on site.

Percentiles are `percentile_cont`: between the two nearest where none is exact. Exercises, and cases that ended as a test
or as a duplicate, are counted apart and measured in nothing. A case is of the hour in which it came in, by the wall
clock in Stockholm.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from tenants.goals.models import Measure
from tenants.goals.services import STANDARD, Wanted

type By = Literal["all", "municipality", "function", "kind", "hour"]

KEYS: dict[By, str] = {
    "all": "''", "municipality": "municipality_id::text", "function": "function", "kind": "kind", "hour": "hour::text",
}  # fmt: skip
FEW = 5
"""Of fewer than so many no percentile is told: it would be about one or two people."""

_SQL = """
WITH chosen AS (
    SELECT w.id, w.municipality_id, w.function, w.kind,
        extract(hour FROM w.received_at AT TIME ZONE 'Europe/Stockholm')::int AS hour,
        w.exercise OR w.outcome IN ('test', 'duplicate') AS apart,
        w.outcome = 'false_alarm' AS mistaken,
        extract(epoch FROM w.claimed_at - w.received_at) AS answer
    FROM public.workqueue_workitem w
    WHERE w.received_at >= %(since)s AND w.received_at < %(until)s AND w.function = ANY(%(functions)s)
        AND (%(municipalities)s::bigint[] IS NULL OR w.municipality_id = ANY(%(municipalities)s))
), timed AS (
    SELECT c.*, r.accept, r.arrive
    FROM chosen c LEFT JOIN LATERAL (
        SELECT min(extract(epoch FROM k.answered_at - r.started_at)) FILTER (WHERE k.state = 'accepted') AS accept,
            min(extract(epoch FROM k.on_site_at - r.started_at)) AS arrive
        FROM public.callouts_run r JOIN public.callouts_callout k ON k.run_id = r.id
        WHERE r.work_item_id = c.id AND r.purpose = 'callout'
    ) r ON NOT c.apart
)
SELECT {key} AS key, count(*) FILTER (WHERE NOT apart), count(*) FILTER (WHERE apart),
    count(*) FILTER (WHERE mistaken AND NOT apart), {measures}
FROM timed GROUP BY 1
"""
_MEASURE = """
    count({m}) FILTER (WHERE NOT apart),
    percentile_cont(ARRAY[0.5, 0.9, 0.95, 0.99]) WITHIN GROUP (ORDER BY {m}) FILTER (WHERE NOT apart),
    count(*) FILTER (WHERE NOT apart AND {m} <= %({m})s)"""


@dataclass(frozen=True, slots=True)
class Times:
    """Of ``n`` cases: seconds, and the share (0–100) within the goal. None where there are too few."""

    n: int
    median: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    share: float | None
    wanted: Wanted

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; None when nothing can be said."""
        return None if self.share is None else self.share >= self.wanted.share


@dataclass(frozen=True, slots=True)
class Row:
    """One group: its key as it stands in the database, and what was counted."""

    key: str
    cases: int
    apart: int
    mistaken: int
    times: Mapping[Measure, Times]


def figures(
    *,
    since: datetime,
    until: datetime,
    by: By,
    functions: Collection[str],
    municipalities: Collection[int] | None = None,
    goals: Mapping[Measure, Wanted] = STANDARD,
) -> list[Row]:
    """Cases that came in within [since, until), by group. ``municipalities`` None is all of them."""
    told: dict[str, Any] = {
        "since": since,
        "until": until,
        "functions": list(functions),
        "municipalities": None if municipalities is None else list(municipalities),
        **{measure.value: goals[measure].seconds for measure in Measure},
    }
    measures = ",".join(_MEASURE.format(m=measure.value) for measure in Measure)
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(key=KEYS[by], measures=measures), told)
        return [_row(one, goals) for one in cursor.fetchall()]


def _row(found: tuple[Any, ...], goals: Mapping[Measure, Wanted]) -> Row:
    key, cases, apart, mistaken, *rest = found
    times = {}
    for nth, measure in enumerate(Measure):
        n, quantiles, within = rest[3 * nth : 3 * nth + 3]
        times[measure] = _times(n, quantiles, within, goals[measure])
    return Row(str(key), cases, apart, mistaken, times)


def _times(n: int, quantiles: list[float] | None, within: int, wanted: Wanted) -> Times:
    if n < FEW or quantiles is None:
        return Times(n, None, None, None, None, None, wanted)
    median, p90, p95, p99 = (float(one) for one in quantiles)
    return Times(n, median, p90, p95, p99, 100 * within / n, wanted)
