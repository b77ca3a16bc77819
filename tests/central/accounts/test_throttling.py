"""Guessing gets slower and slower, also when the guesses come at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from central.accounts import throttling
from central.accounts.models import Throttle

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (3, 0), (4, 1), (5, 2), (6, 4), (10, 64), (20, 300), (1000, 300)]
)
def test_the_delay_doubles_up_to_five_minutes(failures: int, seconds: int) -> None:
    assert throttling.delay(failures) == timedelta(seconds=seconds)


def test_the_wait_is_told_in_whole_seconds(db: None) -> None:
    key = throttling.key_of("password", "olga")
    for _ in range(4):
        throttling.attempt(key, NOW)
    with pytest.raises(throttling.TooSoon) as caught:
        throttling.attempt(key, NOW + timedelta(milliseconds=300))
    assert caught.value.seconds == 1
    throttling.attempt(key, NOW + timedelta(seconds=1))


def test_success_forgets_the_failures(db: None) -> None:
    key = throttling.key_of("password", "olga")
    for _ in range(4):
        throttling.attempt(key, NOW)
    throttling.succeeded(key)
    throttling.attempt(key, NOW)
    assert Throttle.objects.get().failures == 1


def test_half_a_day_forgets_the_failures(db: None) -> None:
    key = throttling.key_of("password", "olga")
    for _ in range(4):
        throttling.attempt(key, NOW)
    later = NOW + timedelta(hours=13)
    throttling.attempt(key, later)
    assert Throttle.objects.get().failures == 1
    assert throttling.forget_old(later + timedelta(hours=13)) == 1


def test_twenty_guesses_at_once_count_as_twenty(committed: None) -> None:
    key = throttling.key_of("password", "olga")
    passed: list[int] = []

    def guess() -> None:
        try:
            throttling.attempt(key, NOW)
            passed.append(1)
        except throttling.TooSoon:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(passed) == throttling.FREE_ATTEMPTS + 1
