"""Cases to look at and act on, opened through the queue's own service, and the console's requests about them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from alarms.workqueue.models import WorkItem
from tests.support.cases import case, journal

type Opened = Callable[..., UUID]
"""``opened("social", place=…)`` → the id of a fresh unanswered case in Storköping."""
type Claimed = Callable[..., UUID]
"""``claimed(olgas, "social", place=…)`` → the id of a case that was just opened, and claimed on that console."""


def post(client: Any, url: str, key: str = "", **data: Any) -> Any:
    """The response to a JSON POST, under an Idempotency-Key when one is given."""
    return client.post(url, json.dumps(data), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)


def act(client: Any, item: UUID, action: str, key: str = "", **data: Any) -> Any:
    """The response to an act on a case."""
    return post(client, f"/console/items/{item}/{action}/", key, **data)


def pane(client: Any, item: UUID) -> str:
    """The case as that console shows it."""
    return str(client.get(f"/console/case/{item}/").content.decode())


def keep_draft(client: Any, item: UUID, text: str) -> Any:
    """The response when what is being typed is saved."""
    return client.put(f"/console/case/{item}/draft/", {"text": text}, content_type="application/json")


def noted(item: UUID) -> int:
    """How many notes stand in a case's journal."""
    return sum(entry.verb == "noted" for entry in journal(WorkItem.objects.get(pk=item)))


@pytest.fixture
def opened(committed: None, storkoping: Any) -> Opened:
    def make(kind: str = "technical", **more: Any) -> UUID:
        return case(storkoping, kind, **more).pk

    return make


@pytest.fixture
def claimed(opened: Opened) -> Claimed:
    def make(client: Any, kind: str = "technical", **more: Any) -> UUID:
        item = opened(kind, **more)
        assert act(client, item, "claim").status_code == 200
        return item

    return make


@pytest.fixture
def olgas(committed: None, olga: Any, client_of: Callable[..., Any]) -> Any:
    """Olga's console."""
    return client_of(olga)


@pytest.fixture
def svens(committed: None, sven: Any, client_of: Callable[..., Any]) -> Any:
    """Sven's console."""
    return client_of(sven)
