"""The two kinds of flow: a UDP peer, and a TCP or TLS connection with its limits on time and size."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from alarms.receivers.scaip.framing import Framer, Lost, Ping
from alarms.receivers.scaip.sip import SipMessage
from alarms.receivers.scaip.transactions import Flow, Limits

DEFAULT_PORT = 5060
ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # to recognise, not to bind


class Taking(Protocol):
    """What an endpoint does with what comes in. Neither method raises."""

    def came(self, message: SipMessage, flow: Flow) -> None: ...
    def unreadable(self, status: int, message: SipMessage | None, flow: Flow) -> None: ...


@dataclass(frozen=True, slots=True)
class UdpFlow:
    """A peer on the endpoint's one UDP socket."""

    udp: asyncio.DatagramTransport
    address: tuple[Any, ...]

    transport_name = "UDP"

    @property
    def peer(self) -> tuple[str, int]:
        return self.address[0], self.address[1]

    @property
    def local(self) -> tuple[str, int]:
        host, port = self.udp.get_extra_info("sockname")[:2]
        return (_facing(self.address) if host in ANYWHERE else host), port

    @property
    def closed(self) -> bool:
        return self.udp.is_closing()

    def send(self, data: bytes) -> None:
        if not self.udp.is_closing():
            self.udp.sendto(data, self.address)


def reply_address(message: SipMessage, address: tuple[Any, ...]) -> tuple[Any, ...]:
    """Where the answer to a datagram goes: never to another host than it came from.

    To its source port when it asks for that (RFC 3581) or when an address translator stands between, else to the port
    of its Via (RFC 3261 18.2.2).
    """
    via = message.via
    if via is None or via.rport or (via.host != address[0] and _numeric(via.host)):
        return address
    return (address[0], via.port or DEFAULT_PORT, *address[2:])


def _facing(address: tuple[Any, ...]) -> str:
    """Which of this machine's addresses a peer sees, where the socket is bound to all of them."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(address)  # sends nothing
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _numeric(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


class Connection(asyncio.Protocol):
    """One TCP or TLS connection, and the flow of what comes on it."""

    def __init__(
        self, taking: Taking, limits: Limits, *, admit: Callable[[Connection], bool], gone: Callable[[Connection], None]
    ) -> None:  # fmt: skip
        self._taking, self._limits = taking, limits
        self._admit, self._gone = admit, gone
        self._framer = Framer(max_bytes=limits.message_bytes)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._pending = 0
        self._paused = False
        self._heard = self._begun = self._ended = False
        self.peer: tuple[str, int] = ("", 0)
        self.local: tuple[str, int] = ("", 0)
        self.transport_name = "TCP"

    @property
    def closed(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        peer, local = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        self.peer, self.local = (peer or ("", 0))[:2], (local or ("", 0))[:2]
        self.transport_name = "TLS" if transport.get_extra_info("ssl_object") else "TCP"
        if not self._admit(self):
            self._transport.close()  # an orderly end, so that its sender tries again later
            return
        self._allow(self._limits.first_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()
        self._transport = None
        self._gone(self)

    def data_received(self, data: bytes) -> None:
        self._framer.feed(data)
        self._drain()

    def eof_received(self) -> bool:
        """The sender has said all, and may still wait for its answers."""
        self._ended = self._pending > 0 and self.transport_name == "TCP"
        return self._ended

    def handled(self) -> None:
        """One of its requests has its answer."""
        self._pending -= 1
        if self._ended and not self._pending:
            self.close()
        if self._paused and self._pending <= self._limits.per_connection // 2:
            self._paused = False
            if self._transport is not None and not self._transport.is_closing():
                self._transport.resume_reading()
            self._loop.call_soon(self._drain)

    def handling(self) -> None:
        """One of its requests is being handled."""
        self._pending += 1

    def send(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > self._limits.unread_bytes:
            self._transport.abort()
            return
        self._transport.write(data)

    def close(self) -> None:
        """Close when what was said has gone out, and in any case soon."""
        if self._transport is not None:
            self._transport.close()
            self._loop.call_later(self._limits.message_seconds, self._transport.abort)

    def _drain(self) -> None:
        while not self.closed and not self._paused:
            try:
                one = self._framer.next()
            except Lost as lost:
                self._taking.unreadable(lost.status, lost.message, self)
                self.close()
                return
            if one is None:
                break
            self._begun = False
            if isinstance(one, Ping):
                self.send(b"\r\n")
            else:
                self._heard = True
                self._taking.came(one, self)
                if self._pending >= self._limits.per_connection:
                    self._pause()
        self._await_more()

    def _pause(self) -> None:
        self._paused = True
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def _await_more(self) -> None:
        """A message that has begun has its time from its first byte; between messages any sign of life counts."""
        begun = self._framer.begun and not self._paused
        if begun and not self._begun:
            self._allow(self._limits.message_seconds)
        elif not begun and self._heard:
            self._allow(self._limits.idle_seconds)
        self._begun = begun

    def _allow(self, seconds: float) -> None:
        self._deadline = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > self._deadline:
            if self._timer:
                self._timer.cancel()
            self._timer = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if self.closed:
            return
        if self._loop.time() >= self._deadline and not self._pending:
            assert self._transport is not None
            self._transport.abort()
        else:
            self._timer = self._loop.call_at(max(self._deadline, self._loop.time() + 1.0), self._look)
