"""One web process for the file's consoles, on this worker's own database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support import processes
from tests.support.console_socket import HeadlessConsole


@pytest.fixture(scope="module")
def site(django_db_setup: None) -> Iterator[processes.Web]:
    with processes.web() as running:
        yield running


@pytest.fixture
def console_of(committed: None, site: processes.Web) -> Callable[..., HeadlessConsole]:
    """``console_of(olga)`` → a console that is not yet connected; made in the test's own thread."""
    from tests.support.signing_in import session_cookie

    def make(user: Any, **more: Any) -> HeadlessConsole:
        return HeadlessConsole(site.port, session_cookie(user, "localhost"), **more)

    return make


def tell(*words: str, function: str = "", type: str = "item") -> None:
    """Announce some events in one unit of work; each is an item with a word as its id."""
    from central.events.services import announce, unit_of_work

    with unit_of_work():
        for word in words:
            announce(type, {"id": word}, municipality_id=None, function=function)


def heard(console: HeadlessConsole) -> list[str]:
    """The items' ids in the order they came."""
    return [event["item"]["id"] for event in console.of_type("item")]


def frames(console: HeadlessConsole) -> str:
    return json.dumps(console.events)
