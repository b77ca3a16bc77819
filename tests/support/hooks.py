"""Webhooks in this process: the real door without a socket."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from alarms.intake.models import Source
from alarms.intake.registering import register_source, register_transmitter
from tests.support.door import Answer
from tests.support.posted import CONVENTIONS, FIELDS, event, form, picture

__all__ = ["CONVENTIONS", "FIELDS", "HookDoor", "event", "form", "hook", "picture"]


def hook(municipality: Any, *, conventions: dict[str, Any] | None = None, **more: Any) -> tuple[Source, str]:
    """A source that is switched on, with one camera, and its key."""
    source, key = register_source(name=more.pop("name", "Provkameror"), protocol="webhook", **more)
    source.conventions = CONVENTIONS if conventions is None else conventions
    source.save()
    if municipality is not None:
        register_transmitter(
            source=source, account="cam-1", municipality=municipality, site="Brobyskolan", area="Broby"
        )
    return source, key


class HookDoor:
    """``async with HookDoor() as door: await door.post(source, key, {...})``."""

    async def __aenter__(self) -> HookDoor:
        from alarms.receivers.signals.asgi import SignalsOr
        from alarms.receivers.webhook.asgi import HooksOr

        async def otherwise(scope: Any, receive: Any, send: Any) -> None:
            raise AssertionError(f"passed on: {scope['path']}")

        self.hooks = HooksOr(otherwise)
        self.signals = SignalsOr(self.hooks)
        self.hooks.share(self.signals.batcher)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*self.hooks._chores, return_exceptions=True)
        for heard in self.hooks._heard.values():
            if heard._kept is not None:
                await heard._kept
        for batcher in self.signals._batchers.values():
            await batcher.close()

    async def post(
        self, source: Source | int, key: str, content: Any, *, headers: dict[str, str] | None = None,
        host: str = "localhost", method: str = "POST", content_type: str = "application/json",
    ) -> Answer:  # fmt: skip
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        asked = {"host": host, "content-type": content_type, "content-length": str(len(raw))}
        if key:
            asked["authorization"] = f"Bearer {key}"
        asked |= {name.lower(): value for name, value in (headers or {}).items()}
        scope = {
            "type": "http",
            "method": method,
            "path": f"/hooks/{source if isinstance(source, int) else source.pk}/",
            "client": ("127.0.0.1", 1),
            "headers": [(name.encode(), value.encode()) for name, value in asked.items()],
        }
        pieces = [raw[at : at + 60_000] for at in range(0, len(raw), 60_000)] or [b""]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.signals(scope, receive, send)
        return Answer(
            sent[0]["status"],
            json.loads(sent[1]["body"]),
            {name.decode(): value.decode() for name, value in sent[0]["headers"]},
        )
