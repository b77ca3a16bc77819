"""/healthz, /readyz and /metrics: answered on any host, before Django and without a session."""

from __future__ import annotations

import asyncio
import hmac
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from alarms import healing
from alarms.escalation import backups, ways
from alarms.escalation.full import disk_is_full
from alarms.escalation.models import Heartbeat
from alarms.workqueue.following import follows
from alarms.workqueue.models import Presence, State, WorkItem
from central.carriers import gateway
from central.clock import clock
from central.events.queries import last_id
from central.municipalities.context import in_public, run_public

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Application = Callable[[Scope, Any, Any], Awaitable[None]]

_encode = msgspec.json.Encoder().encode
PATIENCE = 0.9
MOST_LOOKS = 4
_looking: Counter[Callable[[], dict[str, Any]]] = Counter()
BEATING = timedelta(seconds=15)
LOOPBACK = {"127.0.0.1", "::1"}


class OperationsOr:
    """Takes the three paths and passes everything else on."""

    def __init__(self, otherwise: Application) -> None:
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/")
        if path == "/healthz":
            await _answer(send, 200, _encode({"status": "ok"}))
        elif path == "/readyz":
            ready, state = await readiness()
            await _answer(send, 200 if ready else 503, _encode(state))
        elif path == "/metrics":
            if not may_read_metrics(scope):
                await _answer(send, 403, _encode({"error": "Skicka METRICS_TOKEN som Bearer."}))
                return
            await _answer(send, 200, await metrics(), CONTENT_TYPE_LATEST)
        else:
            await self._otherwise(scope, receive, send)


async def readiness() -> tuple[bool, dict[str, Any]]:
    """Whether alarms can be taken in (the database and its disk decide), and the state of each dependency."""
    database, valkey = await asyncio.gather(bounded(_database_state), bounded(_valkey_state))
    ready = database["state"] == "ok"
    return ready, {"status": "ready" if ready else "not ready", "database": database, "valkey": valkey}


async def bounded(look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `look` finds, or that the part is away when it fails or takes longer than PATIENCE seconds.

    It looks in a thread of its own: those of the pool may all be waiting for the database. While MOST_LOOKS
    earlier ones still wait, the part is away without another thread.
    """
    if _looking[look] >= MOST_LOOKS:
        return {"state": "away", "error": "TimeoutError"}
    loop = asyncio.get_running_loop()
    found: asyncio.Future[dict[str, Any]] = loop.create_future()

    def tell(state: dict[str, Any]) -> None:
        if not found.done():
            found.set_result(state)

    def work() -> None:
        try:
            with in_public():
                state = look()
        except Exception as error:
            state = {"state": "away", "error": type(error).__name__}
        finally:
            connection.close()
            _looking[look] -= 1
        with suppress(RuntimeError):  # the server has stopped meanwhile
            loop.call_soon_threadsafe(tell, state)

    _looking[look] += 1
    threading.Thread(target=work, name=look.__name__, daemon=True).start()
    try:
        return await asyncio.wait_for(found, PATIENCE)
    except TimeoutError:
        return {"state": "away", "error": "TimeoutError"}


def _database_state() -> dict[str, Any]:
    now = timezone.now()
    beats = {row.process: row.at for row in Heartbeat.objects.all()}
    if disk_is_full():
        return {"state": "full", "meaning": "disken är full: inget tas emot förrän det finns plats"}
    return {
        "state": "ok",
        **{
            process: "ok" if process in beats and now - beats[process] < BEATING else "silent"
            for process in Heartbeat.KEEPING_TIME
        },
        "unopened_signals": healing.unopened(now),
        "clock_skew_seconds": round(clock.skew.total_seconds(), 1),
    }


def _valkey_state() -> dict[str, str]:
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.3)
        with client:
            client.ping()
        return {"state": "ok"}
    except (redis.RedisError, OSError) as error:
        return {"state": "away", "error": type(error).__name__, "meaning": "reservläge: längre fördröjning"}


def may_read_metrics(scope: Scope) -> bool:
    """With METRICS_TOKEN set: who has it. Without: this machine only, and never through a proxy."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    if settings.METRICS_TOKEN:
        said = headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
        return hmac.compare_digest(said, settings.METRICS_TOKEN)
    forwarded = b"x-forwarded-for" in headers or b"forwarded" in headers
    return not forwarded and (scope.get("client") or ("",))[0] in LOOPBACK


async def metrics() -> bytes:
    """Prometheus text: this process's counters, and the numbers that the database knows."""
    try:
        numbers = await run_public(gauges)
    except Exception:
        numbers = {"tc_database_up": 0}
    lines = [f"# TYPE {name.partition('{')[0]} gauge\n{name} {value}\n" for name, value in numbers.items()]
    return generate_latest() + "".join(lines).encode()


def gauges() -> dict[str, float]:
    """What the database knows, by metric name; in the public schema."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(at) FROM public.audit_auditentry WHERE sequence IS NULL")
        unsealed, oldest = cursor.fetchone()
    beats = Heartbeat.objects.filter(process__in=Heartbeat.KEEPING_TIME)
    return {
        "tc_database_up": 1,
        "tc_disk_full": int(disk_is_full()),
        "tc_last_event_id": last_id(),
        "tc_unanswered": WorkItem.objects.filter(~follows(), state=State.UNANSWERED).count(),
        "tc_unopened_signals": healing.unopened(now),
        "tc_messages_waiting": gateway.waiting(),
        "tc_consoles_present": Presence.objects.filter(seen_at__gt=now - timedelta(seconds=12)).count(),
        "tc_audit_unsealed": unsealed,
        "tc_audit_unsealed_age_seconds": (now - oldest).total_seconds() if oldest else 0,
        "tc_backup_age_seconds": backups.age(now).total_seconds(),
        **{
            f"tc_way_{way.replace('/', '_').lower()}_silent_seconds": age.total_seconds()
            for way, age in ways.silent_for(now).items()
        },
        **{f"tc_{row.process}_silent_seconds": (now - row.at).total_seconds() for row in beats},
    }


async def _answer(send: Send, status: int, content: bytes, kind: str = "application/json") -> None:
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
