"""The ASGI application: Twilio's API, the page of phones, the faults and the oracle."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from central.carriers.simulator import telephony as calls
from central.carriers.simulator import twilio_api, wire
from central.carriers.simulator.book import Book
from central.carriers.simulator.delivery import Delivery, Weather
from central.carriers.simulator.faults import ANY, KINDS, MAGIC, Faults

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Answer = tuple[int, dict[str, Any]]

PAGE = Path(__file__).parent / "page"
FILES = {
    "/": ("phones.html", "text/html; charset=utf-8"),
    "/phones.css": ("phones.css", "text/css; charset=utf-8"),
    "/phones.js": ("phones.js", "text/javascript; charset=utf-8"),
}
LARGEST_BODY = 256_000
BEAT_SECONDS = 10.0
STOP_WORDS = {"stop", "stopp", "avsluta"}
START_WORDS = {"start", "unstop"}


class Simulator:
    """One simulated carrier account. Runs under any ASGI server with lifespan."""

    def __init__(
        self,
        *,
        account: str,
        token: str,
        number: str,
        inbound_url: str,
        deliver_to: str = "",
        state: Path | None = None,
        weather: Weather | None = None,
    ) -> None:
        self.account = account
        self.number = number
        self.book = Book(state)
        self.faults = Faults()
        self.delivery = Delivery(
            book=self.book,
            token=token,
            inbound_url=inbound_url,
            deliver_to=deliver_to,
            weather=weather or Weather(),
        )
        self.telephony = calls.Telephony(self.book, self.delivery)
        self.twilio = twilio_api.TwilioApi(
            account=account,
            token=token,
            book=self.book,
            faults=self.faults,
            delivery=self.delivery,
            telephony=self.telephony,
        )
        self._routes: dict[tuple[str, str], Callable[[dict[str, Any]], Awaitable[Answer]]] = {
            ("GET", "/healthz"): self._health,
            ("GET", "/phones.json"): self._phones,
            ("GET", "/oracle.json"): self._oracle,
            ("GET", "/faults.json"): self._faults_now,
            ("POST", "/faults"): self._fault,
            ("POST", "/weather"): self._weather,
            ("POST", "/answer"): self._answer,
            ("POST", "/call"): self._call,
            ("POST", "/reset"): self._reset,
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.faults.release.set()
                await self.delivery.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        if path == "/stream" and method == "GET":
            await self._stream(receive, send)
            return
        if path in FILES and method == "GET":
            name, kind = FILES[path]
            await _reply(send, 200, (PAGE / name).read_bytes(), kind)
            return
        body = await _body(receive)
        headers: dict[str, str] = {}
        try:
            if path.startswith(twilio_api.PREFIX):
                given = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
                status, answer = await self.twilio.handle(
                    method=method,
                    path=path,
                    query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
                    body=body,
                    authorization=given.get("authorization", ""),
                )
            else:
                status, answer = await self._own(method, path, body)
        except wire.Refused as refused:
            status, answer = refused.status, refused.body()
            if refused.retry_after is not None:
                headers["retry-after"] = str(refused.retry_after)
        await _reply(
            send, status, json.dumps(answer, ensure_ascii=False).encode(), "application/json", headers
        )

    async def _own(self, method: str, path: str, body: bytes) -> Answer:
        handler = self._routes.get((method, path))
        if handler is None:
            return 404, {"error": "not_found"}
        try:
            told = json.loads(body) if body else {}
            return await handler(told)
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            return 400, {"error": "malformed", "message": str(wrong)}

    # --- our own doors -------------------------------------------------------------------------
    async def _health(self, _: dict[str, Any]) -> Answer:
        return 200, {"ok": True}

    async def _phones(self, _: dict[str, Any]) -> Answer:
        ringing = [calls.shown(call) for call in self.book.calls.values() if call.status not in calls.ENDED]
        return 200, {
            "own": self.number,
            "phones": self.book.phones(),
            "calls": ringing,
            "faults": self.faults.listed(),
            "kinds": KINDS,
            "magic": MAGIC,
        }

    async def _oracle(self, _: dict[str, Any]) -> Answer:
        return 200, self.book.oracle()

    async def _faults_now(self, _: dict[str, Any]) -> Answer:
        return 200, {"rules": self.faults.listed(), "kinds": KINDS, "magic": MAGIC}

    async def _fault(self, told: dict[str, Any]) -> Answer:
        """{"to": E.164 or "*", "kind": one of KINDS, "times": number or null}; kind "" clears all."""
        if not told.get("kind"):
            self.faults.clear()
        else:
            times = told.get("times")
            self.faults.add(
                to=told.get("to") or ANY, kind=told["kind"], times=None if times is None else int(times)
            )
        self.book.tell({"faults": self.faults.listed()})
        return 200, {"rules": self.faults.listed()}

    async def _weather(self, told: dict[str, Any]) -> Answer:
        for name in ("pace", "shuffle", "repeat"):
            if name in told:
                setattr(self.delivery.weather, name, float(told[name]))
        return 200, {"ok": True}

    async def _answer(self, told: dict[str, Any]) -> Answer:
        """{"number": E.164, "body": text}: a person sends an SMS from this phone to the centre."""
        now = time.time()
        message = wire.Message(
            sid=wire.new_sid("SM"),
            account=self.account,
            to=self.number,
            sender=told["number"],
            body=str(told["body"])[:1600],
            status="received",
            direction="inbound",
            created=now,
            updated=now,
        )
        word = message.body.strip().casefold()
        if word in STOP_WORDS:
            self.book.opted_out.add(message.sender)
        elif word in START_WORDS:
            self.book.opted_out.discard(message.sender)
        self.book.add(message)
        self.delivery.begin(self.delivery.answer(message))
        return 201, {"sid": message.sid}

    async def _call(self, told: dict[str, Any]) -> Answer:
        """{"sid": call, "do": "answer" | "hangup" | "digit:1"}."""
        call = self.book.calls.get(told["sid"])
        work = call and calls.act(self.telephony, call, told["do"])
        if not work:
            return 404, {"error": "not_found"}
        self.delivery.begin(work())
        return 200, {"ok": True}

    async def _reset(self, _: dict[str, Any]) -> Answer:
        """Forget everything, also what is under way; requests held by a fault are let go."""
        self.faults.release.set()
        self.faults.release = asyncio.Event()
        self.faults.clear()
        await self.delivery.forget()
        self.book.reset()
        return 200, {"ok": True}

    async def _stream(self, receive: Receive, send: Send) -> None:
        """Server-sent events: every change, and a beat when nothing happens."""
        queue = self.book.watch()
        gone = asyncio.ensure_future(_gone(receive))
        await send({"type": "http.response.start", "status": 200, "headers": _headers("text/event-stream")})
        try:
            while not gone.done():
                taking = asyncio.ensure_future(queue.get())
                done, _ = await asyncio.wait(
                    {taking, gone}, timeout=BEAT_SECONDS, return_when="FIRST_COMPLETED"
                )
                text = f"data: {taking.result()}\n\n" if taking in done else ": beat\n\n"
                taking.cancel()
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        finally:
            gone.cancel()
            self.book.unwatch(queue)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False) and sum(map(len, parts)) < LARGEST_BODY
    return b"".join(parts)


def _headers(kind: str, more: dict[str, str] | None = None) -> list[tuple[bytes, bytes]]:
    fixed = {"content-type": kind, "cache-control": "no-store", **(more or {})}
    return [(name.encode(), value.encode()) for name, value in fixed.items()]


async def _reply(send: Send, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
    headers = [*_headers(kind, more), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
