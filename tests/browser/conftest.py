"""A real browser against the real web process and database; skipped loudly where there is no Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.browser.world import World, lay_out
from tests.support import database
from tests.support.processes import Process, Web, web

CANDIDATES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
DESK: ViewportSize = {"width": 1920, "height": 1080}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
SILENT = ["--no-sandbox", "--mute-audio", "--disable-gpu"]
FLAGS = [*SILENT, "--autoplay-policy=no-user-gesture-required"]
STRICT = [*SILENT, "--autoplay-policy=document-user-activation-required"]
PATIENCE = 15_000
"""Milliseconds before an expectation fails; a busy machine is slow, and no test here is about speed."""

expect.set_options(timeout=PATIENCE)

type Scheme = Literal["light", "dark"]


def chromium() -> str | None:
    """The browser's path: CHROMIUM, else the first of the usual names."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CANDIDATES)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright's own loop runs in this thread meanwhile: Django is told so, and the module's end ends it."""
    path = chromium()
    if path is None:
        pytest.skip("NO CHROMIUM FOUND: the browser tests did not run. Install chromium or set CHROMIUM.")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def region(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Storköping and Lillby with people, instruction, roster and safe points; really committed."""
    with django_db_blocker.unblock():
        yield lay_out(now=datetime.now(UTC) - timedelta(days=1))
        database.truncate_everything()
        connection.close()


@pytest.fixture(scope="module")
def server(region: World) -> Iterator[Web]:
    """One web process for the module's tests."""
    with web(PUBLIC_BASE_URL="http://localhost") as process:
        yield process


@pytest.fixture(scope="module")
def worker(region: World) -> Iterator[Process]:
    """A Celery worker for the module's tests: it reads and writes the registers' large files."""
    process = Process(["celery", "-A", "config.celery", "worker", "--pool", "threads", "--concurrency", "2"])
    yield process
    process.stop()


@pytest.fixture
def world(region: World) -> World:
    """The region with an empty board: what earlier tests left is closed and long gone."""
    region.sweep()
    return region


@pytest.fixture
def olga(region: World) -> Any:
    return region.olga


@pytest.fixture
def sven(region: World) -> Any:
    return region.sven


@pytest.fixture
def lillby(region: World) -> Any:
    return region.lillby


@pytest.fixture(scope="module")
def strict_browser(browser: Browser) -> Iterator[Browser]:
    """The same browser as most people have it: no sound before a key or a press on the page."""
    found = browser.browser_type.launch(executable_path=chromium(), args=STRICT)
    yield found
    found.close()


@pytest.fixture
def console_of(browser: Browser, server: Web, world: World) -> Iterator[Callable[..., Page]]:
    """``console_of(user, size=…, scheme="dark", within=browser)`` → that person's console, loaded and live.

    A script's fault that nobody caught, on any of them, fails the test.
    """
    from tests.support.signing_in import session_cookie

    contexts = []
    faults: list[str] = []

    def open_console(
        user: Any,
        *,
        size: ViewportSize | None = None,
        scheme: Scheme = "light",
        path: str = "/console/",
        within: Browser = browser,
        **more: Any,
    ) -> Page:
        context = within.new_context(
            viewport=size or DESK,
            color_scheme=scheme,
            locale="sv-SE",
            **more,
        )
        contexts.append(context)
        context.add_cookies(
            [{"name": "sessionid", "value": session_cookie(user, "localhost"), "url": server.base}]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(server.base + path)
        page.wait_for_selector("html[data-ready]")
        if path == "/console/":
            page.wait_for_selector(".link.live")
        return page

    yield open_console
    for context in contexts:
        context.close()
    assert faults == []
