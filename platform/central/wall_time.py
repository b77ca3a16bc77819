"""A time of day as people write it in Sweden."""

from __future__ import annotations

import re
from datetime import time

_WRITTEN = re.compile(r"(\d{1,2})[:.](\d{2})|(\d{2})(\d{2})", re.ASCII)


class BadTime(ValueError):
    """It is no time of day."""


def read(text: str) -> time:
    """Local wall-clock time from "07:30", "07.30", "7.30" or "0730". Raises BadTime.

    Not ``time.fromisoformat``: it reads 07.30 as 07:00 and three tenths of a second, and takes time zones.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise BadTime(text)
    hour, minute = (int(part) for part in found.groups() if part is not None)
    try:
        return time(hour, minute)
    except ValueError:
        raise BadTime(text) from None
