"""A console without a screen: connects, acknowledges, and keeps what it was sent."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed


class HeadlessConsole:
    """``async with HeadlessConsole(port, cookie) as console:``; events in arrival order, rows as a board."""

    def __init__(
        self,
        port: int,
        cookie: str,
        after: int | None = None,
        acknowledge: bool = True,
        host: str = "localhost",
        **headers: str,
    ) -> None:
        self.port = port
        self.url = f"ws://{host}:{port}/ws/console" + ("" if after is None else f"?after={after}")
        self.headers = {"Cookie": f"sessionid={cookie}", "Origin": f"http://{host}:{port}", **headers}
        self.acknowledge = acknowledge
        self.events: list[dict[str, Any]] = []
        self.rows: dict[str, dict[str, Any]] = {}
        self.last_id = after or 0
        self.close_code: int | None = None
        self.socket: ClientConnection | None = None

    async def __aenter__(self) -> HeadlessConsole:
        self.socket = await connect(
            self.url,
            host="127.0.0.1",
            port=self.port,
            additional_headers=self.headers,
            max_size=None,
            compression=None,
            origin=None,
        )
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        if self.socket is not None:
            await self.socket.close()

    async def _read(self) -> None:
        assert self.socket is not None
        try:
            async for text in self.socket:
                for event in json.loads(text):
                    self.events.append(event)
                    if event["type"] in ("hello", "beat"):
                        continue
                    self.last_id = event["id"]
                    if event["type"] == "item":
                        self.rows[event["item"]["id"]] = event["item"]
                if self.acknowledge:
                    await self.socket.send(json.dumps({"ack": self.last_id}))
        except ConnectionClosed:
            pass
        self.close_code = self.socket.close_code

    def of_type(self, type: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == type]

    async def until(self, check: Any, seconds: float = 10.0) -> Any:
        """The first true ``check(self)``."""
        end = asyncio.get_running_loop().time() + seconds
        while not (value := check(self)):
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"never: {len(self.events)} events, close {self.close_code}")
            await asyncio.sleep(0.02)
        return value
