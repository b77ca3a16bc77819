"""What we build we read back, in clear and under every length of key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.receivers.dc09.building import build, build_encrypted, build_encrypted_ack, null, sia_dcs
from alarms.receivers.dc09.cipher import random_pad
from alarms.receivers.dc09.errors import BadKey, Unbuildable, Undecipherable
from alarms.receivers.dc09.frames import EncryptedFrame, Frame, decrypt, parse

AT = datetime(2026, 1, 15, 12, 0, 0, tzinfo=UTC)
HEX = "0123456789ABCDEFabcdef"
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="[]\r\n"), max_size=60)
FRAMES = st.builds(
    Frame,
    id=st.sampled_from(["SIA-DCS", "ADM-CID", "NULL", "ACK", "DUH", "RSP", "XNM"]),
    sequence=st.integers(0, 9999).map("{:04d}".format),
    receiver=st.text(HEX, max_size=6),
    line=st.none() | st.text(HEX, max_size=6),
    account=st.text(HEX, min_size=3, max_size=16),
    data=TEXT,
    extended=st.lists(st.tuples(st.sampled_from("ACEHGIJKLMNOPRSTVXYZ"), TEXT), max_size=4).map(tuple),
    timestamp=st.none() | st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
)  # fmt: skip
KEYS = st.sampled_from([16, 24, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size))


@given(FRAMES)
def test_what_is_built_is_read_back(frame: Frame) -> None:
    assert parse(build(frame)) == frame


@given(FRAMES, KEYS)
def test_what_is_encrypted_is_opened_by_its_key(frame: Frame, key: bytes) -> None:
    if frame.timestamp is None:
        with pytest.raises(Unbuildable):
            build_encrypted(frame, key=key)
        return
    sealed = parse(build_encrypted(frame, key=key))
    assert isinstance(sealed, EncryptedFrame)
    opened = decrypt(sealed, key)
    assert opened.encrypted
    assert opened.crc == sealed.crc
    assert (opened.data, opened.extended, opened.timestamp) == (frame.data, frame.extended, frame.timestamp)
    assert (opened.id, opened.sequence, opened.account) == (frame.id, frame.sequence, frame.account)


@given(KEYS, KEYS)
def test_another_key_opens_nothing(key: bytes, other: bytes) -> None:
    sealed = parse(build_encrypted(sia_dcs(account="0012", sequence="0001", event="NFA1", at=AT), key=key))
    assert isinstance(sealed, EncryptedFrame)
    if key != other:
        with pytest.raises(Undecipherable):
            decrypt(sealed, other)


@pytest.mark.parametrize("size", [0, 15, 17, 31, 33])
def test_a_key_of_another_length_is_refused_by_name(size: int) -> None:
    frame = null(account="1234", at=AT)
    with pytest.raises(BadKey):
        build_encrypted(frame, key=bytes(size))
    with pytest.raises(BadKey):
        decrypt(EncryptedFrame(id="NULL", sequence="0000", account="1234", ciphertext=bytes(16)), bytes(size))


@pytest.mark.parametrize("size", [0, 1, 15, 17])
def test_broken_blocks_are_undecipherable(size: int) -> None:
    with pytest.raises(Undecipherable):
        decrypt(EncryptedFrame(id="NULL", sequence="0000", account="1234", ciphertext=bytes(size)), b"k" * 16)


def test_an_encrypted_frame_without_a_time_is_not_taken() -> None:
    from alarms.receivers.dc09.cipher import seal

    sealed = seal(b"#1234|NFA1]", key=b"k" * 16, pad=random_pad)
    with pytest.raises(Undecipherable):
        decrypt(EncryptedFrame(id="SIA-DCS", sequence="0001", account="1234", ciphertext=sealed), b"k" * 16)


def test_the_pad_is_at_least_a_block_and_injected() -> None:
    asked: list[int] = []

    def pad(length: int) -> bytes:
        asked.append(length)
        return b"p" * length

    frame = sia_dcs(account="1234", sequence="0001", event="NFA1", at=AT)
    first = build_encrypted(frame, key=b"k" * 16, pad=pad)
    assert first == build_encrypted(frame, key=b"k" * 16, pad=pad)
    assert all(16 <= length < 32 for length in asked)
    assert first != build_encrypted(frame, key=b"k" * 16)
    for bad in (b"", b"[" * 16, b"|" * 16):
        with pytest.raises(Unbuildable):
            build_encrypted(frame, key=b"k" * 16, pad=lambda _, bad=bad: bad)


def test_random_pad_holds_nothing_that_ends_it() -> None:
    assert not set(random_pad(5_000)) & set(b"[]|")


def test_the_answer_to_an_encrypted_frame_is_encrypted_and_tells_the_time() -> None:
    request = parse(build_encrypted(null(account="0012", sequence="0009", at=AT), key=b"k" * 16))
    told = build_encrypted_ack(request, key=b"k" * 16, now=AT)
    assert told[9:].startswith(b'"*ACK"0009L0#0012[')
    answer = parse(told)
    assert isinstance(answer, EncryptedFrame)
    assert decrypt(answer, b"k" * 16).timestamp == AT


@pytest.mark.parametrize(
    "frame",
    [
        Frame(id="NULL", sequence="1", account="1234"),
        Frame(id="NULL", sequence="0001", account=""),
        Frame(id="NULL", sequence="0001", account="12\r4"),
        Frame(id="", sequence="0001", account="1234"),
        Frame(id="NULL", sequence="0001", account="1234", data="]"),
        Frame(id="NULL", sequence="0001", account="1234", data="x" * 4096),
        Frame(id="NULL", sequence="0001", account="1234", extended=(("L", "a\nb"),)),
    ],
)
def test_what_fits_in_no_frame_is_not_built(frame: Frame) -> None:
    with pytest.raises(Unbuildable):
        build(frame)
