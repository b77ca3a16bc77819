"""The floor: what these two cores and this disk allow when nothing but the bare duty is done.

One asyncio process: a POST is stored in one durable table (those that wait together share an INSERT), then one line
goes to every console, encoded once, written to the sockets every 20 ms. No keys, no schema check, no tenants, no
case, no audit, no log to resume from. ``python -m tests.benchmarks.floor PORT DATABASE_URL``.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import orjson
import uvloop
from aiohttp import web
from psycopg import AsyncConnection

FLUSH_SECONDS = 0.020
BATCH = 500
UNSENT_LIMIT = 4_000_000
TABLE = """
CREATE TABLE IF NOT EXISTS alarm (
    id bigserial PRIMARY KEY, source text NOT NULL, key text NOT NULL, kind text NOT NULL, body jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now(), UNIQUE (source, key))"""
INSERT = """
INSERT INTO alarm (source, key, kind, body) SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::jsonb[])
ON CONFLICT (source, key) DO NOTHING RETURNING id, key"""

type Row = tuple[str, str, str, str]


class Floor:
    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._waiting: asyncio.Queue[tuple[Row, asyncio.Future[int | None]]] = asyncio.Queue()
        self._consoles: set[asyncio.Transport] = set()
        self._lines: list[bytes] = []

    async def start(self, app: web.Application) -> None:
        async with await AsyncConnection.connect(self._database_url, autocommit=True) as connection:
            await connection.execute(TABLE)
            await connection.execute("TRUNCATE alarm")
        self._writers = [asyncio.create_task(self._write()) for _ in range(2)]

    async def post(self, request: web.Request) -> web.Response:
        raw = await request.read()
        body = orjson.loads(raw)
        answer: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        row = (body["account"], request.headers["Idempotency-Key"], body["kind"], raw.decode())
        self._waiting.put_nowait((row, answer))
        number = await answer
        if number is not None:
            self._tell(orjson.dumps({"id": number, "area": body["account"], "kind": body["kind"]}))
        return web.json_response({"id": number}, status=200 if number is None else 201)

    async def _write(self) -> None:
        connection = await AsyncConnection.connect(self._database_url, autocommit=True)
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < BATCH:
                batch.append(self._waiting.get_nowait())
            columns = [list(column) for column in zip(*(row for row, _ in batch), strict=True)]
            rows = await (await connection.execute(INSERT, columns)).fetchall()
            numbers = {key: number for number, key in rows}
            for row, answer in batch:
                answer.set_result(numbers.get(row[1]))

    def _tell(self, line: bytes) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._flush)
        size = len(line)
        head = bytes((0x81, size)) if size < 126 else bytes((0x81, 126)) + size.to_bytes(2, "big")
        self._lines.append(head + line)

    def _flush(self) -> None:
        written = b"".join(self._lines)
        self._lines.clear()
        for console in list(self._consoles):
            if console.get_write_buffer_size() > UNSENT_LIMIT:
                self._consoles.discard(console)
                console.abort()
            else:
                console.write(written)

    async def console(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        transport: Any = request.transport
        self._consoles.add(transport)
        try:
            async for _ in socket:
                pass
        finally:
            self._consoles.discard(transport)
        return socket


def main(port: int, database_url: str) -> None:
    floor = Floor(database_url)
    app = web.Application()
    app.on_startup.append(floor.start)
    app.router.add_post("/api/signals", floor.post)
    app.router.add_get("/ws/console", floor.console)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=lambda *_: None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
