"""What may be kept as a picture: decided by its content, never by its name or by what a sender calls it."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MOST_BYTES = 4_000_000
MOST_PIXELS = 25_000_000
MOST_SIDE = 10_000


class NotAPicture(Exception):
    """It can't be kept; ``message`` says why, to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Still:
    """A whole picture: its bytes as they came, its kind, and its size in pixels."""

    content: bytes
    content_type: str
    width: int
    height: int
    sha256: bytes


def still(content: bytes) -> Still:
    """The picture, read to its last row. Raises NotAPicture. Blocking: call in a thread."""
    if not content:
        raise NotAPicture("den är tom.")
    if len(content) > MOST_BYTES:
        raise NotAPicture(f"den är större än {MOST_BYTES // 1_000_000} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _read(content)
    except NotAPicture:
        raise
    except UnidentifiedImageError:
        raise NotAPicture("innehållet är inte JPEG, PNG eller WebP.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture("den är för stor att öppna.") from None
    except Exception:  # Pillow's readers raise whatever a broken file leads them to
        raise NotAPicture("den är trasig eller avhuggen.") from None


def _read(content: bytes) -> Still:
    with Image.open(io.BytesIO(content), formats=tuple(FORMATS)) as image:
        width, height = image.size
        if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
            raise NotAPicture(f"den är för stor att öppna: {width} × {height} bildpunkter.")
        if getattr(image, "n_frames", 1) > 1 and image.format != "JPEG":
            raise NotAPicture("den är rörlig. Skicka en stillbild.")
        image.load()
        kind = FORMATS[str(image.format)] if image.format in FORMATS else FORMATS["JPEG"]
        return Still(content, kind, width, height, hashlib.sha256(content).digest())
