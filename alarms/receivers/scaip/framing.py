"""SIP on a stream (RFC 3261 18.3, RFC 5626 3.5.1): messages cut out by Content-Length, keep-alives between them. Pure."""

from __future__ import annotations

from dataclasses import replace

from alarms.receivers.scaip import sip
from alarms.receivers.scaip.sip import SipMessage


class Lost(Exception):
    """Nobody can tell where the next message begins: the connection must close, after ``status`` if it can be told."""

    def __init__(self, status: int, message: SipMessage | None) -> None:
        super().__init__(status)
        self.status, self.message = status, message


class Ping:
    """CRLF CRLF between messages: answered with CRLF."""


class Framer:
    """Takes bytes as they come, gives messages as they are complete."""

    def __init__(self, *, max_bytes: int) -> None:
        self._max = max_bytes
        self._data = bytearray()
        self._head: SipMessage | None = None
        self._length = 0
        self._searched = 0

    @property
    def begun(self) -> bool:
        """A message has begun that isn't complete."""
        return self._head is not None or bool(self._data.strip(b"\r\n\0 "))

    def feed(self, data: bytes) -> None:
        """More bytes."""
        self._data += data

    def next(self) -> SipMessage | Ping | None:
        """The next complete message or ping, None when more is needed. Raises Lost."""
        if self._head is None:
            if self._skip_between():
                return Ping()
            if not self._take_head():
                return None
        assert self._head is not None
        if len(self._data) < self._length:
            return None
        whole = replace(self._head, body=bytes(self._data[: self._length]))
        del self._data[: self._length]
        self._head = None
        return whole

    def _skip_between(self) -> bool:
        """Drop what may stand between messages; whether it was a ping."""
        if self._searched:
            return False
        if self._data.startswith(b"\r\n\r\n"):
            del self._data[:4]
            return True
        if self._data == b"\r\n" or self._data == b"\r\n\r" or self._data == b"\r":
            return False  # may become a ping
        stripped = len(self._data) - len(self._data.lstrip(b"\r\n\0 "))
        del self._data[:stripped]
        return False

    def _take_head(self) -> bool:
        cut = sip.split_head(bytes(self._data[: sip.MAX_HEAD + 4]), max(0, self._searched - 3))
        if cut is None:
            if len(self._data) > sip.MAX_HEAD:
                raise Lost(0, None)
            self._searched = len(self._data) if self._data.strip(b"\r\n\0 ") else 0
            return False
        message: SipMessage | None = None
        try:
            message = sip.parse_head(bytes(self._data[: cut[0]]))
            length = sip.content_length(message)
        except sip.NotSip:
            raise Lost(400, message) from None
        if length is None:
            raise Lost(400, message)
        if length > self._max:
            raise Lost(413, message)
        del self._data[: cut[1]]
        self._head, self._length, self._searched = message, length, 0
        return True
