"""Ids of what an alarm writes: in the order of time, and never twice."""

from __future__ import annotations

import time
from uuid import RFC_4122

from central.ids import new_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = [new_id() for _ in range(1_000)]
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {RFC_4122}


def test_later_ids_are_greater_and_say_when() -> None:
    before = time.time_ns() // 1_000_000
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first < second
    assert before <= first.int >> 80 < second.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_of_the_same_moment_differ() -> None:
    assert len({new_id() for _ in range(50_000)}) == 50_000
