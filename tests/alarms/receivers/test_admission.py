"""Connections are refused by the total and by the address; refusals fill no log."""

from __future__ import annotations

from collections import Counter

import pytest
import structlog
from structlog.testing import capture_logs

from alarms.receivers import admission
from alarms.receivers.admission import Admission


def test_who_has_left_makes_room_for_another() -> None:
    counts: Counter[str] = Counter()
    door = Admission("dc09", connections=3, per_address=2, counts=counts, clock=lambda: 0.0)
    assert [door.admits(one) for one in ("192.0.2.1", "192.0.2.1", "192.0.2.1")] == [True, True, False]
    assert [door.admits(one) for one in ("192.0.2.2", "192.0.2.3")] == [True, False]
    door.left("192.0.2.1")
    assert [door.admits(one) for one in ("192.0.2.3", "192.0.2.2")] == [True, False]
    assert counts["connections_refused"] == 3


def test_a_thousand_refusals_are_two_lines_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    # A logger is bound for good at its first line; an unused one listens whatever was logged, and set up, before.
    monkeypatch.setattr(admission, "log", structlog.get_logger("alarms.receivers.admission"))
    clock = [0.0]
    door = Admission("scaip", connections=0, per_address=2, counts=Counter(), clock=lambda: clock[0])
    with capture_logs() as lines:
        for at in range(1000):
            clock[0] = at * 0.1
            door.admits("192.0.2.1")
    assert [line["refused"] for line in lines] == [1, 600]
    assert "192.0.2.1" not in str(lines)
