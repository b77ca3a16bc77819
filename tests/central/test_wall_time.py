"""A time of day is read as people write it, and never as something else."""

from __future__ import annotations

from datetime import time

import pytest

from central import wall_time


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("07:30", time(7, 30)),
        ("07.30", time(7, 30)),
        ("7.30", time(7, 30)),
        (" 7:05 ", time(7, 5)),
        ("0730", time(7, 30)),
        ("00:00", time(0, 0)),
        ("23.59", time(23, 59)),
    ],
)
def test_it_is_what_was_meant(written: str, meant: time) -> None:
    assert wall_time.read(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "7",
        "07",
        "730",
        "24:00",
        "25:00",
        "12:60",
        "07:3",
        "07.3",
        "08:00+02:00",
        "07:30:00.5",
        "T07:30",
        "kväll",
        "٠٧:٣٠",
    ],
)
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(wall_time.BadTime):
        wall_time.read(written)
