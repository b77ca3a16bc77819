"""The demo's cameras and a drone: they post events with a drawn picture, and signs of life. All made up, and it shows."""

import asyncio
import io
import json
import random
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

from demo.door import TIMEOUT_SECONDS, NotReceived
from demo.ground import PLACES, Place
from demo.patience import pauses

CAMERAS = "Kameror och drönare över webhook"
"""The name of their source."""
CAMERA_INTERVAL, ALIVE_SECONDS = timedelta(minutes=5), 120.0
SLUG = "demo-kameror"
CONVENTIONS: dict[str, Any] = {
    "slug": SLUG,
    "auth": {"mode": "bearer"},
    "default_kind": "camera",
    "fields": {
        "account": {"path": "device.id"},
        "kind": {
            "path": "event.type",
            "values": {"line_crossed": "intrusion", "smoke": "fire", "*": "camera"},
        },
        "event_id": {"path": "event.id"},
        "occurred_at": {"path": "event.time"},
        "place": {"path": "device.place"},
        "text": {"path": "event.text"},
        "picture": {"path": "event.still"},
        "stream": {"path": "event.stream"},
    },
    "data": {"antal personer": "event.persons"},
    "ignore": [{"path": "event.type", "values": ["heartbeat"]}],
    "streams": ["kamera.example"],
}
"""What is agreed with them."""


@dataclass(frozen=True, slots=True)
class Camera:
    """``account`` as it calls itself; ``name`` of what it looks at."""

    account: str
    site: str
    area: str
    drone: bool = False


def cameras(place: Place) -> tuple[Camera, ...]:
    """One in each municipality, and a drone in the first."""
    town = place.areas[0]
    one = Camera(f"CAM-{place.code}", f"Kameran vid resecentrum {town}", town)
    return (
        (one, Camera(f"UAV-{place.code}", f"Drönaren i {town}", town, True)) if place is PLACES[0] else (one,)
    )


def drawn(camera: Camera, at: datetime, dice: random.Random) -> bytes:
    """A still picture that nobody takes for a photograph: a drawing marked DEMO."""
    image = Image.new("RGB", (640, 360), (32, 44, 62))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 210, 640, 360), fill=(58, 66, 58))
    pen.rectangle((60, 90, 300, 230), fill=(120, 96, 84))
    pen.rectangle((150, 150, 200, 230), fill=(48, 38, 34))
    x = dice.randrange(330, 560)
    pen.ellipse((x, 160, x + 26, 186), fill=(228, 196, 120))
    pen.line((x + 13, 186, x + 13, 250), fill=(228, 196, 120), width=8)
    pen.line((x + 13, 250, x - 6, 300), fill=(228, 196, 120), width=6)
    pen.line((x + 13, 250, x + 32, 300), fill=(228, 196, 120), width=6)
    pen.text(
        (16, 12),
        f"DEMO - TECKNING   {camera.account}   {at:%Y-%m-%d %H:%M:%S} UTC",
        fill="white",
        font_size=18,
    )
    pen.text((430, 40), "DEMO", fill=(255, 214, 0), font_size=64)
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=80)
    return kept.getvalue()


HAPPENS = (("line_crossed", "Någon gick över linjen"), ("loitering", "Någon stannar kvar vid entrén"),
           ("smoke", "Rök i bilden"))  # fmt: skip


def event(camera: Camera, kind: str, text: str, *, persons: int = 1) -> dict[str, Any]:
    """What the camera posts; its own id for the event makes a repetition the same one."""
    return {
        "device": {"id": camera.account, "place": camera.site},
        "event": {
            "type": kind, "id": str(uuid.uuid4()), "time": datetime.now(UTC).isoformat(), "text": text,
            "persons": persons, "stream": f"https://kamera.example/live/{camera.account}",
        },
    }  # fmt: skip


def alive(camera: Camera) -> dict[str, Any]:
    """A sign of life."""
    return {"device": {"id": camera.account}, "event": {"type": "heartbeat"}}


def form(document: dict[str, Any], picture: bytes) -> tuple[str, bytes]:
    """A form's content type and body: the JSON and one picture."""
    mark = uuid.uuid4().hex
    parts = (
        f'--{mark}\r\nContent-Disposition: form-data; name="json"\r\nContent-Type: application/json\r\n\r\n'
        f"{json.dumps(document)}\r\n"
        f'--{mark}\r\nContent-Disposition: form-data; name="picture"; filename="bild.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return f"multipart/form-data; boundary={mark}", parts.encode() + picture + f"\r\n--{mark}--\r\n".encode()


def address(base_url: str) -> str:
    """Where they post."""
    return f"{base_url}/hooks/{SLUG}/"


def send(url: str, key: str, content_type: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Post it. Raises NotReceived when nothing is promised."""
    request = urllib.request.Request(
        url,
        data=body,
        headers={"Authorization": f"Bearer {key}", "Content-Type": content_type},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as refused:
        if refused.code >= 500 or refused.code == 429:
            raise NotReceived(f"{refused.code}") from refused
        try:
            return refused.code, dict(json.loads(refused.read()))
        except ValueError:
            return refused.code, {}
    except (OSError, ValueError) as error:
        raise NotReceived(str(error)) from error


class KeptCamera:
    """A camera that posts what it sees, and signs of life. ``say`` hears of what is worth a line."""

    def __init__(self, camera: Camera, base_url: str, key: str, *, say: Callable[[str], None]) -> None:
        self.camera, self._url, self._key, self._say = camera, address(base_url), key, say

    async def run(self) -> None:
        """Signs of life, for ever."""
        while True:
            body = json.dumps(alive(self.camera)).encode()
            await self._deliver("livstecken", "application/json", body)
            await asyncio.sleep(ALIVE_SECONDS * random.uniform(0.8, 1.0))

    async def tell(self, kind: str, text: str) -> None:
        """Post what it sees, with a drawing, until that is answered."""
        picture = drawn(self.camera, datetime.now(UTC), random.Random())
        await self._deliver(kind, *form(event(self.camera, kind, text), picture))

    async def _deliver(self, name: str, content_type: str, body: bytes) -> None:
        for wait in pauses():
            try:
                status, _ = await asyncio.to_thread(send, self._url, self._key, content_type, body)
            except NotReceived as error:
                self._say(f"{self.camera.account} kommer inte fram ({error}), försöker om {wait:.0f} s")
                await asyncio.sleep(wait)
                continue
            if name != "livstecken" or status != 200:
                self._say(f"{self.camera.account} {name} -> {status}")
            return
