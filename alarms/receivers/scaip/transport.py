"""A SIP endpoint on asyncio: UDP and TCP on one port, TLS on another where there are certificates.

Nothing that comes in raises out of it. What cannot be answered (no readable Via) gets silence on UDP and a closed
connection on TCP; so nobody's address is answered that didn't ask.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from alarms.receivers.scaip import screening, sip
from alarms.receivers.scaip.flows import Connection, UdpFlow, reply_address
from alarms.receivers.scaip.sip import SipMessage
from alarms.receivers.scaip.transactions import Asking, Flow, Limits, NoAnswer, Served, Serving

log = structlog.get_logger(__name__)
RECEIVE_BUFFER = 4 * 1024 * 1024  # bytes: some thousand datagrams may come while the loop is busy


@dataclass(frozen=True, slots=True)
class Reply:
    """The final response to a request, and what is done after it, on the flow on which the request came last."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    after: Callable[[Flow], Awaitable[None]] | None = None


type OnRequest = Callable[[SipMessage, Flow], Awaitable[Reply]]


class Endpoint(asyncio.DatagramProtocol):
    """One end: answers requests by ``on_request``, each once, and asks its own. Belongs to one event loop."""

    def __init__(self, *, on_request: OnRequest, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.counts: Counter[str] = Counter()
        self._on_request = on_request
        self._loop = asyncio.get_running_loop()
        self._serving = Serving(self.limits, self._loop.time)
        self._asking = Asking(self.limits)
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
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
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
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
            self._asked(sip.received_from(message, *flow.peer) if is_stream else message, flow)

    def unreadable(self, status: int, message: SipMessage | None, flow: Flow) -> None:
        """Something that isn't SIP as we know it: ``status`` is said where there is a way to say it."""
        self.counts["unreadable"] += 1
        if status and message is not None and message.method not in {"", "ACK"} and message.via is not None:
            flow.send(sip.respond(message, status))

    def _asked(self, message: SipMessage, flow: Flow) -> None:
        if verdict := screening.fault(message):
            flow.send(sip.respond(message, verdict.status, headers=verdict.headers))
            return
        key = sip.transaction_key(message)
        if served := self._serving.known(key):
            self.counts["retransmissions"] += 1
            served.repeated(flow)
        elif self._serving.waiting >= self.limits.handled_at_once:
            self.counts["busy"] += 1
            flow.send(sip.respond(message, 503, headers=(("Retry-After", "2"),)))
        else:
            served = self._serving.begin(key, flow)
            if isinstance(flow, Connection):
                flow.handling()
            self._spawn(self._serve(message, key, served, flow))

    async def _serve(self, message: SipMessage, key: tuple[object, ...], served: Served, flow: Flow) -> None:
        reply = Reply(503, (("Retry-After", "5"),))
        try:
            async with asyncio.timeout(self.limits.handle_seconds):
                reply = await self._on_request(message, flow)
        except TimeoutError:
            self.counts["late"] += 1
        except Exception as error:
            log.error("scaip_request_failed", error=type(error).__name__)  # its text may quote the alarm
            reply = Reply(500)
        finally:
            answer = sip.respond(message, reply.status, headers=reply.headers, body=reply.body)
            self._serving.answered(key, answer)
            if isinstance(flow, Connection):
                flow.handled()
        self.counts[f"answered_{reply.status}"] += 1
        if reply.after is not None:
            await self._afterwards(reply.after, served)

    async def _afterwards(self, after: Callable[[Flow], Awaitable[None]], served: Served) -> None:
        try:
            await after(served.newest)
        except NoAnswer:
            self.counts["undelivered"] += 1
        except Exception as error:
            log.error("scaip_afterwards_failed", error=type(error).__name__)

    # Connections and tasks

    def _connection(self) -> Connection:
        return Connection(self, self.limits, admit=self._admit, gone=self._connections.discard)

    def _admit(self, connection: Connection) -> bool:
        if len(self._connections) >= self.limits.connections:
            self.counts["refused_connections"] += 1
            return False
        self._connections.add(connection)
        return True

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
