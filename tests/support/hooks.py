"""Webhooks in this process: the real door without a socket, and pictures that are pictures."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

from PIL import Image, ImageDraw

from alarms.intake.models import Source
from alarms.intake.registering import register_source, register_transmitter
from tests.support.door import Answer

FIELDS = {
    "account": {"path": "device.id"},
    "kind": {"path": "event.type", "values": {"line_crossed": "intrusion", "smoke": "fire"}},
    "event_id": {"path": "event.id"},
    "occurred_at": {"path": "event.time"},
    "place": {"path": "device.place"},
    "text": {"path": "event.text"},
    "picture": {"path": "picture"},
    "stream": {"path": "stream"},
}
CONVENTIONS: dict[str, Any] = {
    "default_kind": "camera",
    "fields": FIELDS,
    "data": {"personer": "event.count"},
    "ignore": [{"path": "event.type", "values": ["heartbeat"]}],
    "streams": ["kamera.example"],
}


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


def event(**more: Any) -> dict[str, Any]:
    """What a camera posts; ``more`` goes into the event itself."""
    return {
        "device": {"id": "cam-1", "place": "Norra entrén"},
        "event": {"type": "line_crossed", "id": "e-1", "text": "Någon gick över linjen", "count": 2, **more},
    }


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A drawing, as bytes."""
    image = Image.new("RGB", size, (90, 120, 150))
    ImageDraw.Draw(image).rectangle((5, 5, 20, 20), fill=(240, 200, 0))
    kept = io.BytesIO()
    image.save(kept, form)
    return kept.getvalue()


def form(
    document: Any, *files: tuple[str, str, bytes], boundary: str = "gräns".encode().hex()
) -> tuple[str, bytes]:
    """A form's content type and body: JSON, and files as (name, content type, bytes)."""
    mark = f"--{boundary}\r\n".encode()
    body = mark + b'Content-Disposition: form-data; name="json"\r\nContent-Type: application/json\r\n\r\n'
    body += json.dumps(document).encode() + b"\r\n"
    for name, kind, content in files:
        body += (
            mark
            + (
                f'Content-Disposition: form-data; name="picture"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
            ).encode()
        )
        body += content + b"\r\n"
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


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
