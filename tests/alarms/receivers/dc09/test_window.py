"""The window in which a timestamped message is taken: forty seconds old to twenty ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from alarms.receivers.dc09.timestamps import read_time, within_window, write_time

NOW = datetime(2026, 1, 1, 0, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-41, False), (-40, True), (0, True), (20, True), (21, False), (-86_400, False)]
)
@pytest.mark.parametrize("microsecond", [0, 999_999])
def test_the_window_has_these_ends(seconds: int, taken: bool, microsecond: int) -> None:
    assert within_window(NOW + timedelta(seconds=seconds), NOW.replace(microsecond=microsecond)) is taken


def test_a_time_is_written_in_utc_wherever_it_is_from() -> None:
    swedish = datetime(2026, 7, 1, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert write_time(swedish) == "23:02:03,06-30-2026"
    assert read_time(write_time(swedish)) == swedish


@pytest.mark.parametrize(
    "text", ["", "12:00:00", "24:00:00,01-01-2026", "12:00:00,02-30-2026", "12:00:00,13-01-2026"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text) is None
