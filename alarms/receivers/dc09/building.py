"""Frames to send: the three answers of a receiver, and the messages of a panel (a probe is one)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from alarms.receivers.dc09.cipher import Pad, random_pad, seal
from alarms.receivers.dc09.crc import crc_text
from alarms.receivers.dc09.errors import Unbuildable
from alarms.receivers.dc09.frames import (
    ACK,
    ADM_CID,
    CR,
    DUH,
    LF,
    MAX_BODY,
    NAK,
    NULL,
    SIA_DCS,
    Frame,
    Header,
)
from alarms.receivers.dc09.timestamps import write_time

_FIELDS = {
    "id": re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,15}"),
    "sequence": re.compile(r"[0-9]{4}"),
    "receiver": re.compile(r"[0-9A-Fa-f]{0,6}"),
    "line": re.compile(r"[0-9A-Fa-f]{0,6}"),
    "account": re.compile(r"[0-9A-Fa-f]{1,16}"),
}
_SPECIAL = re.compile(r"[\[\]\r\n]")

Extended = Sequence[tuple[str, str]]


def build(frame: Frame) -> bytes:
    """The frame in clear, whatever ``frame.encrypted`` says. Raises Unbuildable."""
    return _enclose(_head(frame, star="") + _content(frame))


def build_encrypted(frame: Frame, *, key: bytes, pad: Pad = random_pad) -> bytes:
    """The frame encrypted; it must have a timestamp. Raises Unbuildable and BadKey."""
    if frame.timestamp is None:
        raise Unbuildable("encrypted without a timestamp")
    sealed = seal(_content(frame), key=key, pad=pad)
    return _enclose(_head(frame, star="*") + sealed.hex().upper().encode())


def build_ack(request: Header) -> bytes:
    """Received and stored: an echo of sequence, receiver, line and account."""
    return build(_answer(request, ACK))


def build_encrypted_ack(request: Header, *, key: bytes, now: datetime, pad: Pad = random_pad) -> bytes:
    """The same to an encrypted request, with our time in it."""
    return build_encrypted(_answer(request, ACK, timestamp=now), key=key, pad=pad)


def build_duh(request: Header) -> bytes:
    """A valid frame that this receiver can do nothing with: the panel needn't send it again. Never encrypted."""
    return build(_answer(request, DUH))


def build_nak(now: datetime) -> bytes:
    """Outside the window: the panel sets its clock by ``now``. Never encrypted, echoes nothing."""
    return build(Frame(id=NAK, sequence="0000", receiver="0", line="0", account="", timestamp=now))


def null(*, account: str, sequence: str = "0000", at: datetime | None = None) -> Frame:
    """A supervision message."""
    return Frame(id=NULL, sequence=sequence, account=account, timestamp=at)


def sia_dcs(
    *, account: str, sequence: str, event: str, at: datetime | None = None, extended: Extended = ()
) -> Frame:
    """A SIA message. ``event`` is what follows the account in its data: "Nri1/FA001"."""
    data = f"#{account}|{event}"
    return Frame(
        id=SIA_DCS, sequence=sequence, account=account, data=data, timestamp=at, extended=tuple(extended)
    )


def adm_cid(
    *,
    account: str,
    sequence: str,
    code: str,
    qualifier: str = "1",
    area: str = "00",
    zone: str = "000",
    at: datetime | None = None,
    extended: Extended = (),
) -> Frame:
    """A Contact-ID message. ``qualifier`` 1 new, 3 restored, 6 told before; ``zone`` is the user in codes about users."""
    data = f"#{account}|{qualifier}{code} {area} {zone}"
    return Frame(
        id=ADM_CID, sequence=sequence, account=account, data=data, timestamp=at, extended=tuple(extended)
    )


def _answer(request: Header, name: str, timestamp: datetime | None = None) -> Frame:
    return Frame(
        id=name,
        sequence=request.sequence,
        receiver=request.receiver,
        line=request.line,
        account=request.account,
        timestamp=timestamp,
    )


def _head(frame: Frame, *, star: str) -> bytes:
    for name, shape in _FIELDS.items():
        value = getattr(frame, name)
        absent = (name == "line" and value is None) or (name == "account" and frame.id == NAK and not value)
        if not absent and shape.fullmatch(value) is None:
            raise Unbuildable(name)
    receiver = f"R{frame.receiver}" if frame.receiver else ""
    line = "" if frame.line is None else f"L{frame.line}"
    account = f"#{frame.account}" if frame.account else "A0"
    return f'"{star}{frame.id}"{frame.sequence}{receiver}{line}{account}['.encode()


def _content(frame: Frame) -> bytes:
    blocks = [frame.data, *(letter + text for letter, text in frame.extended)]
    if any(_SPECIAL.search(block) for block in blocks):
        raise Unbuildable("a bracket or line break in a text")
    stamp = "" if frame.timestamp is None else f"_{write_time(frame.timestamp)}"
    return ("][".join(blocks) + "]" + stamp).encode()


def _enclose(body: bytes) -> bytes:
    if len(body) > MAX_BODY:
        raise Unbuildable("too long")
    return LF + f"{crc_text(body)}{len(body):04X}".encode() + body + CR
