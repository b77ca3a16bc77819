"""In a file of its own: the log begins anew, which a web process that remembers the old one can't follow."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tests.operator_console.live.conftest import heard, tell
from tests.support.console_socket import HeadlessConsole
from tests.support.door import in_thread
from tests.support.processes import web
from tests.support.signing_in import session_cookie


async def test_from_an_empty_log_the_first_event_is_not_missed(committed: None, olga: Any) -> None:
    """The board of a new installation says 0: what comes between it and the socket is event number one."""

    def begin_anew() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE events_eventrecord RESTART IDENTITY")

    await in_thread(begin_anew)
    with web() as newly_started:
        await in_thread(tell, "först")
        console = HeadlessConsole(newly_started.port, await in_thread(session_cookie, olga, "localhost"), 0)
        async with console:
            await console.until(lambda c: "först" in heard(c))
            assert console.events[0]["item"]["resume"] is True
            assert not console.of_type("reset")
