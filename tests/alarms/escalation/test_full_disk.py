"""A full disk is told where somebody looks, though everything can still be read."""

from __future__ import annotations

import asyncio

import psycopg.errors
import pytest
from django.db import OperationalError
from django.utils import timezone

from alarms.escalation import auditing, full
from config import ops


def test_a_disk_with_room_is_not_full(db: None) -> None:
    assert full.disk_is_full() is False


def test_only_a_full_disk_counts() -> None:
    error = OperationalError()
    assert not full.refuses_to_write(error)
    error.__cause__ = psycopg.errors.AdminShutdown()
    assert not full.refuses_to_write(error)
    error.__cause__ = psycopg.errors.DiskFull()
    assert full.refuses_to_write(error)


def test_readyz_refuses_and_the_auditor_says_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops, "disk_is_full", lambda: True)
    monkeypatch.setattr(auditing, "disk_is_full", lambda: True)
    assert ops._database_state()["state"] == "full"
    assert ops.gauges()["tc_disk_full"] == 1
    assert auditing.watch_disk(timezone.now()) == 1


@pytest.mark.parametrize(("state", "ready"), [("ok", True), ("full", False), ("away", False)])
def test_a_full_disk_is_not_ready(monkeypatch: pytest.MonkeyPatch, state: str, ready: bool) -> None:
    monkeypatch.setattr(ops, "_database_state", lambda: {"state": state})
    monkeypatch.setattr(ops, "_valkey_state", lambda: {"state": "away"})
    answered, said = asyncio.run(ops.readiness())
    assert answered is ready
    assert said["database"] == {"state": state}
