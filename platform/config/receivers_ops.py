"""/healthz, /readyz and /metrics of the receivers' process, on a port of its own beside the alarm ports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from config.ops import may_read_metrics, readiness


def application() -> web.Application:
    """The three paths, as the web process answers them; the metrics are this process's own counters."""
    told = web.Application()
    told.add_routes([web.get("/healthz", _alive), web.get("/readyz", _ready), web.get("/metrics", _metrics)])
    return told


@asynccontextmanager
async def answering(host: str, port: int) -> AsyncIterator[None]:
    """Listen there while inside; nothing when the port is 0. Raises OSError when the port can't be had."""
    if not port:
        yield
        return
    runner = web.AppRunner(application(), access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


async def _alive(request: web.Request) -> web.Response:
    return _json(200, {"status": "ok"})


async def _ready(request: web.Request) -> web.Response:
    ready, state = await readiness()
    return _json(200 if ready else 503, state)


async def _metrics(request: web.Request) -> web.Response:
    peer: Sequence[str] = (request.transport and request.transport.get_extra_info("peername")) or ("",)
    headers = [(name.lower(), value) for name, value in request.raw_headers]
    if not may_read_metrics({"headers": headers, "client": peer}):
        return _json(403, {"error": "Skicka METRICS_TOKEN som Bearer."})
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _json(status: int, told: object) -> web.Response:
    return web.Response(
        status=status,
        body=msgspec.json.encode(told),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
