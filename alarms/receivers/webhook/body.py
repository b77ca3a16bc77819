"""What was posted: JSON alone, or a form with a JSON part and pictures."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from alarms.receivers.signals import wording

MOST_JSON = 8_000_000
DEEPEST = 64
MOST_FILES = 20
KEPT_TEXT = 10_000
"""A longer text in the JSON is a picture: what is kept of the JSON says how long it was."""
JSON_NAMES = ("json", "event", "data", "payload", "metadata")


class BadBody(Exception):
    """It is no JSON, or no form with JSON in it; ``message`` says what is wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Posted:
    """The document, what it was as JSON, and the files beside it."""

    document: Any
    raw: bytes
    files: list[bytes] = field(default_factory=list)

    @property
    def identity(self) -> bytes:
        """Alike for the same things said again, also where a form's boundary is another."""
        return b"\n".join([self.raw, *self.files])

    def kept(self) -> str:
        """The JSON as it is stored: without the pictures in it."""
        try:
            return json.dumps(_shortened(self.document), ensure_ascii=False)
        except (ValueError, RecursionError):
            return self.raw[:MOST_JSON].decode("utf-8", "replace")[:KEPT_TEXT]


def posted(content_type: str, raw: bytes) -> Posted:
    """Read what was posted. Raises BadBody. Blocking where it is large: call in a thread."""
    if content_type.lower().startswith("multipart/form-data"):
        return _form(content_type, raw)
    return Posted(document(raw), raw)


def document(raw: bytes) -> Any:
    """The JSON. Raises BadBody."""
    if len(raw) > MOST_JSON:
        raise BadBody(f"JSON-delen är större än {MOST_JSON // 1_000_000} MB.")
    try:
        found = msgspec.json.decode(raw)
    except RecursionError:
        raise BadBody("För många nivåer i varandra.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise BadBody(wording.of_json(raw, str(error))) from None
    if not isinstance(found, dict | list):
        raise BadBody("Innehållet ska vara ett JSON-objekt eller en lista.")
    if _deeper(found, DEEPEST):
        raise BadBody(f"Fler än {DEEPEST} nivåer i varandra.")
    return found


def _deeper(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [
            inner
            for one in layer
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not layer:
            return False
    return True


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > KEPT_TEXT:
        return f"{value[:40]}… ({len(value)} tecken)"
    if isinstance(value, list):
        return [_shortened(one) for one in value]
    if isinstance(value, dict):
        return {_shortened(name): _shortened(one) for name, one in value.items()}
    return value


class _InMemory(FileUploadHandler):
    """Every file as bytes: what is posted is small, and nothing of it shall touch a disk."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[tuple[str, str, bytes]] = []
        self._chunks: list[bytes] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._chunks.append(raw_data)

    def file_complete(self, file_size: int) -> None:
        self.files.append((self.field_name or "", self.content_type or "", b"".join(self._chunks)))
        self._chunks = []


def _form(content_type: str, raw: bytes) -> Posted:
    handler = _InMemory()
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(raw))}
    try:
        fields, _ = MultiPartParser(meta, io.BytesIO(raw), [handler], "utf-8").parse()
    except RequestDataTooBig:
        raise BadBody("JSON-delen är för stor. Skicka bilderna som filer.") from None
    except (MultiPartParserError, BadRequest, SuspiciousOperation, ValueError, LookupError):
        raise BadBody("Formuläret (multipart/form-data) går inte att läsa.") from None
    if len(handler.files) > MOST_FILES:
        raise BadBody(f"Fler än {MOST_FILES} filer.")
    texts = [str(fields[name]).encode() for name in JSON_NAMES if name in fields]
    told = [content for name, kind, content in handler.files if _is_json(name, kind)]
    files = [content for name, kind, content in handler.files if not _is_json(name, kind)]
    if len(texts) + len(told) != 1:
        raise BadBody(f"Skicka JSON i en del som heter {JSON_NAMES[0]}, bilderna som filer bredvid.")
    (said,) = texts + told
    return Posted(document(said), said, files)


def _is_json(name: str, kind: str) -> bool:
    return kind.partition(";")[0].strip().lower() == "application/json" or (
        name in JSON_NAMES and not kind.startswith("image/")
    )
