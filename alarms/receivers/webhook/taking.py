"""From what was posted to what is stored: read as agreed, pictures looked at, one identity per event."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from alarms.intake.storing import Incoming, PictureIn
from alarms.receivers.desk import REPEATED_WITHIN
from alarms.receivers.webhook.body import Posted
from alarms.receivers.webhook.mapping import Mapping
from alarms.receivers.webhook.pictures import NotAPicture, still
from alarms.receivers.webhook.reading import MOST_PICTURES, Event, understood

_encode = msgspec.json.Encoder().encode
NOT_TAKEN = "Bilden kunde inte tas emot: "


@dataclass(frozen=True, slots=True)
class Taken:
    """An event, the pictures that can be kept, and a sentence for each that can't."""

    event: Event
    pictures: tuple[PictureIn, ...] = ()
    refused: list[str] = field(default_factory=list)

    @property
    def story(self) -> str:
        """The text of the case."""
        return self.event.story(self.refused)


def taken(posted: Posted, mapping: Mapping, now: datetime) -> Taken:
    """What it means, with its pictures opened. Blocking; never raises."""
    event = understood(posted.document, mapping, now)
    if event.alive:
        return Taken(event)
    pictures, refused = [], []
    given = [*posted.files, *event.pictures]
    for content in given[:MOST_PICTURES]:
        try:
            found = still(content)
        except NotAPicture as error:
            refused.append(NOT_TAKEN + error.message)
        else:
            pictures.append(
                PictureIn(found.content, found.content_type, found.width, found.height, found.sha256)
            )
    if len(given) > MOST_PICTURES:
        refused.append(f"{NOT_TAKEN}fler än {MOST_PICTURES} i samma larm.")
    return Taken(event, tuple(pictures), refused)


def keys(event: Event, posted: Posted, key: bytes, now: datetime) -> tuple[bytes, bytes | None, bytes]:
    """The digest that makes it one signal, the one it would have had a while ago, and that of what is repeated.

    The sender's own id for the event, else its Idempotency-Key together with what was said, else what was said, within
    5 to 10 minutes: a camera may come to say the same another day.
    """
    said = hashlib.sha256(posted.identity).digest()
    if event.event_id:
        identity = hashlib.sha256(
            b"event|" + event.account.encode() + b"|" + event.event_id.encode()
        ).digest()
        return identity, None, identity
    if key:
        identity = hashlib.sha256(b"key|" + key + b"|" + said).digest()
        return identity, None, identity
    period = int(now.timestamp() // REPEATED_WITHIN)
    this, last = (hashlib.sha256(b"body|%d|%b" % (one, said)).digest() for one in (period, period - 1))
    return this, last, said


def incoming(
    *,
    source_id: int,
    source_name: str,
    exercise: bool,
    posted: Posted,
    taken: Taken,
    key: bytes,
    now: datetime,
) -> Incoming:
    """The signal as it is stored."""
    event = taken.event
    digest, earlier, said = keys(event, posted, key, now)
    body = {
        "kind": event.kind,
        "meaning": event.meaning,
        "trouble": event.trouble,
        "place": event.place,
        "text": event.text,
        "raw": posted.kept().replace("\x00", ""),
        "data": event.data,
        "problems": [str(one) for one in event.problems],
    }
    return Incoming(
        source_id=source_id,
        source_name=source_name,
        exercise=exercise,
        key_digest=digest,
        earlier_digest=earlier,
        body_digest=said,
        body=_encode(body).decode(),
        kind=event.kind,
        account=event.account,
        occurred_at=event.occurred_at,
        priority=event.priority,
        place=event.place,
        text=taken.story,
        meaning=event.meaning,
        trouble=event.trouble,
        pictures=taken.pictures,
        streams=tuple(event.streams),
    )
