"""SIP messages (RFC 3261) as read and written by a MESSAGE endpoint: pure, and forgiving where that is harmless.

What is answered with is echoed as it came: Via, From, To, Call-ID and CSeq are never taken apart and put together
again, since a transmitter compares them byte by byte. Bytes that aren't UTF-8 survive the echo.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

MAX_HEAD = 16 * 1024
MAX_HEADERS = 200
PHRASES = {
    200: "OK", 202: "Accepted", 400: "Bad Request", 405: "Method Not Allowed", 413: "Request Entity Too Large",
    415: "Unsupported Media Type", 420: "Bad Extension", 481: "Call/Transaction Does Not Exist",
    500: "Server Internal Error", 503: "Service Unavailable", 505: "Version Not Supported",
}  # fmt: skip
COMPACT = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "c": "content-type", "l": "content-length", "m": "contact",
    "e": "content-encoding", "k": "supported", "s": "subject",
}  # fmt: skip
_REQUEST = re.compile(r"([A-Za-z0-9.!%*_+`'~-]{1,32}) +(\S{1,1024}) +SIP/(\d\.\d) *", re.IGNORECASE)
_STATUS = re.compile(r"SIP/2\.0 +([1-6]\d\d)(?: (.*))?", re.IGNORECASE)
_VIA = re.compile(
    r"\s*SIP\s*/\s*2\.0\s*/\s*(?P<transport>\w{1,8})\s+(?P<host>\[[^\]\s]{1,64}\]|[^\s;,:\[\]]{1,255})"
    r"\s*(?::\s*(?P<port>[0-9]{1,5}))?\s*(?P<rest>;.*)?",
    re.IGNORECASE | re.DOTALL,
)
_RPORT = re.compile(r";\s*rport\s*(=\s*[0-9]*\s*)?(?=;|$)", re.IGNORECASE)
_RECEIVED = re.compile(r";\s*received\s*=[^;]*", re.IGNORECASE)
_BRANCH = re.compile(r";\s*branch\s*=\s*([^;\s]+)", re.IGNORECASE)
_TAG = re.compile(r";\s*tag\s*=\s*([^;\s]+)", re.IGNORECASE)
_CSEQ = re.compile(r"([0-9]{1,10})\s+([^\s]{1,32})")
_URI = re.compile(r"<((?:sips?|tel):[^<>\s]{1,512})>|^\s*((?:sips?|tel):[^<>\s;,]{1,512})", re.IGNORECASE)


class NotSip(ValueError):
    """Nothing that could be answered: no start line or no head at all."""


@dataclass(frozen=True, slots=True)
class Via:
    """The topmost Via: where the answer goes, and the transaction's branch."""

    transport: str
    host: str
    port: int | None
    branch: str
    rport: bool


@dataclass(frozen=True, slots=True)
class SipMessage:
    """A request (``method``, ``uri``) or a response (``status``). Header names in lower case and long form."""

    method: str
    uri: str
    status: int
    phrase: str
    version: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def first(self, name: str) -> str:
        """The first value of that header, empty when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of that header, in order."""
        return [value for key, value in self.headers if key == name]

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters."""
        return self.first("content-type").partition(";")[0].strip().lower()

    @property
    def cseq(self) -> tuple[int, str] | None:
        """Number and method, None when unreadable."""
        found = _CSEQ.fullmatch(self.first("cseq"))
        return (int(found[1]), found[2].upper()) if found else None

    @property
    def via(self) -> Via | None:
        """The topmost Via, None when unreadable."""
        found = _VIA.fullmatch(_topmost(self.first("via")))
        if not found:
            return None
        rest, port = found["rest"] or "", int(found["port"]) if found["port"] else None
        if port is not None and not 0 < port < 65536:
            return None
        branch = _BRANCH.search(rest)
        return Via(
            transport=found["transport"].upper(),
            host=found["host"].strip("[]").lower(),
            port=port,
            branch=branch[1] if branch else "",
            rport=bool(_RPORT.search(rest)),
        )


def parse_head(head: bytes) -> SipMessage:
    """A message from its start line and headers, without a body. Raises NotSip."""
    if len(head) > MAX_HEAD:
        raise NotSip("head too long")
    text = head.decode("utf-8", "surrogateescape").strip("\r\n")
    lines = re.sub(r"\r?\n[ \t]+", " ", text).replace("\r\n", "\n").replace("\r", " ").split("\n")
    if len(lines) > MAX_HEADERS:
        raise NotSip("too many headers")
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        key = name.strip().lower()
        if colon and key:
            headers.append((COMPACT.get(key, key), value.strip()))
    if answer := _STATUS.fullmatch(lines[0]):
        return SipMessage("", "", int(answer[1]), answer[2] or "", "2.0", tuple(headers))
    if asked := _REQUEST.fullmatch(lines[0]):
        return SipMessage(asked[1].upper(), asked[2], 0, "", asked[3], tuple(headers))
    raise NotSip("no start line")


def split_head(data: bytes, start: int = 0) -> tuple[int, int] | None:
    """(end of the head, start of the body), the empty line being CRLF CRLF or, from careless senders, LF LF."""
    ends = [(at, at + len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := data.find(mark, start)) >= 0]
    return min(ends) if ends else None


def content_length(message: SipMessage) -> int | None:
    """The declared length in bytes, None when there is none. Raises NotSip on nonsense or two that differ."""
    said = set(message.all("content-length"))
    if not said:
        return None
    value = said.pop()
    if said or not re.fullmatch(r"[0-9]{1,9}", value):
        raise NotSip("content length")
    return int(value)


def parse_datagram(data: bytes) -> SipMessage:
    """A whole message. Raises NotSip, also when the body is shorter than it says; what follows the body is dropped."""
    data = data.lstrip(b"\r\n\0 ")
    cut = split_head(data[: MAX_HEAD + 4])
    head, body = (data, b"") if cut is None else (data[: cut[0]], data[cut[1] :])
    message = parse_head(head)
    length = content_length(message)
    if length is not None and length > len(body):
        raise NotSip("body cut off")
    return replace(message, body=body if length is None else body[:length])


def received_from(message: SipMessage, host: str, port: int) -> SipMessage:
    """The message with ``received`` and ``rport`` noted in its topmost Via (RFC 3261 18.2.1, RFC 3581)."""
    via = message.via
    if via is None or (via.host == host and not via.rport):
        return message
    headers = list(message.headers)
    at = next(index for index, (name, _) in enumerate(headers) if name == "via")
    top = _topmost(headers[at][1])
    rest = headers[at][1][len(top) :]
    noted = _RECEIVED.sub("", top)
    noted = _RPORT.sub(f";rport={port}", noted, count=1) if via.rport else noted
    headers[at] = ("via", f"{noted.rstrip()};received={host}{rest}")
    return replace(message, headers=tuple(headers))


def transaction_key(message: SipMessage) -> tuple[object, ...]:
    """What a retransmission has in common with its first, and nothing else has.

    The body belongs to it: a transmitter with a constant branch and Call-ID must not have its second alarm taken
    for a repetition of the first (RFC 3261 17.2.3 trusts the branch alone).
    """
    via = message.via
    return (
        via and (via.branch, via.host, via.port), message.first("call-id"), message.cseq, tag(message.first("from")),
        message.method, hashlib.blake2b(message.body, digest_size=16).digest(),
    )  # fmt: skip


def respond(
    request: SipMessage, status: int, *, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
) -> bytes:
    """The response's bytes, with a tag in To."""
    lines = [f"SIP/2.0 {status} {PHRASES[status]}"]
    lines += [f"Via: {value}" for value in request.all("via")]
    for name, shown in (("from", "From"), ("to", "To"), ("call-id", "Call-ID"), ("cseq", "CSeq")):
        if value := request.first(name):
            tagged = name == "to" and not tag(value)
            lines.append(f"{shown}: {value}{';tag=' + secrets.token_hex(6) if tagged else ''}")
    return _written(lines, headers, body)


def ask(
    method: str, uri: str, *, via: str, sender: str, to: str, call_id: str, number: int,
    headers: Iterable[tuple[str, str]] = (), body: bytes = b"",
) -> bytes:  # fmt: skip
    """A request's bytes. ``via``, ``sender`` and ``to`` are whole header values."""
    lines = [
        f"{method} {uri} SIP/2.0", f"Via: {via}", "Max-Forwards: 70", f"From: {sender}", f"To: {to}",
        f"Call-ID: {call_id}", f"CSeq: {number} {method}",
    ]  # fmt: skip
    return _written(lines, headers, body)


def new_branch() -> str:
    """A branch that no other transaction has (RFC 3261 8.1.1.7)."""
    return "z9hG4bK" + secrets.token_hex(12)


def tag(address: str) -> str:
    """The tag of a From or To, empty when there is none."""
    found = _TAG.search(address.rpartition(">")[2] if ">" in address else address)
    return found[1] if found else ""


def uri_of(address: str) -> str:
    """The URI in a From, To or Contact, empty when there is none."""
    found = _URI.search(address)
    return (found[1] or found[2]) if found else ""


def _topmost(value: str) -> str:
    """The first of several Vias on one line."""
    quoted = False
    for at, one in enumerate(value):
        if one == '"':
            quoted = not quoted
        elif one == "," and not quoted:
            return value[:at]
    return value


def _written(lines: list[str], headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    lines += [f"{name}: {value}" for name, value in headers]
    lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body
