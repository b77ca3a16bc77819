"""What a camera posts, and how it is agreed: nothing of Django, for whoever only sends."""

from __future__ import annotations

import io
import json
import random
from typing import Any

from PIL import Image, ImageDraw

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


def noise(seed: int, size: tuple[int, int] = (128, 96)) -> bytes:
    """A picture that can't be packed, as PNG; the same for the same seed."""
    image = Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))
    kept = io.BytesIO()
    image.save(kept, "PNG")
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
