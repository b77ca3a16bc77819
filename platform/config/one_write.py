"""uvicorn's HTTP protocol with each answer in one write.

uvicorn hands the head and the body of an answer to the transport one by one, and uvloop sends each at once: two system
calls and two packets where one does, a fifth of the web process's time when alarms are many.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ENOUGH = 64 * 1024
"""Bytes that are sent without waiting for more, so that a long answer meets the client's own pace."""


class OneWrite:
    """A transport whose writes in one turn of the event loop leave together."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Send before the next turn of the event loop, after what was written before."""
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)
        self._size += len(data)
        if self._size >= ENOUGH:
            self.flush()

    def flush(self) -> None:
        """Send now."""
        if self._parts:
            data = b"".join(self._parts)
            self._parts, self._size = [], 0
            self.transport.write(data)

    def close(self) -> None:
        """Send what is left and close."""
        self.flush()
        self.transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)


class Protocol(HttpToolsProtocol):
    """As uvicorn's; a socket that becomes a WebSocket goes on without us: its frames are whole already."""

    transport: Any

    def connection_made(self, transport: Any) -> None:
        super().connection_made(OneWrite(transport, self.loop))  # type: ignore[arg-type]  # it is one in all but name

    def handle_websocket_upgrade(self) -> None:
        self.transport.flush()
        self.transport = self.transport.transport
        super().handle_websocket_upgrade()
