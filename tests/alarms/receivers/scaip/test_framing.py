"""Messages on a stream come out whole and in order, however the bytes fall."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.receivers.scaip.framing import Framer, Lost, Ping
from alarms.receivers.scaip.sip import SipMessage
from tests.alarms.receivers.scaip.conftest import message


def drain(framer: Framer) -> list[SipMessage | Ping]:
    found: list[SipMessage | Ping] = []
    while (one := framer.next()) is not None:
        found.append(one)
    return found


@given(st.lists(st.binary(max_size=60), max_size=5), st.data())
def test_pieces_and_clumps_give_the_same_messages(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(b"\r\n" * data.draw(st.integers(0, 1)) + message(body) for body in bodies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    framer, found = Framer(max_bytes=1000), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        framer.feed(stream[start:end])
        found += drain(framer)
    assert [one.body for one in found if isinstance(one, SipMessage)] == bodies
    assert not framer.begun


def test_a_keep_alive_between_messages_is_seen() -> None:
    framer = Framer(max_bytes=1000)
    framer.feed(b"\r\n\r\n" + message(b"<x/>") + b"\r\n\r\n")
    assert [type(one) for one in drain(framer)] == [Ping, SipMessage, Ping]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (message(length=10**6), 413),
        (message(without="content-length"), 400),
        (message().replace(b"Content-Length: ", b"Content-Length: -"), 400),
        (message(extra="Content-Length: 3"), 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"x" * 20_000, 0),
    ],
)
def test_a_stream_whose_next_message_cannot_be_found_is_given_up(data: bytes, status: int) -> None:
    framer = Framer(max_bytes=64 * 1024)
    framer.feed(data)
    with pytest.raises(Lost) as lost:
        drain(framer)
    assert lost.value.status == status


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_garbage_gives_messages_or_is_given_up(parts: list[bytes]) -> None:
    framer = Framer(max_bytes=1000)
    with suppress(Lost):
        for part in parts:
            framer.feed(part)
            drain(framer)
