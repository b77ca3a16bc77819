"""When the next shift begins, also over holidays and changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest

from tenants.decided.rules import WORKDAYS, Policy, next_shift, policy_of


@pytest.mark.parametrize(
    ("after", "begins"),
    [
        ("2026-11-23T02:13+01:00", "2026-11-23T07:00+01:00"),
        ("2026-11-23T07:00+01:00", "2026-11-24T07:00+01:00"),
        ("2026-11-27T23:00+01:00", "2026-11-30T07:00+01:00"),
        ("2026-12-23T23:00+01:00", "2026-12-28T07:00+01:00"),  # Christmas Eve, Day, Boxing Day and Sunday
        ("2026-04-02T20:00+02:00", "2026-04-07T07:00+02:00"),  # Easter
        ("2026-03-27T20:00+01:00", "2026-03-30T07:00+02:00"),  # the clocks go forward in between
        ("2026-10-23T20:00+02:00", "2026-10-26T07:00+01:00"),
    ],
)
def test_it_begins_on_the_next_workday(after: str, begins: str) -> None:
    assert next_shift(WORKDAYS, time(7), datetime.fromisoformat(after)) == datetime.fromisoformat(begins)


def test_a_team_that_works_every_day_begins_tomorrow_also_on_a_holiday() -> None:
    after = datetime(2026, 12, 24, 20, tzinfo=UTC)
    assert next_shift(("workday", "dayoff"), time(7), after) == datetime(2026, 12, 25, 6, tzinfo=UTC)


def kept(function: str, **more: Any) -> Any:
    told = {
        "duty": "",
        "minutes": 5,
        "default_choice": "next_shift",
        "shift_days": [],
        "shift_starts": time(8),
    }
    return SimpleNamespace(function=function, receipt_minutes=60, **(told | more))


def test_a_functions_own_policy_goes_before_the_one_for_all() -> None:
    policies = [kept(""), kept("property", minutes=20, duty="tib")]
    assert policy_of(policies, "property") == Policy("tib", 20, "next_shift", WORKDAYS, time(8), 60)
    assert policy_of(policies, "technical").minutes == 5
    assert policy_of([], "technical") == Policy()
