"""DC-09 at the desk: what a frame means is stored, and only then acknowledged.

Silence to what is broken (the panel sends again); NAK with our time to what is outside the window; DUH to what is whole
but can't be handled; an encrypted ACK to an encrypted frame. ``conventions`` of the source: ``codes`` (see
``dc09.codes``) and ``unknown``: ``ack`` (default: an unknown account's alarm is stored and acknowledged) or ``duh``
(it is stored all the same).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from alarms.intake.models import Meaning as Stored
from alarms.receivers.dc09 import building
from alarms.receivers.dc09.codes import Meaning
from alarms.receivers.dc09.errors import BadKey, BadTimestamp, Dc09Error, Undecipherable
from alarms.receivers.dc09.frames import ACK, DUH, NAK, EncryptedFrame, Frame, Header, decrypt, parse
from alarms.receivers.dc09.meaning import Reading, Unsupported, understand
from alarms.receivers.dc09.server import Limits, Server
from alarms.receivers.dc09.timestamps import within_window
from alarms.receivers.dc09.xdata import ExtendedData, read_extended
from alarms.receivers.desk import CONNECTIONS, FRAMES, Desk, NotStored, Said
from alarms.receivers.register import Line, Peer
from alarms.receivers.storing import Unavailable

log = structlog.get_logger(__name__)
PROTOCOL = "dc09"
MEANS = {
    Meaning.ALARM: Stored.ALARM,
    Meaning.RESTORE: Stored.RESTORE,
    Meaning.TROUBLE: Stored.TROUBLE,
    Meaning.TEST: Stored.TEST,
    Meaning.OPEN_CLOSE: Stored.REPORT,
    Meaning.REPORT: Stored.REPORT,
}
"""What each meaning is to reception; a sign of life is only heard."""
ANSWERS = frozenset({ACK, NAK, DUH})
UNREADABLE = "Sändaren krypterar med en annan nyckel än den vi har: det kan ha varit ett larm"
UNREADABLE_PRIORITY = 2
UNENCRYPTED = "Okrypterat, fast sändaren har en nyckel"


class Dc09Way:
    """The receiver of one port, TCP and UDP."""

    name = "SIA DC-09"

    def __init__(self, host: str, port: int, limits: Limits | None = None) -> None:
        self._host, self._port, self._limits = host, port, limits
        self._server: Server | None = None

    async def open(self, desk: Desk) -> None:
        server = self._server = Server(Answering(desk).answer, self._limits)
        CONNECTIONS.labels(PROTOCOL).set_function(lambda: len(server.connections))
        await self._server.listen(self._host, self._port)

    async def close(self) -> None:
        if self._server is not None:
            await self._server.close()


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose frame it is."""

    line: Line
    peer: Peer | None


class Answering:
    """What one whole frame is answered."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._unread: set[int] = set()

    async def answer(self, raw: bytes) -> bytes | None:
        """None is silence."""
        outcome, told = await self._answered(raw)
        FRAMES.labels(PROTOCOL, outcome).inc()
        return told

    async def _answered(self, raw: bytes) -> tuple[str, bytes | None]:
        now = self._desk.clock()
        try:
            came = parse(raw)
        except BadTimestamp:
            return "bad_timestamp", building.build_nak(now)
        except Dc09Error as error:
            return type(error).__name__.lower(), None
        if (
            came.id in ANSWERS
        ):  # somebody's echo, or our own address forged: two receivers would answer for ever
            return "answer", None
        line = self._desk.register.line(PROTOCOL)
        if line is None:
            return "no_source", building.build_duh(came)
        caller = Caller(line, self._desk.register.peer(line, came.account))
        try:
            frame = _opened(came, caller.peer)
        except BadTimestamp:
            return "bad_timestamp", building.build_nak(now)
        except (BadKey, Undecipherable):
            return await self._unreadable(came, caller, raw, now)
        if frame.timestamp is not None and not within_window(frame.timestamp, now):
            return "outside_window", building.build_nak(now)
        try:
            if frame.encrypted and caller.peer is not None and caller.peer.id in self._unread:
                await self._desk.take(line, _key_trouble(frame, raw, now, over=True), caller.peer)
                self._unread.discard(caller.peer.id)
            return await self._taken(frame, caller, raw, now)
        except (NotStored, Unavailable):
            return "not_stored", None

    async def _unreadable(
        self, came: Header, caller: Caller, raw: bytes, now: datetime
    ) -> tuple[str, bytes | None]:
        """It may have been a fire: somebody must know that we can't read that panel. DUH, since no repeat would help."""
        try:
            # whoever has another key has not proved who it is, and must not count as heard
            await self._desk.take(caller.line, _key_trouble(came, raw, now, over=False))
        except NotStored:
            return "not_stored", None
        if caller.peer is not None:
            self._unread.add(caller.peer.id)
        return "undecipherable", building.build_duh(came)

    async def _taken(self, frame: Frame, caller: Caller, raw: bytes, now: datetime) -> tuple[str, bytes]:
        line, peer = caller.line, caller.peer
        try:
            readings = understand(frame, line.conventions.get("codes"))
        except Unsupported:
            return "unsupported", building.build_duh(frame)
        in_clear = peer is not None and peer.key is not None and not frame.encrypted
        told = [one for one in readings if one.meaning in MEANS]
        if not told:
            # anybody could keep a cut line alive with signs of life in clear
            if peer is None or in_clear:
                return "unknown_heartbeat" if peer is None else "clear_heartbeat", building.build_duh(frame)
            await self._desk.heard.kept(peer.id)
            return "heartbeat", _ack(frame, peer, now)
        outcome = await self._store(frame, told, caller, raw, now, in_clear=in_clear)
        if peer is None and line.conventions.get("unknown") == "duh":
            return "unknown", building.build_duh(frame)
        return outcome, _ack(frame, peer, now)

    async def _store(
        self,
        frame: Frame,
        told: Sequence[Reading],
        caller: Caller,
        raw: bytes,
        now: datetime,
        *,
        in_clear: bool,
    ) -> str:
        """All that the frame tells, each a signal of its own. Raises NotStored."""
        extended = read_extended(frame.extended)
        # whoever calls in clear where it should not has not proved who it is, and must not count as heard
        peer = None if in_clear else caller.peer
        said = [
            _said(frame, reading, nth, extended, raw, now, in_clear=in_clear)
            for nth, reading in enumerate(told)
        ]
        receipts = await asyncio.gather(
            *(self._desk.take(caller.line, one, peer) for one in said), return_exceptions=True
        )
        for one in receipts:
            if isinstance(one, BaseException):
                raise one
        return "stored" if any(getattr(one, "result", "") == "stored" for one in receipts) else "repeated"


def _opened(came: Frame | EncryptedFrame, peer: Peer | None) -> Frame:
    """Its content. Raises BadKey where we have none, Undecipherable and BadTimestamp."""
    if isinstance(came, Frame):
        return came
    if peer is None or peer.key is None:
        raise BadKey("no key for the account")
    return decrypt(came, peer.key)


def _ack(frame: Frame, peer: Peer | None, now: datetime) -> bytes:
    if frame.encrypted and peer is not None and peer.key is not None:
        return building.build_encrypted_ack(frame, key=peer.key, now=now)
    return building.build_ack(frame)


def _said(
    frame: Frame,
    reading: Reading,
    nth: int,
    extended: ExtendedData,
    raw: bytes,
    now: datetime,
    *,
    in_clear: bool,
) -> Said:
    texts = [reading.text, extended.text, UNENCRYPTED if in_clear else ""]
    data: dict[str, Any] = {"code": reading.code, "sequence": frame.sequence}
    if extended.verification:
        data["verification"] = extended.verification
    if extended.longitude is not None:
        data["position"] = [extended.longitude, extended.latitude]
    return Said(
        identity=_identity(frame, nth),
        timed=frame.timestamp is not None,
        account=frame.account,
        kind=reading.kind,
        priority=reading.priority,
        occurred_at=_occurred(extended, frame, now),
        raw=raw.decode("latin-1") if not frame.encrypted else _content(frame),
        meaning=MEANS[reading.meaning],
        trouble=reading.trouble,
        place=extended.place,
        text=" · ".join(one for one in texts if one),
        data=data,
    )


def _key_trouble(came: Header, raw: bytes, now: datetime, *, over: bool) -> Said:
    """That a panel's encryption can't be opened, or can again. An unknown account's goes to its one open item."""
    return Said(
        identity=b"key|%b|%d" % (_identity(came, 0), over),
        account=came.account,
        kind="transmitter_fault",
        priority=UNREADABLE_PRIORITY,
        occurred_at=now,
        raw=raw.decode("latin-1"),
        meaning=Stored.RESTORE if over else Stored.TROUBLE,
        trouble="key",
        text="Krypteringen går att läsa igen" if over else UNREADABLE,
    )


def _identity(frame: Header, nth: int) -> bytes:
    """Account, sequence, check sum and time: alike in a frame and its repetition. ``nth``: which event of the frame."""
    at = frame.timestamp if isinstance(frame, Frame) else None
    return f"{frame.account}|{frame.sequence}|{frame.crc}|{at.isoformat() if at else ''}|{nth}".encode()


def _occurred(extended: ExtendedData, frame: Frame, now: datetime) -> datetime:
    """When it happened, as the panel says, unless that is still to come."""
    said = extended.occurred_at or frame.timestamp
    return said if said is not None and said <= now else now


def _content(frame: Frame) -> str:
    """What was sent encrypted, in clear: it is kept with its owner."""
    blocks = "".join(f"[{letter}{text}]" for letter, text in frame.extended)
    return f'"{frame.id}"{frame.sequence}#{frame.account}[{frame.data}]{blocks}'
