"""The real Celery worker: it drains without a broker, stops when asked, and ringing never stops anybody."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from central.carriers import doorbell
from central.carriers.models import State
from tests.central.carriers.conftest import NILS
from tests.support.processes import Process
from tests.support.simulated_carrier import ACCOUNT, NUMBER, PUBLIC_BASE, TOKEN, Carrier, eventually


@pytest.mark.usefixtures("committed")
def test_what_is_due_leaves_without_a_broker(carrier: Carrier, queue: Callable[..., Any]) -> None:
    leg = queue(now=datetime.now(UTC))
    worker = Process(
        ["celery", "-A", "config.celery", "worker", "--pool", "threads", "--concurrency", "2"],
        {
            "CELERY_BROKER_URL": "redis://127.0.0.1:9/0",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_BASE": carrier.base,
            "PUBLIC_BASE_URL": PUBLIC_BASE,
        },
    )
    try:
        eventually(lambda: carrier.count("accepted", NILS) == 1, 60)
        eventually(lambda: bool(type(leg).objects.filter(pk=leg.pk, state__in=[State.SENT, State.DELIVERED])))
    finally:
        worker.stop()
    assert carrier.count("posts", NILS) == 1


@pytest.mark.django_db
def test_a_broker_that_never_answers_does_not_hold_up_who_sends(
    queue: Callable[..., Any], settings: Any
) -> None:
    from config.celery import app

    with socket.create_server(("127.0.0.1", 0)) as mute:
        app.conf.broker_url = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        for _ in range(100):
            doorbell.ring()
        assert queue().state == State.QUEUED


def test_the_task_and_the_poll_are_registered() -> None:
    from central.carriers.bootstep import Drain
    from central.carriers.tasks import drain
    from config.celery import app

    assert drain.name == "carriers.drain"
    assert Drain in app.steps["worker"]
