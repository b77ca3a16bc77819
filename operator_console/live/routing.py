"""Where the console's socket is reached."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from django.urls import path

from operator_console.live.consumer import ConsoleConsumer


def console_socket() -> Any:
    """The ASGI application for WebSockets; any other path is refused."""
    return URLRouter([path("ws/console", ConsoleConsumer.as_asgi())])
