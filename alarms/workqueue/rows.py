"""The board row: an envelope as the consoles get it. Times are epoch milliseconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from alarms.workqueue.models import State, WorkItem
from central import functions, kinds
from central.accounts.models import User
from central.municipalities.context import MunicipalityRef
from central.municipalities.directory import by_id


def ms(at: datetime | None) -> int | None:
    """Epoch milliseconds."""
    return None if at is None else int(at.timestamp() * 1000)


def person(user: User | None) -> dict[str, Any] | None:
    """A colleague as the board names them; staff names are the one personal thing the socket carries."""
    return None if user is None else {"id": user.pk, "initials": user.initials, "name": user.name}


def headline(*, kind: str, site: str, area: str, municipality: MunicipalityRef) -> str:
    """The rule: kind · area, else the non-personal site, else the municipality."""
    return f"{kinds.KINDS[kind].name} · {area or site or municipality.name}"


def row(item: WorkItem, municipality: MunicipalityRef | None = None) -> dict[str, Any]:
    """The whole row. Holder and offer are read through the item's relations: select_related them."""
    owner = municipality or by_id(item.municipality_id)
    offered = None
    if item.offered_to_id is not None:
        offered = {"to": person(item.offered_to), "by": person(item.offered_by), "reason": item.offer_reason}
    return {
        "id": str(item.pk),
        "ref": item.reference,
        "m": owner.id,
        "code": owner.short_code,
        "municipality": owner.name,
        "function": item.function,
        "function_name": functions.NAMES[item.function],
        "kind": item.kind,
        "kind_name": kinds.KINDS[item.kind].name,
        "priority": item.priority,
        "state": str(item.state),
        "headline": item.headline,
        "area": item.area,
        "site": item.site,
        "received": ms(item.received_at),
        "due": ms(item.due_at),
        "claimed": ms(item.claimed_at),
        "holder": person(item.claimed_by) if item.claimed_by_id is not None else None,
        "offered": offered,
        "parked_until": ms(item.parked_until),
        "closed": ms(item.closed_at),
        "outcome": item.outcome,
        "lead": None if item.lead_id is None else str(item.lead_id),
        "repeats": item.repeats,
        "objects": item.gathers,
        "grown": item.gathers - item.gathers_seen if "grown" in item.attention else 0,
        "exercise": item.exercise,
        "attention": list(item.attention),
        "word": item.word,
        "touched": ms(item.touched_at),
        "version": item.version,
        "last": {
            "verb": item.last_verb,
            "by": item.last_by_initials,
            "at": ms(item.last_at or item.received_at),
        },
    }


def fresh(
    *,
    id: UUID,
    reference: str,
    municipality: MunicipalityRef,
    function: str,
    kind: str,
    priority: int,
    headline: str,
    site: str,
    area: str,
    received_at: datetime,
    due_at: datetime,
    repeats: int,
    exercise: bool,
    objects: int = 0,
) -> dict[str, Any]:
    """The row of an item just opened: what :func:`row` would say of it, without making a model instance."""
    received = ms(received_at)
    return {
        "id": str(id),
        "ref": reference,
        "m": municipality.id,
        "code": municipality.short_code,
        "municipality": municipality.name,
        "function": function,
        "function_name": functions.NAMES[function],
        "kind": kind,
        "kind_name": kinds.KINDS[kind].name,
        "priority": priority,
        "state": State.UNANSWERED.value,
        "headline": headline,
        "area": area,
        "site": site,
        "received": received,
        "due": ms(due_at),
        "claimed": None,
        "holder": None,
        "offered": None,
        "parked_until": None,
        "closed": None,
        "outcome": "",
        "lead": None,
        "repeats": repeats,
        "objects": objects,
        "grown": 0,
        "exercise": exercise,
        "attention": [],
        "word": "",
        "touched": received,
        "version": 1,
        "last": {"verb": "received", "by": "", "at": received},
    }
