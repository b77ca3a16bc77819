"""The intake's own ASGI application, called in this process: the real door without a socket."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection


@dataclass(frozen=True)
class Answer:
    """What the sender got."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def id(self) -> str:
        return str(self.body["id"])


class Door:
    """``async with Door() as door: await door.post(key, {...})``; nothing may reach past the intake."""

    async def __aenter__(self) -> Door:
        from alarms.receivers.signals.asgi import SignalsOr

        async def otherwise(scope: Any, receive: Any, send: Any) -> None:
            raise AssertionError(f"passed on: {scope['path']}")

        self.application = SignalsOr(otherwise)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*self.application._chores, return_exceptions=True)
        for batcher in self.application._batchers.values():
            await batcher.close()

    async def post(
        self,
        key: str,
        content: Any,
        idempotency_key: str | None = None,
        *,
        host: str = "localhost",
        method: str = "POST",
        path: str = "/api/signals",
        headers: dict[str, str] | None = None,
        client: str = "127.0.0.1",
    ) -> Answer:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        asked = {
            "host": host,
            "authorization": f"Bearer {key}",
            "idempotency-key": uuid4().hex if idempotency_key is None else idempotency_key,
            **(headers or {}),
        }
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "client": (client, 1),
            "headers": [(name.encode(), value.encode()) for name, value in asked.items()],
        }
        pieces = [raw[at : at + 10_000] for at in range(0, len(raw), 10_000)] or [b""]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.application(scope, receive, send)
        return Answer(
            sent[0]["status"],
            json.loads(sent[1]["body"]),
            {name.decode(): value.decode() for name, value in sent[0]["headers"]},
        )


async def in_thread(work: Any, *arguments: Any) -> Any:
    """Blocking database work beside the loop, its connection given back."""

    def guarded() -> Any:
        try:
            return work(*arguments)
        finally:
            connection.close()

    return await asyncio.to_thread(guarded)
