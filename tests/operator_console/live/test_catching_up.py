"""A console gets what it missed, in order, exactly once, or is told to reload."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from central.events.queries import last_id, since
from central.events.services import prune
from tests.operator_console.live.conftest import heard, tell
from tests.support.console_socket import HeadlessConsole
from tests.support.door import in_thread
from tests.support.processes import web
from tests.support.signing_in import session_cookie

type Consoles = Callable[..., Any]


async def test_hello_comes_first_and_says_who_and_when(console_of: Consoles, olga: Any) -> None:
    console = await in_thread(console_of, olga)
    async with console:
        await console.until(lambda c: c.of_type("beat"))
        hello = console.events[0]
        assert hello["type"] == "hello"
        assert hello["item"]["user"] == {"id": olga.pk, "initials": "OO", "name": "Olga Operatör"}
        assert hello["item"]["resume"] is False
        assert abs(hello["item"]["now"] - console.of_type("beat")[0]["item"]["now"]) < 60_000


async def test_after_a_cut_exactly_what_was_missed_comes_in_order_and_once(
    console_of: Consoles, olga: Any
) -> None:
    first = await in_thread(console_of, olga)
    async with first:
        await first.until(lambda c: c.of_type("hello"))
        await in_thread(tell, "a", "b")
        await first.until(lambda c: heard(c) == ["a", "b"])
    for word in ("c", "d", "e"):
        await in_thread(tell, word)
    second = await in_thread(lambda: console_of(olga, after=first.last_id))
    async with second:
        await second.until(lambda c: len(heard(c)) >= 3)
        assert second.events[0]["item"]["resume"] is True
        await in_thread(tell, "f")
        await second.until(lambda c: "f" in heard(c))
        assert heard(second) == ["c", "d", "e", "f"]
        numbers = [event["id"] for event in second.events if event["type"] not in ("hello", "beat")]
        assert numbers == sorted(set(numbers))
        assert not second.of_type("reset")


async def test_nothing_is_lost_or_doubled_while_events_stream_in(console_of: Consoles, olga: Any) -> None:
    words = [f"w{n}" for n in range(120)]
    got: list[str] = []

    def talk() -> None:
        for word in words:
            tell(word)

    await in_thread(tell, "start")
    position = await in_thread(last_id)
    talking = asyncio.create_task(in_thread(talk))

    def enough(console: HeadlessConsole) -> bool:
        return len(heard(console)) >= 15 or (talking.done() and {*words} <= {*got, *heard(console)})

    while not (talking.done() and {*words} <= {*got}):
        console = await in_thread(lambda: console_of(olga, after=position))  # noqa: B023
        async with console:
            await console.until(enough, 20)
        got.extend(heard(console))
        position = console.last_id
    await talking
    assert got == words


async def test_a_number_from_before_the_kept_log_is_told_to_reload(console_of: Consoles, olga: Any) -> None:
    await in_thread(tell, *[f"x{n}" for n in range(10)])
    numbers = await in_thread(lambda: [event.id for event in since(0)])
    await in_thread(lambda: prune(keep_from_id=numbers[-2]))
    with web() as newly_started:  # remembers nothing of its own
        console = HeadlessConsole(
            newly_started.port, await in_thread(session_cookie, olga, "localhost"), numbers[0]
        )
        async with console:
            await console.until(lambda c: c.of_type("reset"))
            assert console.events[0]["item"]["resume"] is False


async def test_a_number_ahead_of_the_log_is_told_to_reload(console_of: Consoles, olga: Any) -> None:
    await in_thread(tell, "x")
    console = await in_thread(lambda: console_of(olga, after=10**15))
    async with console:
        await console.until(lambda c: c.of_type("reset"))
        await in_thread(tell, "y")
        await console.until(lambda c: "y" in heard(c))


async def test_events_arrive_without_the_doorbell(console_of: Consoles, olga: Any) -> None:
    from central.events.models import EventRecord

    console = await in_thread(console_of, olga)
    async with console:
        await console.until(lambda c: c.of_type("hello"))
        await in_thread(lambda: EventRecord.objects.create(type="item", item='{"id":"tyst"}'))
        await console.until(lambda c: "tyst" in heard(c))


LONG = [f"{n:04}{'x' * 900}" for n in range(1_500)]
"""More in all than the largest frame that daphne sends (a mebibyte)."""


async def test_much_that_was_missed_comes_in_several_frames(console_of: Consoles, olga: Any) -> None:
    await in_thread(tell, "före")
    position = await in_thread(last_id)
    await in_thread(tell, *LONG)
    console = await in_thread(lambda: console_of(olga, after=position))
    async with console:
        await console.until(lambda c: len(heard(c)) >= len(LONG))
        assert heard(console) == LONG
        assert not console.of_type("reset")


async def test_much_that_happens_at_once_reaches_who_is_connected(console_of: Consoles, olga: Any) -> None:
    console = await in_thread(console_of, olga)
    async with console:
        await console.until(lambda c: c.of_type("hello"))
        await in_thread(tell, *LONG)
        await console.until(lambda c: len(heard(c)) >= len(LONG))
        assert heard(console) == LONG
        assert console.close_code is None
