"""Ids in the order of time, for what every alarm writes: new rows stand beside each other in every index.

With ids by chance alone, each row of an alarm would go into a page of its own in every index; measured in paired runs,
that costs a tenth of all alarms per second, and more when the tables have grown past memory. An id says when its row
came, which the row says too; it is never a secret.
"""

from __future__ import annotations

import os
import time
from uuid import UUID

_VERSION = 0x7000 << 64
_VARIANT = 0x8000 << 48
_CHANCE = (1 << 80) - 1 & ~(0xF000 << 64) & ~(0xC000 << 48)


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 74 of chance. The library's own comes in Python 3.14."""
    chance = int.from_bytes(os.urandom(10)) & _CHANCE
    return UUID(int=time.time_ns() // 1_000_000 << 80 | _VERSION | _VARIANT | chance)
