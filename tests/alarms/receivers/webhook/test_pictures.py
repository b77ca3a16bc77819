"""A picture is what its content is; nothing else is kept."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from alarms.receivers.webhook.pictures import NotAPicture, still
from tests.support.hooks import picture


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60 000 by 60 000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def moving() -> bytes:
    kept = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(kept, "WEBP", save_all=True, append_images=frames[1:])
    return kept.getvalue()


@pytest.mark.parametrize(
    ("form", "kind"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_the_kind_is_that_of_the_content(form: str, kind: str) -> None:
    found = still(picture(form))
    assert (found.content_type, found.width, found.height) == (kind, 64, 48)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<html><script>alert(1)</script></html>", b"\x89PNG\r\n\x1a\n<html>", picture()[:300], picture("PNG")[:90],
        picture("GIF"), picture("BMP"), bomb(), moving(), b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture() + b"x" * 4_000_000,
    ],
    ids=["empty", "html", "html as png", "cut jpeg", "cut png", "gif", "bmp", "bomb", "moving", "svg", "large"],
)  # fmt: skip
def test_anything_else_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(NotAPicture) as refused:
        still(content)
    assert refused.value.message.endswith(".")
