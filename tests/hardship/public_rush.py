"""Fault 24: everybody asks for the public page while PostgreSQL, Valkey, web and clock are dead."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.hardship.region import Region
from tests.support.processes import Process, Web, eventually, free_port


class Proxy:
    """Stands for Caddy with our Caddyfile: the web, or the file when the web is away."""

    def __init__(self, folder: Path, upstream: int) -> None:
        self.port = free_port()
        self._folder, self._upstream = folder, upstream
        self._kept: dict[str, tuple[float, str]] = {}
        self._away_until = 0.0

    async def __aenter__(self) -> Proxy:
        self._session = ClientSession(timeout=ClientTimeout(total=5))
        application = web.Application()
        application.router.add_get("/", self._answer)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        if time.monotonic() > self._away_until:
            try:
                address = f"http://127.0.0.1:{self._upstream}/"
                async with self._session.get(address, headers={"Host": request.host}) as said:
                    if said.status not in (502, 503, 504):
                        return web.Response(text=await said.text(), content_type="text/html")
            except (ClientError, TimeoutError, OSError):
                self._away_until = time.monotonic() + 1.0  # its health check
        path = self._folder / f"{request.host.partition(':')[0]}.html"
        return web.Response(text=path.read_text(), content_type="text/html")


def public_rush(region: Region, *, seconds: float, visitors: int) -> dict[str, Any]:
    """Each visitor gets the last state with its time; afterwards a change is published again."""
    return asyncio.run(_rush(region, seconds, visitors))


async def _rush(region: Region, seconds: float, visitors: int) -> dict[str, Any]:
    place, folder = region.places[0], region.folder / "public-pages"
    folder.mkdir(exist_ok=True)
    host = f"{place.slug}.localhost"
    file = folder / f"{host}.html"
    environment = {**region.environment, "PUBLIC_PAGES_DIR": str(folder)}
    pages, clock = Web(**environment), Process(["config.cli", "clock"], environment)
    try:
        before, after = f"Före {time.time_ns()}", f"Efter {time.time_ns()}"
        await asyncio.to_thread(region.python, "tests.hardship.public_point", place.slug, before)
        await asyncio.to_thread(eventually, lambda: file.exists() and before in file.read_text(), 30)
        async with Proxy(folder, pages.port) as proxy, ClientSession() as session:
            address, headers = f"http://127.0.0.1:{proxy.port}/", {"Host": host}
            assert before in await _text(session, address, headers)
            pages.kill()
            clock.kill()
            region.services.stop_valkey()
            os.kill(region.services.pids["postgres"], signal.SIGKILL)
            try:
                seen = await _visit(session, address, headers, before, seconds, visitors)
            finally:
                region.services.restart_postgres(
                    immediate=True
                )  # in this thread: the server dies with its starter
                region.services.start_valkey()
            clock.start()
            await asyncio.to_thread(pages.restart)
            begun = time.monotonic()
            await asyncio.to_thread(region.python, "tests.hardship.public_point", place.slug, after)
            await asyncio.to_thread(eventually, lambda: after in file.read_text(), 30)
            published = time.monotonic() - begun
            while (text := await _text(session, address, headers)) and after not in text:
                assert time.monotonic() - begun < 30, "the change is not shown"
            assert "Vi når inte våra uppgifter" not in text, "the proxy still shows the file"
    finally:
        pages.stop()
        clock.stop()
    assert set(seen) == {"last state with its time"}, dict(seen)
    return {
        "visitors": visitors, "pages": seen.total(), "pages/s": seen.total() / seconds, "bytes": file.stat().st_size,
        "published again s": published,
    }  # fmt: skip


async def _text(session: ClientSession, address: str, headers: dict[str, str]) -> str:
    async with session.get(address, headers=headers) as answer:
        return await answer.text()


async def _visit(
    session: ClientSession, address: str, headers: dict[str, str], words: str, seconds: float, visitors: int
) -> Counter[str]:
    seen: Counter[str] = Counter()
    end = time.monotonic() + seconds

    async def visitor() -> None:
        while time.monotonic() < end:
            try:
                text = await _text(session, address, headers)
            except (ClientError, TimeoutError) as error:
                seen[type(error).__name__] += 1
                continue
            true = words in text and "Norra skolan" in text and "Det här gällde" in text
            seen["last state with its time" if true else text[:200]] += 1

    await asyncio.gather(*(visitor() for _ in range(visitors)))
    return seen
