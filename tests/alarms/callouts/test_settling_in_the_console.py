"""An uncertain SMS must never lock a case: the operator who rings settles it in the case pane."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from alarms.callouts.models import State
from tests.alarms.callouts.conftest import NILS
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db


def test_the_operator_who_rang_settles_an_uncertain_sms(
    held: Callable[..., Any],
    call_out: Callable[..., Any],
    carrier: Carrier,
    client_of: Callable[..., Any],
    olga: Any,
) -> None:
    carrier.fault("error", NILS, 1)
    now = datetime.now(UTC)
    item = held(now)
    callout = call_out(item, now)
    assert callout.state == State.UNCERTAIN
    client = client_of(olga)
    pane = client.get(f"/console/case/{item.pk}/")
    assert pane.status_code == 200
    assert 'data-act="settle"' in pane.content.decode()
    answer = client.post(
        f"/console/items/{item.pk}/settle/",
        json.dumps({"callout": str(callout.pk), "answer": "accepted"}),
        content_type="application/json",
        headers={"Idempotency-Key": uuid4().hex},
    )
    assert answer.status_code == 200, answer.content
    callout.refresh_from_db()
    assert callout.state == State.ACCEPTED
