"""Where in a sender's JSON something stands: ``event.objects[0].class``, ``data["a name.with dots"]``.

Names and places only, so that what can't be read can be told step by step and nothing takes longer than its length.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

LONGEST = 200
_STEP = re.compile(r'\.?([^\s.\[\]"]+)|\[(-?\d{1,4})\]|\["([^"]{1,100})"\]')

type Step = str | int


class BadPath(ValueError):
    """It is no path."""


class Missing(LookupError):
    """Nothing stands there."""


@lru_cache(maxsize=2_000)
def steps(path: str) -> tuple[Step, ...]:
    """The steps of a path. Raises BadPath."""
    if not 0 < len(path) <= LONGEST:
        raise BadPath(path)
    found: list[Step] = []
    at = 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None or (step[0].startswith(".") and not found) or _glued(step, found):
            raise BadPath(path)
        found.append(int(step[2]) if step[2] else step[1] or step[3])
        at = step.end()
    return tuple(found)


def _glued(step: re.Match[str], found: list[Step]) -> bool:
    """A name after another step without a dot between."""
    return bool(found) and step[1] is not None and not step[0].startswith(".")


def read(document: Any, path: str) -> Any:
    """What stands there. Raises Missing, also for null, and BadPath."""
    here = document
    for step in steps(path):
        if isinstance(step, int):
            if not isinstance(here, list) or not -len(here) <= step < len(here):
                raise Missing(path)
            here = here[step]
        else:
            if not isinstance(here, dict) or step not in here:
                raise Missing(path)
            here = here[step]
    if here is None:
        raise Missing(path)
    return here
