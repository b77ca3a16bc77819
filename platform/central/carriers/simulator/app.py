"""The ASGI application: Twilio's API, our own doors, the page of phones and its stream."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from central.carriers.simulator import twilio_api, wire
from central.carriers.simulator.book import Book
from central.carriers.simulator.delivery import Delivery, Weather
from central.carriers.simulator.doors import Doors
from central.carriers.simulator.faults import Faults
from central.carriers.simulator.telephony import Telephony

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

PAGE = Path(__file__).parent / "page"
MODULES = ("phones", "calls", "habits", "dom")
FILES = {
    "/": ("phones.html", "text/html; charset=utf-8"),
    "/phones.css": ("phones.css", "text/css; charset=utf-8"),
    **{f"/{name}.js": (f"{name}.js", "text/javascript; charset=utf-8") for name in MODULES},
}
LARGEST_BODY = 256_000
BEAT_SECONDS = 10.0


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
        self.book = Book(state)
        self.faults = Faults()
        self.delivery = Delivery(
            book=self.book,
            token=token,
            inbound_url=inbound_url,
            deliver_to=deliver_to,
            weather=weather or Weather(),
        )
        self.telephony = Telephony(self.book, self.delivery)
        self.twilio = twilio_api.TwilioApi(
            account=account,
            token=token,
            book=self.book,
            faults=self.faults,
            delivery=self.delivery,
            telephony=self.telephony,
        )
        self.doors = Doors(
            account=account,
            number=number,
            book=self.book,
            faults=self.faults,
            delivery=self.delivery,
            telephony=self.telephony,
        )

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
                status, answer = await self.doors.handle(method, path, body)
        except wire.Refused as refused:
            status, answer = refused.status, refused.body()
            if refused.retry_after is not None:
                headers["retry-after"] = str(refused.retry_after)
        await _reply(
            send, status, json.dumps(answer, ensure_ascii=False).encode(), "application/json", headers
        )

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
