"""The platform's time is the database's, whatever this machine's clock is set to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from central.clock import JITTER, DatabaseClock, database_now


def test_before_the_first_look_it_is_the_machines() -> None:
    assert abs(DatabaseClock().now() - datetime.now(UTC)) < timedelta(seconds=1)


@pytest.mark.parametrize("jump", [timedelta(minutes=5), timedelta(minutes=-5), timedelta(days=366)])
def test_a_jump_of_the_machines_clock_is_not_seen(db: None, jump: timedelta) -> None:
    clock = DatabaseClock()
    clock.look()
    with time_machine.travel(datetime.now(UTC) + jump):
        assert abs(clock.now() - database_now()) < timedelta(seconds=2)
        clock.look()
        assert abs(clock.now() - database_now()) < timedelta(seconds=2)
        assert abs(clock.skew - jump) < timedelta(seconds=2)


def test_small_differences_do_not_move_it(db: None) -> None:
    clock = DatabaseClock()
    clock.look()
    anchor = clock._anchor
    clock.look()
    assert clock._anchor == anchor
    assert abs(clock.now() - database_now()) < JITTER + timedelta(seconds=1)


def test_time_is_aware_utc(db: None) -> None:
    clock = DatabaseClock()
    clock.look()
    assert clock.now().utcoffset() == timedelta()
