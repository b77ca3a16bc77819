"""The web process itself: ``python -m config.serving daphne|uvicorn HOST PORT``, started by ``central web``.

Both servers run on uvloop beside a storing process, and three settings keep alarms from waiting for one another: threads
take turns often (a thread that reads the database would wait up to 5 ms for the event loop after each statement), what
was imported is taken out of the garbage collector's rounds, and Twisted leaves the forms of POSTs to Django instead of
reading them too.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

from config.storing import spawn

SWITCH_SECONDS = 0.000_05
YOUNG_OBJECTS = 50_000  # allocations between collections; the default, 2 000, is less than a batch of alarms


def settle() -> None:
    """Call when the application is imported."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)


def _take_twisted_to_uvloop() -> None:
    """Daphne takes the reactor that is installed before it is imported."""
    import uvloop
    from twisted.internet import asyncioreactor

    asyncioreactor.install(uvloop.new_event_loop())  # type: ignore[no-untyped-call]  # twisted has no types here


def serve_with_daphne(host: str, port: str) -> None:
    """The server of the design card."""
    from daphne import http_protocol
    from daphne.cli import CommandLineInterface

    class Request(http_protocol.WebRequest):  # type: ignore[misc]  # daphne has no types
        """As daphne's, without Twisted's own reading of forms: the application reads the body."""

        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, parsePOSTFormSubmission=False)

    http_protocol.WebRequest = Request
    settle()
    words = ["-b", host, "-p", port, "--no-server-name", "--verbosity", "0", "--http-timeout", "60"]
    words += ["--application-close-timeout", "5", "config.asgi:application"]
    CommandLineInterface().run(words)


def serve_with_uvicorn(host: str, port: str) -> None:
    """The documented alternative."""
    import uvicorn

    from config.asgi import application
    from config.one_write import Protocol

    settle()
    uvicorn.run(
        application,
        host=host,
        port=int(port),
        loop="uvloop",
        http=Protocol,
        access_log=False,
        lifespan="off",
        log_level="warning",
        server_header=False,
    )


def serve(name: str, host: str, port: str) -> None:
    """Serve until told to stop. The storing process gets ready while the server does, and ends after it."""
    first = spawn()
    if name == "daphne":
        _take_twisted_to_uvloop()
    from config.asgi import signals
    from config.beating import start

    start(host, int(port))
    storing = signals.store_in_process(spawn, first)
    try:
        SERVERS[name](host, port)
    finally:
        storing.stop()


SERVERS = {"daphne": serve_with_daphne, "uvicorn": serve_with_uvicorn}

if __name__ == "__main__":
    serve(*sys.argv[1:4])
