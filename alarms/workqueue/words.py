"""What others write on a row: how the call-out goes, and what needs eyes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from alarms.workqueue import changes
from alarms.workqueue.models import WorkItem
from central.events.services import unit_of_work


def set_word(
    *,
    item_id: UUID,
    word: str | None = None,
    attention_add: Iterable[str] = (),
    attention_remove: Iterable[str] = (),
    verb: str,
    text: str = "",
    now: datetime,
) -> WorkItem:
    """Set the row's last word ("Fastighetsjour tar": the function, never the person) and its attention marks.

    ``text`` goes to the journal in the municipality. ``word=None`` leaves the word as it is.
    """
    with unit_of_work():
        item = changes.locked(item_id)
        if word is not None:
            item.word = word[:80]
        gone = set(attention_remove)
        kept = [one for one in item.attention if one not in gone]
        item.attention = kept + [one for one in attention_add if one not in kept]
        return changes.save(item, verb=verb, now=now, actor=None, text=text, touched=False, part="callout")
