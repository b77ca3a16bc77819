"""A small SCAIP sender, for probes and tests: asks over UDP, TCP or TLS and takes the answer in either dialect."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from dataclasses import dataclass
from typing import Self

from alarms.receivers.scaip import response, screening
from alarms.receivers.scaip.answering import Reply
from alarms.receivers.scaip.response import SCAIP_XML, NotAResponse, ScaipResponse
from alarms.receivers.scaip.sip import SipMessage
from alarms.receivers.scaip.transactions import Flow, Limits, NoAnswer
from alarms.receivers.scaip.transport import Endpoint


class SipRefused(Exception):
    """The receiver refused the MESSAGE itself."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Told:
    """The answer, and whether it came as a MESSAGE of its own."""

    response: ScaipResponse
    apart: bool


class ScaipClient:
    """One sender's end. Open with ``open``; close after use."""

    def __init__(self, *, user: str = "probe", limits: Limits | None = None) -> None:
        self._endpoint = Endpoint(on_request=self._on_request, limits=limits)
        self._user = user
        self._flow: Flow | None = None
        self._number = 0
        self._waiting: dict[str, asyncio.Future[ScaipResponse]] = {}

    @classmethod
    async def open(
        cls, *, host: str, port: int, transport: str = "UDP", tls: ssl.SSLContext | None = None,
        user: str = "probe", limits: Limits | None = None,
    ) -> Self:  # fmt: skip
        """A sender with its socket; ``host`` numeric for UDP. Raises OSError."""
        client = cls(user=user, limits=limits)
        if transport == "UDP":
            await client._endpoint.open_udp(host="::1" if host == "::1" else _near(host))
            client._flow = client._endpoint.udp_flow(host, port)
        else:
            client._flow = await client._endpoint.connect(host=host, port=port, tls=tls)
        return client

    async def send(
        self, body: bytes, *, ref: str, content_type: str = SCAIP_XML, seconds: float = 20.0
    ) -> Told:
        """The receiver's answer to that XML. Raises SipRefused, NoAnswer, NotAResponse."""
        assert self._flow is not None
        apart: asyncio.Future[ScaipResponse] = asyncio.get_running_loop().create_future()
        self._waiting[ref] = apart
        self._number += 1
        me, you = f"sip:{self._user}@{_shown(self._flow.local)}", f"sip:receiver@{_shown(self._flow.peer)}"
        try:
            final = await self._endpoint.ask(
                self._flow, uri=you, sender=f"<{me}>;tag={secrets.token_hex(6)}", to=f"<{you}>",
                call_id=secrets.token_hex(16), number=self._number, body=body, seconds=seconds,
                headers=(("Contact", f"<{me}>"), ("Content-Type", content_type)),
            )  # fmt: skip
            if final.status >= 300:
                raise SipRefused(final.status)
            if final.body.strip():
                return Told(response.parse(final.body), apart=False)
            try:
                async with asyncio.timeout(seconds):
                    return Told(await apart, apart=True)
            except TimeoutError:
                raise NoAnswer("no response apart") from None
        finally:
            apart.cancel()
            self._waiting.pop(ref, None)

    async def close(self) -> None:
        """Close the socket."""
        await self._endpoint.close()

    async def _on_request(self, message: SipMessage, flow: Flow) -> Reply:
        verdict = screening.screen(message, max_bytes=self._endpoint.limits.message_bytes)
        if verdict is not None:
            return Reply(verdict.status, verdict.headers)
        try:
            came = response.parse(message.body)
        except NotAResponse:
            return Reply(400)
        waiting = self._waiting.get(came.ref)
        if waiting is None or waiting.done():
            return Reply(481)
        waiting.set_result(came)
        return Reply(200)


def _near(host: str) -> str:
    return "127.0.0.1" if host.startswith("127.") else "0.0.0.0"  # noqa: S104  # an ephemeral port, for answers


def _shown(address: tuple[str, int]) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
