"""Calls: they ring on the page of phones, read TwiML aloud as text and take key presses."""

import asyncio
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from central.carriers.simulator import wire
from central.carriers.simulator.book import Book
from central.carriers.simulator.delivery import Delivery

ENDED = ("completed", "busy", "failed", "no-answer", "canceled")
EVENT_OF = {"queued": "initiated", "ringing": "ringing", "in-progress": "answered"}
RING_AFTER = 0.5
LONGEST_TWIML = 64_000


class Telephony:
    """Moves each call along and tells its status callback, as Twilio does."""

    def __init__(self, book: Book, delivery: Delivery) -> None:
        self._book = book
        self._delivery = delivery

    async def ring(self, call: wire.Call) -> None:
        """queued → ringing → no-answer, unless a person on the page does something first."""
        await self._told(call)
        await self._delivery.pause(RING_AFTER)
        if call.status == "queued":
            await self._move(call, "ringing")
            await asyncio.sleep(call.timeout)
        if call.status == "ringing":
            await self._move(call, "no-answer")

    async def answer(self, call: wire.Call) -> None:
        if call.status == "ringing":
            await self._move(call, "in-progress")
            await self._follow(call, call.url, {})

    async def press(self, call: wire.Call, digits: str) -> None:
        if call.status == "in-progress" and call.gather:
            url, call.gather = call.gather, ""
            await self._follow(call, url, {"Digits": digits})

    async def hang_up(self, call: wire.Call) -> None:
        if call.status not in ENDED:
            await self._move(call, "busy" if call.status == "ringing" else "completed")

    async def _follow(self, call: wire.Call, url: str, more: dict[str, str]) -> None:
        """Fetch TwiML and do what it says; Redirects at most ten deep."""
        for _ in range(10):
            answer = await self._delivery.post(url, self._parameters(call) | more)
            onward = self._perform(call, answer, url)
            if not onward:
                break
            url, more = onward, {}
        self._show(call)
        if not call.gather:
            await self.hang_up(call)

    def _perform(self, call: wire.Call, twiml: str, base: str) -> str:
        """Read one TwiML document; the URL to go on to, "" when there is none."""
        if len(twiml) > LONGEST_TWIML or "<!DOCTYPE" in twiml:
            call.heard.append("(TwiML vägrades)")
            return ""
        try:
            root = ET.fromstring(twiml)  # noqa: S314  # document types are refused above
        except ET.ParseError:
            call.heard.append("(inget TwiML)")
            return ""
        call.heard += [(say.text or "").strip() for say in root.iter("Say")]
        gather = root.find("Gather")
        if gather is not None:
            call.gather = urljoin(base, gather.get("action") or base)
            return ""
        redirect = root.find("Redirect")
        return urljoin(base, (redirect.text or "").strip()) if redirect is not None else ""

    async def _move(self, call: wire.Call, status: str) -> None:
        call.status, call.updated = status, time.time()
        self._show(call)
        await self._told(call)

    async def _told(self, call: wire.Call) -> None:
        event = "completed" if call.status in ENDED else EVENT_OF.get(call.status, call.status)
        if event in call.events:
            await self._delivery.post(call.status_callback, self._parameters(call))

    def _show(self, call: wire.Call) -> None:
        self._book.tell({"call": shown(call)})

    def _parameters(self, call: wire.Call) -> dict[str, str]:
        return {
            "CallSid": call.sid,
            "AccountSid": call.account,
            "From": call.sender,
            "To": call.to,
            "CallStatus": call.status,
            "ApiVersion": wire.VERSION,
            "Direction": "outbound-api",
        }


def shown(call: wire.Call) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "number": call.to,
        "status": call.status,
        "ended": call.status in ENDED,
        "heard": call.heard,
        "gather": bool(call.gather),
        "at": int(call.created * 1000),
    }


def act(telephony: Telephony, call: wire.Call, what: str) -> Callable[[], Any] | None:
    """What a person does with a call: answer, hangup, or a key ("digit:1")."""
    if what == "answer":
        return lambda: telephony.answer(call)
    if what == "hangup":
        return lambda: telephony.hang_up(call)
    if what.startswith("digit:"):
        return lambda: telephony.press(call, what.removeprefix("digit:"))
    return None
