"""Strangers' bytes: nothing but the codec's own errors, and each says what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alarms.receivers.dc09.building import build, sia_dcs
from alarms.receivers.dc09.crc import crc_text
from alarms.receivers.dc09.errors import BadCrc, BadLength, BadTimestamp, Dc09Error, Malformed
from alarms.receivers.dc09.frames import EncryptedFrame, Frame, decrypt, parse
from alarms.receivers.dc09.meaning import Unsupported, understand
from alarms.receivers.dc09.xdata import read_extended

AT = datetime(2026, 1, 15, 12, 0, 0, tzinfo=UTC)
WHOLE = build(sia_dcs(account="0012", sequence="0001", event="Nri1/FA001^Kök^", at=AT, extended=[("V", "x")]))


def enclosed(body: bytes) -> bytes:
    return b"\n" + f"{crc_text(body)}{len(body):04X}".encode() + body + b"\r"


@given(st.binary(max_size=300))
@example(b"")
@example(b"\n\r")
def test_any_bytes_raise_nothing_but_its_own_errors(raw: bytes) -> None:
    with pytest.raises(Dc09Error):
        parse(raw)


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "*"]),
    st.sampled_from(["SIA-DCS", "ADM-CID", "NULL", "XYZ"]),
)
def test_any_content_rightly_enclosed_raises_nothing_but_its_own_errors(
    content: bytes, star: str, name: str
) -> None:
    try:
        frame = parse(enclosed(f'"{star}{name}"0001L0#1234['.encode() + content))
        if isinstance(frame, EncryptedFrame):
            frame = decrypt(frame, b"k" * 32)
        read_extended(frame.extended)
        assert understand(frame)
    except (Dc09Error, Unsupported):
        pass


@given(
    st.text(max_size=120),
    st.lists(st.tuples(st.sampled_from("SOLRIVXYHEJM"), st.text(max_size=60)), max_size=4),
)
def test_any_text_in_a_frame_is_understood_somehow(data: str, extended: list[tuple[str, str]]) -> None:
    for name in ("SIA-DCS", "ADM-CID"):
        assert understand(Frame(id=name, sequence="0001", account="1234", data=data))
    read_extended(extended)


@given(st.integers(0, len(WHOLE) * 8 - 1))
def test_a_flipped_bit_never_passes(bit: int) -> None:
    flipped = bytearray(WHOLE)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Malformed):
        parse(bytes(flipped))


def test_every_single_flipped_bit_is_met_with_silence() -> None:
    for bit in range(len(WHOLE) * 8):
        flipped = bytearray(WHOLE)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Malformed):
            parse(bytes(flipped))


def test_a_wrong_check_sum_has_a_name() -> None:
    with pytest.raises(BadCrc):
        parse(b'\n28340015"NULL"0000R0L0#1234[]\r')


def test_a_wrong_length_has_a_name() -> None:
    with pytest.raises(BadLength):
        parse(b'\n28330016"NULL"0000R0L0#1234[]\r')


@pytest.mark.parametrize(
    "body",
    [
        b'"NULL"000R0L0#1234[]',
        b'"NULL"0000R0L0#[]',
        b'"NULL"0000R0L0#12G4[]',
        b'"NULL"0000R0L0[]',
        b'"NULL"0000L0A0[]',
        b'"NULL"0000L0#1234[',
        b'"NULL"0000L0#1234[]x',
        b'"NULL0000L0#1234[]',
        b'"*NULL"0000L0#1234[0g]',
        b'"*NULL"0000L0#1234[123',
    ],
)
def test_what_is_no_frame_is_malformed_even_with_the_right_check_sum(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(enclosed(body))


@pytest.mark.parametrize("stamp", ["00:00:00,00-00-2000", "25:00:00,01-01-2026", "", "now", "1" * 300])
def test_a_clock_that_was_never_set_is_told_apart_so_that_it_can_be_set(stamp: str) -> None:
    with pytest.raises(BadTimestamp) as caught:
        parse(enclosed(f'"NULL"0000L0#1234[]_{stamp}'.encode()))
    assert not isinstance(caught.value, Malformed)


@pytest.mark.parametrize("text", ["Rum [2]", "a]b", "[x", "][", "]"])
def test_brackets_in_a_text_are_no_reason_to_refuse_an_alarm(text: str) -> None:
    frame = parse(
        enclosed(f'"SIA-DCS"0001L0#1234[#1234|NFA1^{text}^][LTrapphus]_12:00:00,01-15-2026'.encode())
    )
    assert isinstance(frame, Frame)
    assert frame.timestamp == AT
    assert frame.data.startswith("#1234|NFA1^")
    assert ("L", "Trapphus") in frame.extended


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_swedish_letters_survive_either_encoding(encoding: str) -> None:
    frame = parse(enclosed('"SIA-DCS"0001L0#1234[#1234|NFA1^Kök på övre plan^]'.encode(encoding)))
    assert isinstance(frame, Frame)
    assert frame.data == "#1234|NFA1^Kök på övre plan^"
