"""After a flood: when it was, who sent most, who chattered, how long each priority waited; for the shift leader."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarms.workqueue.models import WorkItem
from operator_console.flood.report import reports
from operator_console.flood.rules import Flood, chatters, floods
from operator_console.templatetags.waits import wait
from tests.support.cases import case, now

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def every(seconds: float, count: int) -> list[datetime]:
    return [START + timedelta(seconds=seconds * n) for n in range(count)]


@pytest.mark.parametrize(
    ("count", "seats", "is_one"), [(10, 1, False), (11, 1, True), (20, 2, False), (21, 2, True)]
)
def test_it_is_a_flood_above_ten_per_operator(count: int, seats: int, is_one: bool) -> None:
    found = floods(every(1, count), lambda at: seats, START + timedelta(hours=1))
    assert bool(found) == is_one


def test_it_is_over_below_five_and_the_next_is_another() -> None:
    again = [at + timedelta(hours=2) for at in every(1, 12)]
    first, second = floods(every(1, 12) + again, lambda at: 1, START + timedelta(hours=2, minutes=5))
    assert first == Flood(START, START + timedelta(minutes=10, seconds=7)), "four are left in the window"
    assert second == Flood(START + timedelta(hours=2), None), "it goes on"


def test_a_moment_without_anybody_on_shift_counts_as_one_seat() -> None:
    assert floods(every(1, 11), lambda at: 0, START) != []


@pytest.mark.parametrize(
    ("gap", "count", "does"), [(30, 3, True), (31, 3, False), (1, 2, False), (100, 9, False)]
)
def test_three_within_a_minute_is_chatter(gap: float, count: int, does: bool) -> None:
    assert chatters(every(gap, count)) is does


@pytest.mark.parametrize(("seconds", "told"), [(None, "–"), (0, "0:00"), (75, "1:15"), (3675, "1:01:15")])
def test_a_wait_is_told_as_the_clocks_do(seconds: int | None, told: str) -> None:
    assert wait(seconds) == told


def flood(storkoping: Any, lillby: Any) -> list[WorkItem]:
    loud = [
        case(storkoping, "transmitter_fault", transmitter_id=7, area="Osby", received_at=now(-300 + 10 * n))
        for n in range(9)
    ]
    return loud + [
        case(lillby, "technical", transmitter_id=8, area="Hörby", received_at=now(-200 + 70 * n))
        for n in range(3)
    ]


def test_the_report_tells_senders_chatter_and_waits(storkoping: Any, lillby: Any, sven: Any) -> None:
    items = flood(storkoping, lillby)
    case(lillby, "technical", exercise=True)
    WorkItem.objects.filter(pk=items[-1].pk).update(claimed_at=items[-1].received_at + timedelta(seconds=42))
    (found,) = reports(sven, now())
    assert found.flood.until is None
    assert (found.count, found.seats) == (12, 1)
    assert [(one.name, one.municipality, one.count, one.chattering) for one in found.sources] == [
        ("Sändarfel · Osby", "Storköping", 9, True),
        ("Driftlarm · Hörby", "Lillby", 3, False),
    ]
    assert [one.name for one in found.chattering] == ["Sändarfel · Osby"]
    waits = {one.priority: (one.count, one.taken, one.median, one.longest) for one in found.waits}
    assert waits[2] == (3, 1, 42, 42)
    assert waits[3] == (9, 0, None, None)


def test_the_leader_reads_it_and_nobody_else(svens: Any, olgas: Any, storkoping: Any, lillby: Any) -> None:
    assert "Ingen larmtopp det senaste dygnet." in svens.get("/console/flood/report/").content.decode()
    flood(storkoping, lillby)
    page = svens.get("/console/flood/report/").content.decode()
    for words in ("12 larm, 1 i tjänst.", "pågår", "Sändarfel · Osby", "3 Snart"):
        assert words in page
    assert "Exempelgatan" not in page, "envelopes only"
    assert "/console/flood/" in svens.get("/console/").content.decode()
    assert olgas.get("/console/flood/report/").status_code == 403
    assert "/console/flood/" not in olgas.get("/console/").content.decode()
