"""POST /hooks/<source>/, beside Django's middleware: who posts, what it says, stored, COMMIT, and only then answer.

201 after commit, 200 for a repeat (the same id) or a sign of life (after its commit), 400 for what is no JSON, 401 and
403 for who is not let in, 413, 429 and 503 as the intake does. An authentic event is never refused for what it says.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from django.conf import settings
from django.db import Error as DatabaseFault

from alarms.intake.models import Transmitter
from alarms.intake.registering import account_hash
from alarms.receivers.batcher import Batcher, Busy
from alarms.receivers.heard import Heard
from alarms.receivers.signals.asgi import (
    Application,
    Receive,
    Refusal,
    Scope,
    Send,
    away,
    check_at_the_centre,
    give_answer,
    read_body,
)
from alarms.receivers.signals.keys import BAD_KEYS_PER_MINUTE, RECEIVED, Rates, Refusals
from alarms.receivers.signals.schema import utc_now
from alarms.receivers.storing import Unavailable
from alarms.receivers.webhook import access
from alarms.receivers.webhook.body import BadBody, Posted, posted
from alarms.receivers.webhook.sources import Hook, Hooks
from alarms.receivers.webhook.taking import incoming, taken
from central.municipalities.context import run_public

PATH = re.compile(r"/hooks/([a-z0-9-]{1,40})/?")
READING_AT_ONCE = 8
"""So many posts of a source are held and read at a time; its others wait with their bytes unread."""
READ_SECONDS = 20


class HooksOr:
    """Takes the webhooks' paths and passes everything else on. ``batcher`` gives the batches of this loop."""

    def __init__(self, otherwise: Application) -> None:
        self._otherwise = otherwise
        self._hooks, self._rates, self._refusals = Hooks(), Rates(), Refusals()
        self._heard: dict[asyncio.AbstractEventLoop, Heard] = {}
        self._reading: dict[tuple[asyncio.AbstractEventLoop, int], asyncio.Semaphore] = {}
        self._batcher: Callable[[], Batcher] | None = None
        self._chores: set[asyncio.Task[None]] = set()

    def share(self, batcher: Callable[[], Batcher]) -> None:
        """Store in the batches of the intake."""
        self._batcher = batcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = PATH.fullmatch(scope["path"])
        if asked is None:
            await self._otherwise(scope, receive, send)
            return
        hook: Hook | None = None
        try:
            headers = {name.lower(): value for name, value in scope["headers"]}
            await check_at_the_centre(headers)
            if scope["method"] != "POST":
                raise Refusal(405, "method", "Skicka med POST.")
            hook = await self._find(asked[1])
            status, answer = await self._take(hook, scope, headers, receive)
            RECEIVED.labels("stored" if status == 201 else "repeated").inc()
            await give_answer(send, status, answer)
        except Refusal as refusal:
            self._refusals.add(hook.id if hook else None, refusal.code)
            if self._refusals.due:
                self._later()
            said = {"error": refusal.code, "message": refusal.message}
            if refusal.field:
                said["field"] = refusal.field
            await give_answer(send, refusal.status, said, refusal.retry_after)

    def _later(self) -> None:
        task = asyncio.create_task(run_public(self._refusals.write, utc_now()))
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    async def _find(self, address: str) -> Hook | None:
        try:
            return await self._hooks.find(address)
        except DatabaseFault:
            raise away() from None

    async def _take(
        self, hook: Hook | None, scope: Scope, headers: dict[bytes, bytes], receive: Receive
    ) -> tuple[int, dict[str, str]]:
        loop = asyncio.get_running_loop()
        if hook is None or hook.auth is None:
            raise self._unlet(scope, access.Refused("bad_key", "Adressen eller nyckeln stämmer inte."))
        auth = hook.auth
        if auth.mode != access.HMAC:
            self._let(scope, lambda: access.check_key(auth, headers, hook.digest))
            self._check_rate(hook)
        async with self._reading.setdefault((loop, hook.id), asyncio.Semaphore(READING_AT_ONCE)):
            raw = await self._read(headers, receive)
            if auth.mode == access.HMAC:
                self._let(scope, lambda: access.check_signature(auth, headers, raw, hook.key, utc_now()))
                self._check_rate(hook)
            kind = headers.get(b"content-type", b"").decode("latin-1")
            try:
                said = await asyncio.to_thread(posted, kind, raw)
            except BadBody as error:
                raise Refusal(400, "bad_body", error.message, "body") from None
            return await self._store(hook, said, headers)

    @staticmethod
    async def _read(headers: dict[bytes, bytes], receive: Receive) -> bytes:
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await read_body(headers, receive, settings.HOOKS_MAX_BYTES)
        except TimeoutError:
            raise Refusal(408, "slow", f"Allt kom inte på {READ_SECONDS} s.", "body") from None

    async def _store(
        self, hook: Hook, said: Posted, headers: dict[bytes, bytes]
    ) -> tuple[int, dict[str, str]]:
        now = utc_now()
        understood = await asyncio.to_thread(taken, said, hook.mapping, now)
        if understood.event.alive:
            return await self._alive(hook, understood.event.account)
        one = incoming(
            source_id=hook.id,
            source_name=hook.name,
            exercise=hook.exercise,
            posted=said,
            taken=understood,
            key=headers.get(b"idempotency-key", b"").strip()[:200],
            now=now,
        )
        if self._batcher is None:
            raise away()
        try:
            receipt = await self._batcher().submit(one)
        except Busy:
            raise Refusal(503, "busy", "Många signaler väntar. Försök igen.", "", 1) from None
        except Unavailable:
            raise away() from None
        if receipt.result == "failed":
            raise Refusal(500, "failed", "Ett fel hos oss: signalen är inte sparad. Ring centralen.", "", 30)
        if (transmitter := await self._transmitter(hook, one.account)) is not None:
            self._hears().note(transmitter)
        return (201 if receipt.result == "stored" else 200), {"id": str(receipt.id)}

    async def _alive(self, hook: Hook, account: str) -> tuple[int, dict[str, str]]:
        """A sign of life: answered when it is kept that the transmitter was heard."""
        try:
            transmitter = await run_public(transmitter_of, hook.id, account)
            if transmitter is None:
                return 200, {"heard": "unknown"}
            await self._hears().kept(transmitter)
        except (DatabaseFault, Unavailable):
            raise away() from None
        return 200, {"heard": "yes"}

    async def _transmitter(self, hook: Hook, account: str) -> int | None:
        try:
            return await run_public(transmitter_of, hook.id, account)
        except DatabaseFault:
            return None  # the alarm itself is stored

    def _hears(self) -> Heard:
        loop = asyncio.get_running_loop()
        return self._heard.setdefault(loop, Heard(utc_now))

    def _let(self, scope: Scope, check: Callable[[], None]) -> None:
        try:
            check()
        except access.Refused as error:
            raise self._unlet(scope, error) from None

    def _unlet(self, scope: Scope, error: access.Refused) -> Refusal:
        if self._rates.exceeded(f"bad:{_address(scope)}", BAD_KEYS_PER_MINUTE):
            return Refusal(429, "bad_key_rate", "För många försök med fel nyckel.", "Authorization", 60)
        return Refusal(403 if error.known else 401, error.code, error.message, error.field)

    def _check_rate(self, hook: Hook) -> None:
        if self._rates.exceeded(hook.id, hook.rate_per_minute or int(settings.INTAKE_RATE_PER_SOURCE)):
            raise Refusal(429, "rate", "Källan skickar fler än den får i minuten.", "", 10)


def transmitter_of(source_id: int, account: str) -> int | None:
    """The registered transmitter with that account."""
    return (
        Transmitter.objects.filter(
            source_id=source_id, account_hash=account_hash(source_id, account), active=True
        )
        .values_list("pk", flat=True)
        .first()
    )


def _address(scope: Scope) -> str:
    return str((scope.get("client") or ("?",))[0])
