"""A SIP endpoint on asyncio: UDP and TCP on one port, TLS on another where there are certificates.

Nothing that comes in raises out of it. What cannot be answered (no readable Via) gets silence on UDP and a closed
connection on TCP; so nobody's address is answered that didn't ask.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from typing import Any

from alarms.receivers.admission import Admission
from alarms.receivers.scaip import sip
from alarms.receivers.scaip.answering import Answering, OnRequest
from alarms.receivers.scaip.flows import Connection, UdpFlow, reply_address
from alarms.receivers.scaip.sip import SipMessage
from alarms.receivers.scaip.transactions import Asking, Flow, Limits

RECEIVE_BUFFER = 4 * 1024 * 1024  # bytes: some thousand datagrams may come while the loop is busy


class Endpoint(asyncio.DatagramProtocol):
    """One end: answers requests by ``on_request``, each once, and asks its own. Belongs to one event loop."""

    def __init__(self, *, on_request: OnRequest, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.counts: Counter[str] = Counter()
        self._loop = asyncio.get_running_loop()
        self._answering = Answering(on_request=on_request, limits=self.limits, counts=self.counts)
        self._asking = Asking(self.limits)
        self._connections: set[Connection] = set()
        self._admission = Admission(
            "scaip", connections=self.limits.connections, per_address=self.limits.per_address,
            counts=self.counts, clock=self._loop.time,
        )  # fmt: skip
        self._udp: asyncio.DatagramTransport | None = None
        self._servers: list[asyncio.Server] = []
        self.port = self.tls_port = 0

    @property
    def connections(self) -> int:
        """How many are open now, TCP and TLS together."""
        return len(self._connections)

    async def listen(
        self, *, host: str, port: int, tls: ssl.SSLContext | None = None, tls_port: int = 0
    ) -> None:
        """Open the ports; port 0 takes a free one, the same for UDP and TCP. Raises OSError."""
        for attempt in range(10):
            server = await self._loop.create_server(self._connection, host, port, backlog=512)
            chosen = server.sockets[0].getsockname()[1]
            try:
                await self.open_udp(host=host, port=chosen)
            except OSError:
                server.close()
                if port or attempt == 9:
                    raise
                continue
            self._servers.append(server)
            self.port = chosen
            break
        if tls is not None:
            secure = await self._loop.create_server(
                self._connection, host, tls_port, ssl=tls, ssl_handshake_timeout=10.0, backlog=512
            )
            self._servers.append(secure)
            self.tls_port = secure.sockets[0].getsockname()[1]

    async def open_udp(self, *, host: str, port: int = 0) -> None:
        """The UDP socket alone."""
        self._udp, _ = await self._loop.create_datagram_endpoint(lambda: self, (host, port))
        raw = self._udp.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self.port = raw.getsockname()[1]

    async def connect(self, *, host: str, port: int, tls: ssl.SSLContext | None = None) -> Connection:
        """A connection out, on which requests may come back. Raises OSError."""
        name = host if tls else None
        _, connection = await self._loop.create_connection(
            self._connection, host, port, ssl=tls, server_hostname=name
        )
        return connection

    def udp_flow(self, host: str, port: int) -> UdpFlow:
        """The way to a peer over UDP; ``host`` is numeric."""
        assert self._udp is not None
        return UdpFlow(self._udp, (host, port))

    async def ask(
        self, flow: Flow, *, uri: str, sender: str, to: str, call_id: str, number: int = 1,
        headers: tuple[tuple[str, str], ...] = (), body: bytes = b"", method: str = "MESSAGE",
        seconds: float | None = None,
    ) -> SipMessage:  # fmt: skip
        """The final response to a request of ours. Raises NoAnswer."""
        branch, (host, port) = sip.new_branch(), flow.local
        shown = f"[{host}]" if ":" in host else host
        data = sip.ask(
            method, uri, via=f"SIP/2.0/{flow.transport_name} {shown}:{port};branch={branch};rport",
            sender=sender, to=to, call_id=call_id, number=number, headers=headers, body=body,
        )  # fmt: skip
        patience = self.limits.answer_seconds if seconds is None else seconds
        return await self._asking.ask(flow, data, branch=branch, method=method, seconds=patience)

    async def close(self) -> None:
        """Stop listening, end what is under way, close all connections."""
        for server in self._servers:
            server.close()
        await self._answering.close()
        for connection in list(self._connections):
            connection.close()
        if self._udp is not None:
            self._udp.close()
        await asyncio.sleep(0)

    # What comes in

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self.counts["datagrams"] += 1
        if self._udp is None or not data.strip(b"\r\n\0 "):
            return  # a keep-alive
        try:
            message = sip.parse_datagram(data)
        except sip.NotSip:
            self.counts["unreadable"] += 1
            self._refuse_datagram(data, addr)
            return
        noted = sip.received_from(message, addr[0], addr[1]) if message.method else message
        self.came(noted, UdpFlow(self._udp, reply_address(message, addr)))

    def _refuse_datagram(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """400 for a request whose head can be read though its length can't be right; else silence."""
        cut = sip.split_head(data[: sip.MAX_HEAD + 4])
        if cut is None or self._udp is None:
            return
        try:
            message = sip.parse_head(data[: cut[0]].lstrip(b"\r\n\0 "))
        except sip.NotSip:
            return
        self.unreadable(400, message, UdpFlow(self._udp, reply_address(message, addr)))

    def error_received(self, exc: Exception) -> None:
        self.counts["udp_errors"] += 1  # a peer's port is closed: its retransmission or the deadline tells

    def came(self, message: SipMessage, flow: Flow) -> None:
        """A whole message."""
        if message.status:
            self._asking.came(message)
        elif message.via is None:
            self.unreadable(0, message, flow)
        elif message.method != "ACK":
            is_stream = isinstance(flow, Connection)
            self._answering.came(sip.received_from(message, *flow.peer) if is_stream else message, flow)

    def unreadable(self, status: int, message: SipMessage | None, flow: Flow) -> None:
        """Something that isn't SIP as we know it: ``status`` is said where there is a way to say it."""
        self.counts["unreadable"] += 1
        if status and message is not None and message.method not in {"", "ACK"} and message.via is not None:
            flow.send(sip.respond(message, status))

    # Connections

    def _connection(self) -> Connection:
        return Connection(self, self.limits, admit=self._admit, gone=self._gone)

    def _admit(self, connection: Connection) -> bool:
        if not self._admission.admits(connection.peer[0]):
            return False
        self._connections.add(connection)
        return True

    def _gone(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.discard(connection)
            self._admission.left(connection.peer[0])
