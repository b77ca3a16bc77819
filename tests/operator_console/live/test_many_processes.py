"""Two web processes, one room: an alarm taken in by one stands on the consoles of the other."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.support.console_socket import HeadlessConsole
from tests.support.door import in_thread
from tests.support.processes import Web, web
from tests.support.sending import body, post, source_with
from tests.support.signing_in import session_cookie


async def test_consoles_of_two_processes_see_the_same_and_each_other(
    committed: None, site: Web, storkoping: Any, olga: Any, sven: Any
) -> None:
    key, hers, his = await in_thread(
        lambda: (
            source_with(("1001", storkoping, "", "")),
            session_cookie(olga, "localhost"),
            session_cookie(sven, "localhost"),
        )
    )
    with web() as other:
        async with HeadlessConsole(site.port, hers) as one, HeadlessConsole(other.port, his) as two:
            await one.until(lambda c: c.of_type("hello"), 20)
            await two.until(lambda c: c.of_type("hello"), 20)
            for port in (site.port, other.port, site.port):
                status, _, _ = await asyncio.to_thread(post, port, key, body())
                assert status == 201
            await one.until(lambda c: len(c.rows) == 3, 20)
            await two.until(lambda c: len(c.rows) == 3, 20)
            assert one.rows == two.rows

            def colleagues(console: Any) -> set[int]:
                told = console.of_type("presence")
                return {person["id"] for person in told[-1]["item"]["operators"]} if told else set()

            for console in (one, two):
                await console.until(lambda c: colleagues(c) == {olga.pk, sven.pk}, 30)
