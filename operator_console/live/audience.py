"""Who sees which events: consoles with the same functions share one encoded frame."""

from __future__ import annotations

from collections.abc import Iterable

from central.events.queries import Event

type Audience = frozenset[str]
type Frame = tuple[str, int]
"""The text, and the number that the console will acknowledge when it has applied it."""

FRAME_CHARACTERS = 200_000
"""A frame is closed when it has grown past this: daphne sends nothing larger than a mebibyte, in bytes."""


def frames(events: Iterable[Event], audience: Audience) -> list[Frame]:
    """The events this audience may see, in order, as text frames; none when none is for it.

    What a console may not see must not count as unacknowledged.
    """
    found: list[Frame] = []
    some: list[str] = []
    size = last = 0
    for event in events:
        if event.function and event.function not in audience:
            continue
        text = event.encoded()
        some.append(text)
        size, last = size + len(text), event.id
        if size > FRAME_CHARACTERS:
            found.append((f"[{','.join(some)}]", last))
            some, size = [], 0
    if some:
        found.append((f"[{','.join(some)}]", last))
    return found
