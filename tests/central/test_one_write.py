"""What is written in one turn of the event loop leaves together, in order, and nothing of it stays behind."""

from __future__ import annotations

import asyncio
from typing import Any

from config.one_write import ENOUGH, OneWrite


class Wire:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.sent.append(data)

    def close(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str) -> str:
        return name


def joined() -> tuple[Wire, Any]:
    wire = Wire()
    transport: Any = wire
    return wire, OneWrite(transport, asyncio.get_running_loop())


async def test_head_and_body_are_one_write() -> None:
    wire, both = joined()
    both.write(b"head ")
    both.write(b"body")
    assert wire.sent == []
    await asyncio.sleep(0)
    both.write(b"next")
    await asyncio.sleep(0)
    assert wire.sent == [b"head body", b"next"]


async def test_closing_sends_what_is_left_first() -> None:
    wire, both = joined()
    both.write(b"last words")
    both.close()
    assert (wire.sent, wire.closed) == ([b"last words"], True)
    await asyncio.sleep(0)
    assert wire.sent == [b"last words"]


async def test_a_long_answer_does_not_gather_in_memory() -> None:
    wire, both = joined()
    for _ in range(4):
        both.write(bytes(ENOUGH // 2))
    assert [len(one) for one in wire.sent] == [ENOUGH, ENOUGH]


async def test_everything_else_is_the_transports_own() -> None:
    assert joined()[1].get_extra_info("peername") == "peername"
