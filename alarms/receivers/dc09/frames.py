"""One DC-09 frame, from LF to CR: read strictly where it is counted and checked, liberally in what it says.

LF CRC 0LLL "id" sequence [Rreceiver] [Lline] #account [data] [xdata]… [_timestamp] CR. The sequence, receiver, line and
account are kept as they were sent, character by character: a panel compares the echo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from alarms.receivers.dc09.cipher import unseal
from alarms.receivers.dc09.crc import crc_text
from alarms.receivers.dc09.errors import BadCrc, BadLength, BadTimestamp, Malformed, Undecipherable
from alarms.receivers.dc09.timestamps import SHAPE, read_time

LF, CR = b"\n", b"\r"
NULL, EXTENDED_NULL, SIA_DCS, ADM_CID = "NULL", "XNM", "SIA-DCS", "ADM-CID"
ACK, NAK, DUH = "ACK", "NAK", "DUH"
#: What the length field can tell of, with LF, CRC, length and CR around it: 4105 bytes.
MAX_BODY = 0xFFF
MAX_FRAME = 1 + 8 + MAX_BODY + 1
BODY_AT = 9
#: Panels are met that leave out L or its digits; A0 instead of an account stands in a NAK.
_HEADER = re.compile(
    rb'"(?P<star>\*?)(?P<id>[A-Za-z0-9][A-Za-z0-9-]{0,15})"(?P<sequence>[0-9]{4})'
    rb"(?:R(?P<receiver>[0-9A-Fa-f]{1,6}))?(?:L(?P<line>[0-9A-Fa-f]{0,6}))?"
    rb"(?:#(?P<account>[0-9A-Fa-f]{1,16})|A0)\["
)
#: Nothing, or the timestamp: there are recorded frames that count and check only what stands before it.
_UNCOUNTED = re.compile(rb"(?:_[0-9:,-]{19})?")
_CHECKED = re.compile(rb"\n([0-9A-F]{4})(0[0-9A-F]{3})(?=\")")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands in clear in every frame.

    ``receiver`` is "" when there is no R; ``line`` is None when there is no L, "" when it has no digits. Only a NAK's
    ``account`` is "". ``crc`` tells two messages of one sequence number apart and has no part in equality.
    """

    id: str
    sequence: str
    receiver: str = ""
    line: str | None = "0"
    account: str
    crc: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(Header):
    """A frame whose content is known. ``extended`` is (letter, text) in the order sent; ``timestamp`` is aware UTC."""

    data: str = ""
    extended: tuple[tuple[str, str], ...] = ()
    timestamp: datetime | None = None
    encrypted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedFrame(Header):
    """A frame to be opened with the account's key."""

    ciphertext: bytes


def parse(raw: bytes) -> Frame | EncryptedFrame:
    """Read one frame, LF to CR.

    Raises Malformed, BadLength and BadCrc (met with silence) and BadTimestamp (met with a NAK). The hex digits of the CRC
    are upper case: pysiaalarm, which every brand has been tried on, takes no others.
    """
    checked = _CHECKED.match(raw)
    if checked is None or not raw.endswith(CR):
        raise Malformed("no LF, CRC, length and CR around a frame")
    body = raw[BODY_AT:-1]
    counted = body[: int(checked[2], 16)]
    if len(counted) != int(checked[2], 16) or not _UNCOUNTED.fullmatch(body, len(counted)):
        raise BadLength(f"{len(body)} bytes")
    if checked[1].decode() != crc_text(counted):
        raise BadCrc(crc_text(counted))
    header = _HEADER.match(body)
    if header is None:
        raise Malformed("header")
    name = header["id"].decode()
    if header["account"] is None and name != NAK:
        raise Malformed("no account")
    known = Header(
        id=name,
        sequence=header["sequence"].decode(),
        receiver=(header["receiver"] or b"").decode(),
        line=None if header["line"] is None else header["line"].decode(),
        account=(header["account"] or b"").decode(),
        crc=checked[1].decode(),
    )
    content = body[header.end() :]
    return (
        _with_ciphertext(known, content) if header["star"] else _with_content(known, content, encrypted=False)
    )


def decrypt(frame: EncryptedFrame, key: bytes) -> Frame:
    """Open a frame. Raises BadKey, Undecipherable (another key, most likely) and BadTimestamp."""
    content = unseal(frame.ciphertext, key=key)
    if SHAPE.fullmatch(_text(content.rpartition(b"_")[2])) is None:
        raise Undecipherable("no timestamp")
    try:
        return _with_content(frame, content, encrypted=True)
    except Malformed as error:
        raise Undecipherable(str(error)) from None


def _with_ciphertext(known: Header, content: bytes) -> EncryptedFrame:
    try:
        ciphertext = bytes.fromhex(content.decode("ascii"))
    except ValueError:
        raise Malformed("encrypted content is hex digits") from None
    return EncryptedFrame(**_header(known), ciphertext=ciphertext)


def _with_content(known: Header, content: bytes, *, encrypted: bool) -> Frame:
    """From the end backwards: a text with brackets in it is no reason to refuse an alarm."""
    inside, bracket, stamp = content.rpartition(b"]")
    if not bracket or (stamp and not stamp.startswith(b"_")):
        raise Malformed("content")
    extended: list[tuple[str, str]] = []
    while (cut := inside.rfind(b"][")) >= 0 and b"]" not in inside[cut + 2 :]:
        block = _text(inside[cut + 2 :])
        extended.append((block[:1], block[1:]))
        inside = inside[:cut]
    timestamp = read_time(_text(stamp[1:])) if stamp else None
    if stamp and timestamp is None:
        raise BadTimestamp(_text(stamp[1:])[:32])
    return Frame(
        **_header(known),
        data=_text(inside),
        extended=tuple(reversed(extended)),
        timestamp=timestamp,
        encrypted=encrypted,
    )


def _header(known: Header) -> dict[str, str]:
    return {name: getattr(known, name) for name in Header.__slots__}


def _text(raw: bytes) -> str:
    """UTF-8 as the newer editions have it, else what a panel of the West wrote before."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
