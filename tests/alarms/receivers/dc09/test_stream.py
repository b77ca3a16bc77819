"""Frames out of a stream, however its bytes are cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alarms.receivers.dc09.frames import MAX_FRAME
from alarms.receivers.dc09.stream import Splitter

ONE, TWO = b'\n28330015"NULL"0000R0L0#1234[]\r', b'\n1BC10012"ACK"0001L0#1234[]\r'
PIECES = st.lists(
    st.sampled_from([ONE, TWO, b"\n", b"\r", b"\0", b"noise", b"\nbegun", b"x" * 40]) | st.binary(max_size=8),
    max_size=12,
)


def fed(splitter: Splitter, *parts: bytes) -> list[bytes]:
    return [frame for part in parts for frame in splitter.feed(part)]


@given(PIECES, st.data())
def test_it_doesnt_matter_how_the_bytes_are_cut(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=10)))
    parts = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    by_byte = [whole[at : at + 1] for at in range(len(whole))]
    at_once, in_parts, in_bytes = (Splitter(max_bytes=60) for _ in range(3))
    frames = fed(at_once, whole)
    assert fed(in_parts, *parts) == fed(in_bytes, *by_byte) == frames
    assert at_once.skipped == in_parts.skipped == in_bytes.skipped
    assert at_once.pending == in_parts.pending == in_bytes.pending
    assert all(frame.startswith(b"\n") and frame.endswith(b"\r") and len(frame) <= 60 for frame in frames)


def test_several_frames_in_one_read_all_come_out_in_order() -> None:
    splitter = Splitter()
    assert splitter.feed(ONE + TWO + ONE) == [ONE, TWO, ONE]
    assert splitter.skipped == splitter.pending == 0


def test_one_frame_in_many_reads_comes_out_once() -> None:
    splitter = Splitter()
    assert splitter.feed(ONE[:5]) == []
    assert splitter.pending == 5
    assert splitter.feed(ONE[5:-1]) == []
    assert splitter.feed(ONE[-1:]) == [ONE]
    assert splitter.pending == 0


def test_noise_before_a_frame_is_skipped_and_counted() -> None:
    splitter = Splitter()
    assert splitter.feed(b"GET / HTTP/1.1\r" + ONE + b"\0" + TWO) == [ONE, TWO]
    assert splitter.skipped == 16


def test_a_frame_broken_off_doesnt_spoil_the_next() -> None:
    splitter = Splitter()
    assert splitter.feed(ONE[:12] + TWO) == [TWO]
    assert splitter.skipped == 12


def test_senders_that_end_with_cr_lf_have_begun_nothing() -> None:
    splitter = Splitter()
    assert splitter.feed(ONE + b"\n") == [ONE]
    assert splitter.pending == 0
    assert splitter.feed(TWO + b"\n") == [TWO]


def test_what_is_longer_than_a_frame_is_let_go_and_the_next_is_found() -> None:
    splitter = Splitter()
    assert splitter.feed(b"\n" + b"x" * 100_000) == []
    assert splitter.pending < MAX_FRAME
    assert splitter.feed(b"\r" + ONE) == [ONE]
    assert splitter.skipped == 100_002
