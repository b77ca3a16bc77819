"""What every receiver works at: the register, the batches and what was heard, one set per process.

A receiver understands its protocol and says what was meant; :meth:`Desk.take` returns when that is committed. Only then
may the receiver acknowledge.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from prometheus_client import Counter, Gauge, Histogram

from alarms.intake.models import Meaning
from alarms.intake.storing import Incoming
from alarms.receivers.batcher import Batcher, Busy
from alarms.receivers.heard import Heard
from alarms.receivers.register import Line, Peer, Register
from alarms.receivers.storing import Storing, Unavailable
from alarms.reception import Receipt

FRAMES = Counter(
    "tc_frames_received_total", "Ramar och meddelanden efter protokoll och utfall", ["protocol", "outcome"]
)
CONNECTIONS = Gauge("tc_receiver_connections", "Öppna förbindelser efter protokoll", ["protocol"])
KEPT = Histogram(
    "tc_signal_kept_seconds",
    "Från mottagen ram till COMMIT, så att den får kvitteras",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
REPEATED_WITHIN = 300.0
TEXT_LENGTH, PLACE_LENGTH = 4_000, 300
_encode = msgspec.json.Encoder().encode


class NotStored(Exception):
    """Nothing is promised: the sender hears nothing, or that it shall try again."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a transmitter meant. ``raw`` is what it sent, as text.

    ``identity`` is alike in a signal and its repetitions. When it holds the signal's own time it is ``timed``; else a
    transmitter may come to use it again another day, and only what comes within 5 to 10 minutes is a repetition.
    """

    identity: bytes
    account: str
    kind: str
    priority: int
    occurred_at: datetime
    raw: str
    timed: bool = False
    meaning: str = Meaning.ALARM
    trouble: str = ""
    place: str = ""
    text: str = ""
    call_back: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class Desk:
    """Belongs to one event loop."""

    def __init__(self, storing: Storing, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.register = Register()
        self.heard = Heard(clock)
        self._batcher = Batcher(storing)

    async def take(self, line: Line, said: Said, peer: Peer | None = None) -> Receipt:
        """Store it and open its case; returns after COMMIT, for a repetition the first one's receipt. Raises NotStored.

        A registered transmitter counts as heard.
        """
        begun = time.perf_counter()
        try:
            receipt = await self._batcher.submit(_incoming(line, said, self.clock()))
        except (Busy, Unavailable) as error:
            raise NotStored from error
        if receipt.result == "failed":
            raise NotStored
        KEPT.observe(time.perf_counter() - begun)
        if peer is not None:
            self.heard.note(peer.id)
        return receipt

    async def close(self) -> None:
        """Nothing more is stored."""
        await self._batcher.close()


def _text(given: str, most: int | None = None) -> str:
    """As PostgreSQL takes it."""
    return given.replace("\x00", "")[:most]


def _keys(said: Said, now: datetime) -> tuple[bytes, bytes | None]:
    """The digest that makes it one signal, and the one that it would have had a while ago."""
    if said.timed:
        return hashlib.sha256(said.identity).digest(), None
    period = int(now.timestamp() // REPEATED_WITHIN)
    this, last = (hashlib.sha256(b"%d|%b" % (one, said.identity)).digest() for one in (period, period - 1))
    return this, last


def _incoming(line: Line, said: Said, now: datetime) -> Incoming:
    key, earlier = _keys(said, now)
    place, text = _text(said.place, PLACE_LENGTH), _text(said.text, TEXT_LENGTH)
    body = {
        "kind": said.kind,
        "meaning": said.meaning,
        "trouble": said.trouble,
        "place": place,
        "text": text,
        "raw": _text(said.raw),
        "data": {**said.data, **({"call_back": said.call_back} if said.call_back else {})},
    }
    return Incoming(
        source_id=line.id,
        source_name=line.name,
        exercise=line.exercise,
        key_digest=key,
        earlier_digest=earlier,
        body_digest=hashlib.sha256(said.identity).digest(),
        body=_encode(body).decode(),
        kind=said.kind,
        account=_text(said.account),
        occurred_at=said.occurred_at,
        priority=said.priority,
        place=place,
        text=text,
        call_back=said.call_back,
        meaning=said.meaning,
        trouble=said.trouble,
    )
