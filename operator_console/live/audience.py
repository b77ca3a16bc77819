"""Who sees which events: consoles with the same functions share one encoded frame."""

from __future__ import annotations

from collections.abc import Iterable

from central.events.queries import Event

type Audience = frozenset[str]


def frame(events: Iterable[Event], audience: Audience) -> tuple[str, int]:
    """The events this audience may see as one text frame, and the last number in it; ("", 0) when none is for it.

    The number is what the console will acknowledge: what it may not see must not count as unacknowledged.
    """
    seen = [event for event in events if not event.function or event.function in audience]
    return (f"[{','.join(event.encoded() for event in seen)}]", seen[-1].id) if seen else ("", 0)
