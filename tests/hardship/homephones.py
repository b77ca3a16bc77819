"""Home phones that behave as SCAIP wants: one MESSAGE at a time, said again unchanged until it has its answer.

Half of them call over UDP and half over TCP; of each, half have the answer in the 200 and half in a MESSAGE of its own.
A final answer that isn't 200 ends its transaction (RFC 3261 17.1.2); the same alarm, with the same ref, is then asked in
a new one.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from functools import partial

from alarms.receivers.scaip import request, response, sip
from alarms.receivers.scaip.response import PLAIN_XML, SCAIP_XML
from alarms.receivers.scaip.sip import SipMessage
from tests.hardship.registering import phone
from tests.hardship.repeating import Repeating
from tests.hardship.sip_lines import DatagramLine, Line, StreamLine

T1, T2 = 0.5, 3.0
"""Seconds until the first repetition on UDP, doubled up to T2. A connection on which nothing comes for T2 is left."""
TRANSPORTS = ("UDP", "TCP")


def alarm(nth: int, ref: str) -> bytes:
    """What phone ``nth`` tells: its button was pressed."""
    fields = {
        "ref": ref, "ver": "01.00", "mty": "ME", "cid": phone(nth), "dty": "0003", "did": "12345678", "stc": "0010",
    }  # fmt: skip
    return request.build(fields, root="scaip" if nth // 2 % 2 else "mrq")


@dataclass
class Call:
    """One transaction. ``raw`` is the same each time; ``took`` says what has come of it in all."""

    nth: int
    ref: str
    transport: str
    branch: str = field(default_factory=sip.new_branch)
    confirmed: bool = False
    snu: int | None = None
    raw: bytes = b""

    def __post_init__(self) -> None:
        me = f"sip:{phone(self.nth)}@127.0.0.1"
        kind = PLAIN_XML if self.nth // 2 % 2 else SCAIP_XML
        self.raw = sip.ask(
            "MESSAGE", "sip:receiver@127.0.0.1", to="<sip:receiver@127.0.0.1>",
            via=f"SIP/2.0/{self.transport} 127.0.0.1:5060;branch={self.branch};rport",
            sender=f"<{me}>;tag={secrets.token_hex(6)}", call_id=secrets.token_hex(16), number=1,
            headers=(("Contact", f"<{me}>"), ("Content-Type", kind)), body=alarm(self.nth, self.ref),
        )  # fmt: skip

    def took(self, message: SipMessage) -> str | None:
        """What came of it, once it has both its 200 and its ``snu``, or a refusal."""
        if not message.status:
            self._answered(message.body)
        elif message.via is not None and message.via.branch == self.branch and message.status >= 200:
            if message.status >= 300:
                return str(message.status)
            self.confirmed = True
            if message.body.strip():
                self._answered(message.body)
        return f"snu {self.snu}" if self.confirmed and self.snu is not None else None

    def _answered(self, body: bytes) -> None:
        came = response.parse(body)
        if came.ref == self.ref:  # an earlier one's, said again, is nothing to this
            self.snu = came.answer.snu


def line_of(transport: str, port: int) -> Line:
    return DatagramLine(port) if transport == "UDP" else StreamLine(port)


async def say(line: Line, call: Call, seconds: float) -> str:
    """Say it once: ``snu …``, a refusal's status, ``silence`` or ``broken``."""
    try:
        async with asyncio.timeout(seconds):
            await line.say(call.raw)
            while True:
                message = await line.heard()
                if not message.status:
                    await line.say(sip.respond(message, 200))
                if (told := call.took(message)) is not None:
                    return told
    except TimeoutError:
        if call.transport != "UDP":
            line.close()
        return "silence"
    except OSError:
        line.close()
        return "broken"


class HomePhones(Repeating):
    """So many phones, each with its own socket."""

    async def _one(self, nth: int) -> None:
        transport = TRANSPORTS[nth % 2]
        line = line_of(transport, self.port)
        number = 0
        while not self._stopped:
            number += 1
            ref = f"{number:06X}"
            asking = _Asking(line, nth, ref, transport)
            await self._until_acknowledged((phone(nth), ref), asking.again, good="snu 0", bad=_is_final)
            await asyncio.sleep(self.pause)
        line.close()


def _is_final(answer: str) -> bool:
    """Told by the receiver itself, and not what was agreed: 500 and 503 are honest, and are asked again."""
    return answer.startswith("snu") or (answer.isdigit() and answer not in ("500", "503"))


class _Asking:
    """One alarm until it is taken: its transaction said again and again, a new one after a refusal."""

    def __init__(self, line: Line, nth: int, ref: str, transport: str) -> None:
        self._line, self._new = line, partial(Call, nth, ref, transport)
        self._call, self._wait = self._new(), T1

    async def again(self) -> str:
        seconds = self._wait if self._call.transport == "UDP" else T2
        told = await say(self._line, self._call, seconds)
        self._wait = min(2 * self._wait, T2)
        if told.isdigit():
            self._call, self._wait = self._new(), T1
        return told
