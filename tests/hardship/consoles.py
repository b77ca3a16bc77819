"""Consoles that behave as the browser does: reconnect with the last number, reload when told to, keep a board."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import urllib.request
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException


class KeptConsole:
    """One operator's board, in the loop of its room."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.rows: dict[str, dict[str, Any]] = {}
        self.last_id = -1
        self.seen = self.heard = 0
        self.twice = self.resets = 0
        self.connections = 0
        self.connected = False
        self.frames: list[str] | None = None
        self.socket: ClientConnection | None = None

    async def live(self) -> None:
        """Connect, load the board, follow; again and again until cancelled."""
        while True:
            try:
                if self.last_id < 0:
                    await self._load()
                headers = {"Cookie": f"sessionid={self.cookie}", "Origin": f"http://localhost:{self.port}"}
                async with connect(
                    f"ws://localhost:{self.port}/ws/console?after={self.last_id}", host="127.0.0.1",
                    port=self.port, additional_headers=headers, max_size=None, compression=None, open_timeout=5,
                ) as socket:  # fmt: skip
                    self.connections += 1
                    self.socket = socket
                    async for text in socket:
                        await self._apply(socket, str(text))
            except (OSError, WebSocketException, TimeoutError):
                pass
            self.connected = False
            await asyncio.sleep(0.3)

    async def _apply(self, socket: ClientConnection, text: str) -> None:
        if self.frames is not None:
            self.frames.append(text)
        for event in json.loads(text):
            if event["type"] == "hello":
                self.connected = True
            elif event["type"] == "reset":
                self.resets += 1
                await self._load()
            elif event["type"] != "beat":
                self.seen += 1
                self.twice += event["id"] <= self.heard
                self.heard = event["id"]
                self.last_id = max(self.last_id, event["id"])
                if event["type"] == "item":
                    self._keep(event["item"])
        await socket.send(json.dumps({"ack": self.last_id}))

    def _keep(self, row: dict[str, Any]) -> None:
        self.rows[row["id"]] = row

    async def _load(self) -> None:
        board = await asyncio.to_thread(self._fetch)
        self.rows = {row["id"]: row for row in board["rows"]}
        self.last_id = board["last_id"]

    def _fetch(self) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/console/board.json",
            headers={"Host": f"localhost:{self.port}", "Cookie": f"sessionid={self.cookie}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            board: dict[str, Any] = json.load(answer)
            return board

    def versions(self) -> dict[str, int]:
        return {row["id"]: row["version"] for row in self.rows.values() if row["state"] != "closed"}


class Room:
    """``with Room(port, cookies) as room:`` keeps the consoles alive in a thread of their own."""

    def __init__(self, port: int, cookies: list[str]) -> None:
        self.consoles = [KeptConsole(port, cookie) for cookie in cookies]
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self._tasks = [self.loop.create_task(console.live()) for console in self.consoles]
        self.loop.run_forever()

    def __enter__(self) -> Self:
        self._thread.start()
        self.until(lambda console: console.connected)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async def stop() -> None:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)

    def cut(self, nth: int) -> None:
        """Drop one console's connection without a word, as a lost network does."""
        socket = self.consoles[nth].socket
        if socket is not None:
            self.loop.call_soon_threadsafe(socket.transport.abort)

    def sleep(self, nth: int) -> None:
        """Close one console's lid: no more is read and nothing is said."""
        self.loop.call_soon_threadsafe(self._tasks[nth].cancel)

    def wake(self, nth: int) -> None:
        """Open it again; the browser goes on where it was."""

        def go_on() -> None:
            self._tasks[nth] = self.loop.create_task(self.consoles[nth].live())

        self.loop.call_soon_threadsafe(go_on)

    def until(self, check: Any, seconds: float = 60) -> float:
        """Wait until the check holds for every console; how long it took."""
        begun = time.monotonic()
        while not all(check(console) for console in self.consoles):
            if time.monotonic() - begun > seconds:
                told = [
                    (one.connected, one.last_id, len(one.rows), _end(task))
                    for one, task in zip(self.consoles, self._tasks, strict=True)
                ]
                raise AssertionError(f"consoles never got there: {told}")
            time.sleep(0.05)
        return time.monotonic() - begun

    def until_truth(self, truth: dict[str, int], seconds: float = 60) -> float:
        """Wait until every board shows exactly these items in these versions."""
        return self.until(lambda console: console.versions() == truth, seconds)


def _end(task: asyncio.Task[None]) -> str:
    """How a console's life ended, when it did."""
    if not task.done():
        return "lives"
    return "cancelled" if task.cancelled() else repr(task.exception())
