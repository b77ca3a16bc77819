"""Cases to look at and act on, opened through the queue's own service."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from alarms.workqueue.opening import NewCase, open_cases
from central.events.services import unit_of_work
from central.kinds import KINDS


@pytest.fixture
def opened(committed: None) -> Callable[..., UUID]:
    """``opened(storkoping, "social", place=…)`` → the id of a fresh unanswered case."""

    def make(municipality: Any, kind: str = "technical", **more: Any) -> UUID:
        case = NewCase(
            municipality_id=municipality.pk,
            kind=kind,
            function=KINDS[kind].function,
            priority=more.pop("priority", KINDS[kind].priority),
            received_at=datetime.now(UTC),
            **more,
        )
        with unit_of_work():
            open_cases([case])
        return case.id

    return make


@pytest.fixture
def post() -> Callable[..., Any]:
    """``post(client, "/console/…", text="…")`` → the response to a JSON POST."""

    def send(client: Any, url: str, key: str = "", **data: Any) -> Any:
        return client.post(url, json.dumps(data), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)

    return send
