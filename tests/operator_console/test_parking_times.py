"""When a parked case wakes, by the clock on the wall in Stockholm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarms.workqueue.errors import BadInput
from operator_console.case.parking import wake_at
from operator_console.times import STOCKHOLM

NIGHT = datetime(2026, 11, 22, 2, 13, tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("asked", "now", "wakes"),
    [
        ({"minutes": 30}, NIGHT, "2026-11-22 02:43"),
        ({"clock": "02:45"}, NIGHT, "2026-11-22 02:45"),
        ({"clock": "02:10"}, NIGHT, "2026-11-23 02:10"),
        ({"next_shift": True}, NIGHT, "2026-11-22 07:00"),
        ({"next_shift": True}, NIGHT.replace(hour=23), "2026-11-23 07:00"),
        (
            {"clock": "02:30"},
            datetime(2026, 3, 28, 23, 0, tzinfo=STOCKHOLM),
            "2026-03-29 03:30",
        ),  # skipped hour
        ({"clock": "06:00"}, datetime(2026, 10, 24, 23, 0, tzinfo=STOCKHOLM), "2026-10-25 06:00"),
    ],
)
def test_it_wakes_then(asked: dict[str, Any], now: datetime, wakes: str) -> None:
    found = wake_at(asked, now.astimezone(UTC))
    assert f"{found.astimezone(UTC).astimezone(STOCKHOLM):%Y-%m-%d %H:%M}" == wakes
    assert found > now


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "clock"),
        ({"clock": ""}, "clock"),
        ({"clock": "25:00"}, "clock"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"minutes": 10**9}, "minutes"),
        ({"minutes": "30"}, "minutes"),
        ({"minutes": 0, "clock": "02:45"}, "minutes"),
    ],
)
def test_nonsense_is_refused_by_name(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as error:
        wake_at(asked, NIGHT + timedelta(0))
    assert error.value.field == field
