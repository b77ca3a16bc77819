"""Cheap protocols for the load program: they share two cores with what they measure, so they do the least possible."""

from __future__ import annotations

import asyncio
import base64
import os
import time
from typing import Any

AREA = b'"area":"'


class Board:
    """What all consoles of a run have seen. ``sent[n]`` is when the alarm of transmitter n was posted (ns)."""

    def __init__(self, transmitters: int) -> None:
        self.sent = [0] * transmitters
        self.last_seen = [0] * transmitters
        self.latencies: list[int] = []


class Console(asyncio.Protocol):
    """A console without a screen: counts rows by their area (the number of the transmitter) and acknowledges."""

    def __init__(
        self, board: Board, host: str, cookie: str, after: int | None = None, keep: bool = False
    ) -> None:
        self.board, self.host, self.cookie, self.after = board, host, cookie, after
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.kept: list[bytes] | None = [] if keep else None
        self.rows = 0
        self.close_code: int | None = None
        self.last_frame = b""
        self.is_open = False
        self._rest = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        asked = "" if self.after is None else f"?after={self.after}"
        transport.write(
            f"GET /ws/console{asked} HTTP/1.1\r\nHost: {self.host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://{self.host}\r\nCookie: {self.cookie}\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        self.close_code = self.close_code or 1006
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("förbindelsen bröts"))

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self.is_open:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._rest = data
                return
            if b" 101 " not in data[:20]:
                self.ready.set_exception(ConnectionError(data[:200].decode("latin-1")))
                return
            self.is_open = True
            self.ready.set_result(None)
            data = data[end + 4 :]
        now, at, size = time.perf_counter_ns(), 0, len(data)
        while size - at >= 2:
            length, head = data[at + 1] & 127, 2
            if length == 126:
                length, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif length == 127:
                length, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
            if size - at < head + length:
                break
            kind = data[at] & 15
            payload = data[at + head : at + head + length]
            if kind == 1:
                self._frame(payload, now)
            elif kind == 8:
                self.close_code = int.from_bytes(payload[:2], "big") if payload else 1005
            elif kind == 9:
                self._write(0x8A, payload)
            at += head + length
        self._rest = data[at:]

    def _frame(self, frame: bytes, now: int) -> None:
        self.last_frame = frame
        if self.kept is not None:
            self.kept.append(frame)
        board = self.board
        sent, seen, latencies = board.sent, board.last_seen, board.latencies
        at = frame.find(AREA)
        while at >= 0:
            end = frame.find(b'"', at + 8)
            number = int(frame[at + 8 : end])
            latencies.append(now - sent[number])
            seen[number] = now
            self.rows += 1
            at = frame.find(AREA, end)

    def last_id(self) -> int:
        """The number of the last event of the last frame (0 before the first)."""
        at = self.last_frame.rfind(b',"type":"')
        return int(self.last_frame[self.last_frame.rfind(b":", 0, at) + 1 : at]) if at > 0 else 0

    def acknowledge(self) -> None:
        if self.is_open and self.close_code is None:
            self._write(0x81, b'{"ack":%d}' % self.last_id())

    def _write(self, first: int, payload: bytes) -> None:
        self.transport.write(bytes((first, 0x80 | len(payload), 0, 0, 0, 0)) + payload)


class Poster(asyncio.Protocol):
    """One connection that is kept; one POST at a time."""

    def __init__(self) -> None:
        self._rest = b""
        self._answer: asyncio.Future[int] | None = None
        self.closed = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self.closed = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(0)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        head_end = data.find(b"\r\n\r\n")
        if head_end < 0:
            self._rest = data
            return
        head = data[:head_end].lower()
        at = head.find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            complete = len(data) >= head_end + 4 + length
        else:
            complete = b"chunked" not in head or data.endswith(b"0\r\n\r\n")
        if not complete:
            self._rest = data
            return
        self._rest = b""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(int(data[9:12]))

    def post(self, request: bytes) -> asyncio.Future[int]:
        """The status of the answer, 0 when the connection broke."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer
