"""Reading the queue: the board, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from alarms.workqueue.changes import RELATIONS
from alarms.workqueue.errors import UnknownItem
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.rows import row
from central.accounts.capabilities import BOARD_VIEW, rights_of
from central.accounts.models import User
from central.events.queries import last_id
from central.municipalities.directory import centre

CLOSED_SHOWN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board at an event number: apply later events on top of it (law: board + events == fresh board)."""

    last_id: int
    rows: list[dict[str, Any]]


def visible(functions: frozenset[str]) -> QuerySet[WorkItem]:
    """What stands on a board: everything open, and what was closed in the last hour."""
    return (
        WorkItem.objects.filter(~Q(state=State.CLOSED) | Q(closed_at__gt=timezone.now() - CLOSED_SHOWN))
        .filter(function__in=functions)
        .select_related(*RELATIONS)
        .order_by("exercise", "priority", "due_at", "received_at")
    )


def audience(user: User) -> frozenset[str]:
    """The functions whose rows this person sees, in every municipality the centre serves."""
    return rights_of(user).visible_functions(centre().id)


def board(user: User) -> Board:
    """The number is read before the rows: an event in between is applied twice, and is the same row twice."""
    number = last_id()
    return Board(number, [row(item) for item in visible(audience(user))])


def item_for(user: User, item_id: UUID, capability: str = BOARD_VIEW) -> WorkItem:
    """One item this person may see (or use as ``capability`` says); raises UnknownItem."""
    item = WorkItem.objects.select_related(*RELATIONS).filter(pk=item_id).first()
    if item is None or not rights_of(user).can(capability, item.municipality_id, item.function):
        raise UnknownItem
    return item
