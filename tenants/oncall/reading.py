"""Everything that decides who has a duty, in one statement: it is asked at 03:00 for every step of every escalation.

By the ORM it was five queries, and building them cost more than answering them (bench: vem är i tjänst).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.db import connection

from tenants.oncall import schedule, windows
from tenants.oncall.models import (
    Calendar,
    CalendarShift,
    Contact,
    Layer,
    LayerMember,
    Replacement,
    ReplacementState,
)


@dataclass(slots=True)
class Plan:
    """What a duty's schedule is made of, read once; `shifts` may then be asked for any time it was read for."""

    layers: list[schedule.Layer] = field(default_factory=list)
    overrides: list[schedule.Override] = field(default_factory=list)
    fixed: list[schedule.Shift] = field(default_factory=list)

    def shifts(self, start: datetime, end: datetime) -> list[schedule.Shift]:
        """As tenants.oncall.schedule.shifts."""
        return schedule.shifts(self.layers, self.overrides, start, end, self.fixed)


# One row for a layer (the rest of it in `doc`), a replacement ("by" is instead of whom) or a calendar's shift.
STATEMENT = """
SELECT 'layer' AS what, layer.duty_id, layer.id, layer.rank, NULL::timestamptz AS starts, NULL::timestamptz AS ends,
       NULL::bigint AS contact, NULL::bigint AS "by",
       json_build_object(
           'first', layer.first_day, 'at', layer.turns_at, 'days', layer.turn_days, 'windows', layer.windows,
           'until', layer.until, 'until_at', layer.until_at,
           'members', (SELECT json_agg(CASE WHEN contact.removed_at IS NULL THEN contact.id END ORDER BY member.position)
                       FROM {member} member JOIN {contact} contact ON contact.id = member.contact_id
                       WHERE member.layer_id = layer.id))::text AS doc
FROM {layer} layer
WHERE layer.duty_id = ANY(%(duties)s) AND layer.first_day <= %(last)s
  AND (layer.until IS NULL OR layer.until >= %(first)s)
UNION ALL
SELECT 'override', one.duty_id, one.id, one.rank, one.starts_at, one.ends_at, one.contact_id, one.instead_of_id, NULL
FROM {replacement} one JOIN {contact} contact ON contact.id = one.contact_id AND contact.removed_at IS NULL
WHERE one.duty_id = ANY(%(duties)s) AND one.state = %(valid)s AND one.starts_at < %(late)s AND one.ends_at > %(early)s
UNION ALL
SELECT 'fixed', calendar.duty_id, NULL, calendar.rank, shift.starts_at, shift.ends_at, shift.contact_id, calendar.id, NULL
FROM {shift} shift JOIN {calendar} calendar ON calendar.id = shift.calendar_id
JOIN {contact} contact ON contact.id = shift.contact_id AND contact.removed_at IS NULL
WHERE calendar.duty_id = ANY(%(duties)s) AND shift.starts_at < %(late)s AND shift.ends_at > %(early)s
ORDER BY 1, 3, 5
"""


@cache
def _statement() -> str:
    models = {
        "layer": Layer, "member": LayerMember, "contact": Contact, "replacement": Replacement,
        "calendar": Calendar, "shift": CalendarShift,
    }  # fmt: skip
    return STATEMENT.format(**{name: f'"{model._meta.db_table}"' for name, model in models.items()})


def plans(duty_ids: Iterable[int], start: datetime, end: datetime) -> dict[int, Plan]:
    """Everything that decides who has these duties within [start, end), by duty."""
    found = {duty_id: Plan() for duty_id in duty_ids}
    early, late = start - schedule.DAY, end + schedule.DAY
    asked: dict[str, Any] = {
        "duties": list(found), "early": early, "late": late, "first": early.date(), "last": late.date(),
        "valid": ReplacementState.VALID.value,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_statement(), asked)
        rows = cursor.fetchall()
    for what, duty_id, row_id, rank, starts, ends, contact, by, doc in rows:
        plan = found[duty_id]
        if what == "layer":
            plan.layers.append(_layer(row_id, rank, json.loads(doc)))
        elif what == "override":
            plan.overrides.append(schedule.Override(row_id, rank, starts, ends, contact, by))
        else:
            plan.fixed.append(schedule.Shift(starts, ends, rank, contact, calendar_id=by))
    return found


def _layer(layer_id: int, rank: int, doc: dict[str, Any]) -> schedule.Layer:
    return schedule.Layer(
        id=layer_id,
        rank=rank,
        members=tuple(doc["members"] or ()),
        first_day=date.fromisoformat(doc["first"]),
        turns_at=time.fromisoformat(doc["at"]),
        turn_days=doc["days"],
        windows=windows.read(doc["windows"]),
        until=date.fromisoformat(doc["until"]) if doc["until"] else None,
        until_at=time.fromisoformat(doc["until_at"]) if doc["until_at"] else None,
    )
