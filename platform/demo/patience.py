"""How long to wait before trying again."""

import random
from collections.abc import Iterator

FIRST, LONGEST = 1.0, 30.0


def pauses(first: float = FIRST, longest: float = LONGEST) -> Iterator[float]:
    """Seconds, for ever: doubled each time up to ``longest``, and spread, so that not all come back at once."""
    wait = first
    while True:
        yield wait * random.uniform(0.7, 1.3)
        wait = min(wait * 2, longest)
