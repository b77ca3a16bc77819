"""The SCAIP receiver: a MESSAGE's XML is read, handed to ``handle``, and answered as its sender wants to be answered."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from alarms.receivers.scaip import request, response, screening, sip
from alarms.receivers.scaip.answering import Reply
from alarms.receivers.scaip.request import Refused, ScaipRequest
from alarms.receivers.scaip.response import SCAIP_XML, Answer, Delivery
from alarms.receivers.scaip.sip import SipMessage
from alarms.receivers.scaip.transactions import Flow, Limits, NoAnswer
from alarms.receivers.scaip.transport import Endpoint

SENDER = "sip:centralen"


@dataclass(frozen=True, slots=True)
class ScaipMessage:
    """A request that could be read. ``body`` is the XML as it came, for the letter; ``peer`` is (address, port)."""

    request: ScaipRequest
    body: bytes
    content_type: str
    peer: tuple[str, int]
    transport: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A MESSAGE that could not be taken: what it was told, and what of it is safe to count by."""

    snu: int | None  # None: refused in SIP with ``status``
    status: int
    element: str
    peer: tuple[str, int]
    transport: str


type Handle = Callable[[ScaipMessage], Awaitable[Answer]]


class ScaipReceiver:
    """Listens. ``handle`` stores, commits, and only then returns; when it raises the sender is told 500 and repeats.

    ``refused`` hears of every MESSAGE that never reached ``handle``; ``undelivered`` of every answer apart that its
    sender didn't confirm within 20 s (ref, peer). ``delivery``: how a refusal is answered, None as the sender's dialect
    has it. None of them may block or raise.
    """

    def __init__(
        self, *, handle: Handle, limits: Limits | None = None, strict: bool = False,
        refused: Callable[[Refusal], None] | None = None,
        undelivered: Callable[[str, tuple[str, int]], None] | None = None,
        delivery: Callable[[], Delivery | None] = lambda: None,
    ) -> None:  # fmt: skip
        self.endpoint = Endpoint(on_request=self._on_request, limits=limits)
        self._handle, self._strict = handle, strict
        self._refused, self._undelivered = refused, undelivered
        self._delivery = delivery

    async def listen(
        self, *, host: str, port: int, tls: ssl.SSLContext | None = None, tls_port: int = 5061
    ) -> None:
        """Open the ports; see ``Endpoint.listen``. Raises OSError."""
        await self.endpoint.listen(host=host, port=port, tls=tls, tls_port=tls_port)

    @property
    def port(self) -> int:
        """Of UDP and TCP."""
        return self.endpoint.port

    async def close(self) -> None:
        """Stop; what is being handled is cancelled and its sender told 503."""
        await self.endpoint.close()

    async def _on_request(self, message: SipMessage, flow: Flow) -> Reply:
        verdict = screening.screen(message, max_bytes=self.endpoint.limits.message_bytes)
        if verdict is not None:
            if message.method == "MESSAGE":
                self._tell(Refusal(None, verdict.status, "", flow.peer, flow.transport_name))
            return Reply(verdict.status, verdict.headers)
        try:
            asked = request.parse(message.body, strict=self._strict)
        except Refused as refused:
            return self._refuse(message, flow, refused)
        said = await self._handle(
            ScaipMessage(asked, message.body, message.content_type, flow.peer, flow.transport_name)
        )
        return self._reply(message, said, ref=asked.ref, root=asked.root)

    def _refuse(self, message: SipMessage, flow: Flow, refused: Refused) -> Reply:
        if refused.ref is None and not isinstance(refused, request.MandatoryMissing):
            self._tell(Refusal(None, 400, refused.element, flow.peer, flow.transport_name))
            return Reply(400)
        self._tell(Refusal(refused.snu, 200, refused.element, flow.peer, flow.transport_name))
        answer = Answer(snu=refused.snu, ste=refused.ste, delivery=self._delivery())
        return self._reply(message, answer, ref=refused.ref or "", root=refused.root)

    def _tell(self, refusal: Refusal) -> None:
        if self._refused is not None:
            self._refused(refusal)

    def _reply(self, message: SipMessage, answer: Answer, *, ref: str, root: str) -> Reply:
        kind = message.content_type
        body = response.build(answer, ref=ref, root=root)
        typed = (("Content-Type", kind or SCAIP_XML),)
        if (answer.delivery or response.default_delivery(root=root, content_type=kind)) is Delivery.IN_ANSWER:
            return Reply(200, typed, body)

        async def apart(flow: Flow) -> bool:
            return await self._send(message, flow, ref=ref, headers=typed, body=body)

        return Reply(200, after=apart)

    async def _send(
        self, message: SipMessage, flow: Flow, *, ref: str, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> bool:
        """The answer as a MESSAGE of its own, on the way on which the request came; whether it was confirmed."""
        back = sip.uri_of(message.first("contact")) or sip.uri_of(message.first("from")) or SENDER
        mine = sip.uri_of(message.first("to")) or SENDER
        theirs = sip.uri_of(message.first("from")) or back
        try:
            told = await self.endpoint.ask(
                flow, uri=back, sender=f"<{mine}>;tag={secrets.token_hex(6)}", to=f"<{theirs}>",
                call_id=secrets.token_hex(16),
                headers=(("In-Reply-To", message.first("call-id")), *headers), body=body,
            )  # fmt: skip
            confirmed = 200 <= told.status < 300
        except NoAnswer:
            confirmed = False
        self.endpoint.counts["apart_confirmed" if confirmed else "apart_unconfirmed"] += 1
        if not confirmed and self._undelivered is not None:
            self._undelivered(ref, flow.peer)
        return confirmed
