"""The auditor's first look at the clock gives it the time that a silent clock is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from alarms.escalation import auditing, loop
from alarms.escalation.chores import Chore
from alarms.escalation.loop import Timekeeper
from alarms.escalation.rules import SILENT_AFTER

pytestmark = pytest.mark.usefixtures("db")


class Lock:
    """Ours or another's, as the test says."""

    held = True

    def hold(self) -> bool:
        return self.held


@pytest.fixture
def pass_seconds(monkeypatch: Any) -> Callable[[float], None]:
    """Moves the process's own clock."""
    at = [1_000.0]
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: at[0]))

    def move(seconds: float) -> None:
        at[0] += seconds

    return move


def keeper(looked: list[datetime], lock: Lock) -> Timekeeper:
    def look(now: datetime) -> int:
        looked.append(now)
        return 1

    made = Timekeeper("auditor", 0, [Chore("clock", timedelta(seconds=2), look, timedelta(seconds=10))])
    made._lease = lock
    return made


def test_the_first_look_waits_and_the_next_follow_its_pace(pass_seconds: Callable[[float], None]) -> None:
    looked: list[datetime] = []
    auditor = keeper(looked, Lock())
    seen = []
    for _ in range(16):
        auditor.turn()
        seen.append(len(looked))
        pass_seconds(1)
    assert seen == [0] * 10 + [1, 1, 2, 2, 3, 3]


def test_a_standby_that_takes_over_waits_anew(pass_seconds: Callable[[float], None]) -> None:
    looked: list[datetime] = []
    lock = Lock()
    auditor = keeper(looked, lock)
    auditor.turn()
    lock.held = False
    pass_seconds(3_600)
    auditor.turn()
    lock.held = True
    auditor.turn()
    assert not looked
    pass_seconds(10)
    auditor.turn()
    assert len(looked) == 1


def test_it_is_the_look_at_other_processes_that_waits() -> None:
    assert {check.name: check.first_after for check in auditing.CHECKS if check.first_after} == {
        "clock": SILENT_AFTER,
        "receivers": SILENT_AFTER,
    }
