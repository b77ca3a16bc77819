"""The extended data blocks of a frame (DC-09 5.5.1.8), each a letter and a text, read into what an operator can use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from alarms.receivers.dc09.timestamps import read_time

LONGEST_TEXT = 250
LONGEST_ADDRESS = 1000
#: Degrees, hemisphere and minutes: 093W23.456. A plain decimal number (my-dc09-spt) is taken as degrees.
_POSITION = re.compile(r"(\d{1,3})([NSEW])(\d{1,2}(?:\.\d{1,9})?)", re.ASCII | re.IGNORECASE)
_DECIMAL = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,15})?", re.ASCII)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedData:
    """What was told beside the event. "" and None for what wasn't, or couldn't be read.

    ``longitude`` and ``latitude`` are WGS 84 degrees, both or neither; ``occurred_at`` is aware UTC.
    ``verification`` is an http or https address of a picture or stream: the sender's word, to be opened with care.
    ``others`` holds the blocks not read here, as sent.
    """

    site: str = ""
    building: str = ""
    location: str = ""
    room: str = ""
    text: str = ""
    verification: str = ""
    longitude: float | None = None
    latitude: float | None = None
    occurred_at: datetime | None = None
    others: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """Site, building, location and room, those that were told, from the largest to the smallest."""
        return ", ".join(part for part in (self.site, self.building, self.location, self.room) if part)


#: Time of occurrence is H; E is met in what implementers write of older editions.
_READ = frozenset("SOLRIVXYHE")


def read_extended(blocks: Iterable[tuple[str, str]]) -> ExtendedData:
    """Read the blocks of a frame; of a letter that comes twice the first counts. Never an error."""
    first: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for letter, text in blocks:
        if letter in _READ:
            first.setdefault(letter, text)
        else:
            others.append((letter, text))
    longitude = _degrees(first.get("X", ""), hemispheres="EW", limit=180)
    latitude = _degrees(first.get("Y", ""), hemispheres="NS", limit=90)
    both = longitude is not None and latitude is not None
    return ExtendedData(
        site=clean(first.get("S", "")),
        building=clean(first.get("O", "")),
        location=clean(first.get("L", "")),
        room=clean(first.get("R", "")),
        text=clean(first.get("I", "")),
        verification=web_address(first.get("V", "")),
        longitude=longitude if both else None,
        latitude=latitude if both else None,
        occurred_at=read_time(first.get("H", "").strip()) or read_time(first.get("E", "").strip()),
        others=tuple(others),
    )


def clean(text: str) -> str:
    """A text from outside on one line: nothing unseen in it, cut at 250 characters."""
    return " ".join(_UNSEEN.sub(" ", text).split())[:LONGEST_TEXT]


def web_address(text: str) -> str:
    """The address if it is one of http or https with a host and nothing odd in it, else ""."""
    text = text.strip()
    if len(text) > LONGEST_ADDRESS or not text.isascii() or re.search(r"[\s<>\"'\\`\x00-\x1f\x7f]", text):
        return ""
    try:
        parts = urlsplit(text)
        named = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    return text if named else ""


def _degrees(text: str, *, hemispheres: str, limit: int) -> float | None:
    text = text.strip()
    if _DECIMAL.fullmatch(text):
        degrees = float(text)
    elif match := _POSITION.fullmatch(text):
        hemisphere = match[2].upper()
        if hemisphere not in hemispheres or float(match[3]) >= 60:
            return None
        degrees = (int(match[1]) + float(match[3]) / 60) * (-1 if hemisphere in "SW" else 1)
    else:
        return None
    return round(degrees, 6) if abs(degrees) <= limit else None
