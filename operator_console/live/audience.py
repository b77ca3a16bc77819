"""Who sees which events: consoles with the same functions share one encoded frame."""

from __future__ import annotations

from collections.abc import Iterable

from central.events.queries import Event

type Audience = frozenset[str]


def frame(events: Iterable[Event], audience: Audience) -> str:
    """The events this audience may see as one text frame, "" when none of them is for it."""
    seen = [event.encoded() for event in events if not event.function or event.function in audience]
    return f"[{','.join(seen)}]" if seen else ""
