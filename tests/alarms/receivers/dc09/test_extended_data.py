"""What stands in the extra blocks of a frame."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alarms.receivers.dc09.xdata import ExtendedData, clean, read_extended, web_address


def test_the_blocks_become_place_text_picture_position_and_time() -> None:
    read = read_extended(
        [
            ("S", "Härslövs skola"), ("O", "Hus B"), ("L", "Plan 2"), ("R", "2322"), ("I", "Rök i  korridor"),
            ("V", "https://kamera.example/34AC"), ("X", "013E09.000"), ("Y", "55N52.500"),
            ("H", "13:59:58,12-31-2025"), ("M", "0026b9e4268b"),
        ]
    )  # fmt: skip
    assert read.place == "Härslövs skola, Hus B, Plan 2, 2322"
    assert read.text == "Rök i korridor"
    assert read.verification == "https://kamera.example/34AC"
    assert (read.longitude, read.latitude) == (13.15, 55.875)
    assert read.occurred_at == datetime(2025, 12, 31, 13, 59, 58, tzinfo=UTC)
    assert read.others == (("M", "0026b9e4268b"),)


def test_no_blocks_are_nothing() -> None:
    assert read_extended([]) == ExtendedData()
    assert read_extended([]).place == ""


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//host/x", "http://", "http://[::1",
        "https://a b", 'https://a"onclick', "https://host/\x00", "ftp://host/x", "https://host:99999/", "kamera 4",
    ],
)  # fmt: skip
def test_only_web_addresses_are_kept(address: str) -> None:
    assert web_address(address) == ""


@pytest.mark.parametrize("address", ["http://kamera.example/a?b=c#d", "HTTPS://192.0.2.7:8443/x"])
def test_web_addresses_are_kept_as_sent(address: str) -> None:
    assert web_address(f" {address} ") == address


@pytest.mark.parametrize(
    ("x", "y", "position"),
    [
        ("093W23.456", "45N23.456", (-93.390933, 45.390933)),
        ("13.15", "55.875", (13.15, 55.875)),
        ("13.15", "", (None, None)),
        ("13.15", "91", (None, None)),
        ("013E60.0", "55N52.5", (None, None)),
        ("013N09.0", "55N52.5", (None, None)),
    ],
)
def test_a_position_is_whole_or_none(x: str, y: str, position: tuple[float | None, float | None]) -> None:
    read = read_extended([("X", x), ("Y", y)])
    assert (read.longitude, read.latitude) == position


def test_texts_come_on_one_line_and_not_endlessly() -> None:
    assert clean(" a\x00\n\u202eb ") == "a b"
    assert len(clean("x" * 10_000)) == 250


def test_the_older_letter_for_the_time_is_read_too() -> None:
    assert read_extended([("E", "13:59:58,12-31-2025")]).occurred_at == datetime(
        2025, 12, 31, 13, 59, 58, tzinfo=UTC
    )
