"""POST /api/signals, beside Django's middleware: read, check, store, COMMIT, and only then answer.

201 after commit, 200 for a repeat (same id), 409 for a used key with another body, 400/422 naming the field, 401 for
a bad key, 413, 429 and 503 (with Retry-After) when it is too large, too much or the database is away.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import structlog
from django.conf import settings
from django.db import Error as DatabaseFault

from alarms.intake.registering import key_digest
from alarms.intake.storing import Incoming
from alarms.receivers.batcher import Batcher, Busy
from alarms.receivers.signals.keys import BAD_KEYS_PER_MINUTE, RECEIVED, Keys, KnownSource, Rates, Refusals
from alarms.receivers.signals.schema import BadBody, Body, parse, priority_of, utc_now
from alarms.receivers.storing import Child, InProcess, InThread, Unavailable
from central.municipalities import directory
from central.municipalities.context import run_public
from central.phone import normalise

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Application = Callable[[Scope, Any, Any], Awaitable[None]]

log = structlog.get_logger(__name__)
PATH = "/api/signals"
_encode = msgspec.json.Encoder().encode


class Refusal(Exception):
    """An answer other than stored."""

    def __init__(self, status: int, code: str, message: str, field: str = "", retry_after: int = 0) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.field, self.retry_after = (
            status, code, message, field, retry_after,
        )  # fmt: skip


class SignalsOr:
    """Takes the intake's path and passes everything else on."""

    def __init__(self, otherwise: Application) -> None:
        self._otherwise = otherwise
        self._keys, self._rates, self._refusals = Keys(), Rates(), Refusals()
        self._batchers: WeakKeyDictionary[asyncio.AbstractEventLoop, Batcher] = WeakKeyDictionary()
        self._storing: InProcess | None = None
        self._chores: set[asyncio.Task[None]] = set()

    def store_in_process(self, spawn: Callable[[], Child], first: Child) -> InProcess:
        """Batches go to a process of its own, told before the first signal; else they are stored in a thread."""
        self._storing = InProcess(spawn, first)
        return self._storing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != PATH and scope["path"] != PATH + "/":
            await self._otherwise(scope, receive, send)
            return
        source: KnownSource | None = None
        try:
            headers = {name.lower(): value for name, value in scope["headers"]}
            await check_at_the_centre(headers)
            if scope["method"] != "POST":
                raise Refusal(405, "method", "Skicka med POST.")
            source = await self._authenticate(scope, headers)
            self._check_rate(source)
            status, answer = await self._take(source, headers, receive)
            RECEIVED.labels("stored" if status == 201 else "repeated").inc()
            await give_answer(send, status, answer)
        except Refusal as refusal:
            self._refusals.add(source.id if source else None, refusal.code)
            if self._refusals.due:
                self._later(self._refusals.write, utc_now())
            answer = {"error": refusal.code, "message": refusal.message}
            if refusal.field:
                answer["field"] = refusal.field
            await give_answer(send, refusal.status, answer, refusal.retry_after)

    def batcher(self) -> Batcher:
        """The batches of this event loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._batchers:
            self._batchers[loop] = Batcher(self._storing or InThread(utc_now))
        return self._batchers[loop]

    def _later(self, work: Callable[[datetime], None], now: datetime) -> None:
        """Some small writing that nobody waits for."""
        task = asyncio.create_task(run_public(work, now))
        self._chores.add(task)
        task.add_done_callback(self._written)

    def _written(self, task: asyncio.Task[None]) -> None:
        self._chores.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("intake.refusals_unwritten", error=type(error).__name__)

    async def _authenticate(self, scope: Scope, headers: dict[bytes, bytes]) -> KnownSource:
        scheme, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        try:
            source = await self._keys.find(key_digest(key.strip())) if scheme.lower() == "bearer" else None
        except DatabaseFault:
            raise away() from None
        if source is None:
            address = (scope.get("client") or ("?",))[0]
            if self._rates.exceeded(f"bad:{address}", BAD_KEYS_PER_MINUTE):
                raise Refusal(429, "bad_key_rate", "För många försök med fel nyckel.", "Authorization", 60)
            raise Refusal(
                401,
                "bad_key",
                "Nyckeln stämmer inte. Skicka Authorization: Bearer <nyckel>.",
                "Authorization",
            )
        return source

    def _check_rate(self, source: KnownSource) -> None:
        if self._rates.exceeded(source.id, self._rates.limit_of(source)):
            raise Refusal(429, "rate", "Källan skickar fler än den får i minuten.", "", 10)

    async def _take(
        self, source: KnownSource, headers: dict[bytes, bytes], receive: Receive
    ) -> tuple[int, dict[str, str]]:
        key = headers.get(b"idempotency-key", b"").strip()
        if not 1 <= len(key) <= 200:
            raise Refusal(
                400, "no_key", "Skicka Idempotency-Key, 1–200 tecken, ny för varje signal.", "Idempotency-Key"
            )
        raw = await read_body(headers, receive, settings.INTAKE_MAX_BYTES)
        try:
            body = parse(raw, utc_now())
        except BadBody as error:
            raise Refusal(
                400 if error.field == "body" else 422, "bad_body", error.message, error.field
            ) from None
        try:
            receipt = await self.batcher().submit(_incoming(source, key, raw, body))
        except Busy:
            raise Refusal(
                503, "busy", "Många signaler väntar. Försök igen med samma nyckel.", "", 1
            ) from None
        except Unavailable:
            raise away() from None
        if receipt.result == "failed":
            raise Refusal(500, "failed", "Ett fel hos oss: signalen är inte sparad. Ring centralen.", "", 30)
        if receipt.result == "conflict":
            raise Refusal(
                409, "key_reused", "Nyckeln har använts för ett annat innehåll. Ta en ny.", "Idempotency-Key"
            )
        return (201 if receipt.result == "stored" else 200), {"id": str(receipt.id)}


async def check_at_the_centre(headers: dict[bytes, bytes]) -> None:
    """Raises Refusal on any other host than the centre's."""
    host = headers.get(b"host", b"").decode("latin-1")
    try:
        municipality = directory.remembered(host) or await run_public(directory.by_host, host)
    except DatabaseFault:
        raise away() from None
    if municipality is None or not municipality.is_centre:
        raise Refusal(404, "not_here", "Signaler tas emot på centralens adress.")


def away() -> Refusal:
    """The database is away, or slow: nothing is promised."""
    return Refusal(
        503, "unavailable", "Vi vet inte om signalen är sparad. Försök igen med samma nyckel.", "", 2
    )


def _incoming(source: KnownSource, key: bytes, raw: bytes, body: Body) -> Incoming:
    call_back = body.data.get("call_back", "")
    return Incoming(
        source_id=source.id,
        source_name=source.name,
        exercise=source.exercise,
        key_digest=hashlib.sha256(key).digest(),
        body_digest=hashlib.sha256(raw).digest(),
        body=_encode(body).decode(),  # as understood: a number like 1e-99999 is JSON, but no jsonb
        kind=body.kind,
        account=body.account,
        occurred_at=body.occurred_at,
        priority=priority_of(body),
        place=body.place,
        text=body.text,
        person=body.data.get("person", ""),
        access=body.data.get("access", ""),
        call_back=normalise(call_back) if call_back else "",
    )


async def read_body(headers: dict[bytes, bytes], receive: Receive, limit: int) -> bytes:
    """All that was posted, ``limit`` bytes at most. Raises Refusal."""
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > limit:
        raise Refusal(413, "too_large", f"Innehållet är större än {limit} byte.", "body")
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "cut_off", "Förbindelsen bröts innan allt hade kommit.", "body")
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise Refusal(413, "too_large", f"Innehållet är större än {limit} byte.", "body")
        if not message.get("more_body"):
            return b"".join(chunks)


async def give_answer(send: Send, status: int, body: dict[str, str], retry_after: int = 0) -> None:
    """JSON, never kept by anybody on the way."""
    content = _encode(body)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if retry_after:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
