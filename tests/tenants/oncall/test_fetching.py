"""Fetching a calendar from an address: a real HTTPS server that is good, slow, huge, redirects or lies on our network."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tenants.oncall import fetching
from tenants.oncall.fetching import NotFetched
from tests.support.https_server import Server, dribble, endless, https_server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with https_server(tmp_path_factory.mktemp("https")) as server:
        yield server


@pytest.fixture
def server(running: Server, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Server:
    settings.CALENDAR_HOSTS = ["localhost"]
    monkeypatch.setenv("SSL_CERT_FILE", running.certificate)
    running.answers = {"/good.ics": (200, {"Content-Type": "text/calendar"}, b"BEGIN:VCALENDAR")}
    running.came.clear()
    return running


def refused(url: str) -> str:
    with pytest.raises(NotFetched) as told:
        fetching.fetch(url)
    return told.value.message


def test_a_named_host_is_read_wherever_it_lies(server: Server) -> None:
    assert fetching.fetch(server.address("/good.ics")) == b"BEGIN:VCALENDAR"
    assert fetching.fetch(server.address("/good.ics").replace("https:", "webcal:")) == b"BEGIN:VCALENDAR"


def test_nobody_on_our_network_is_asked(server: Server, settings: Any) -> None:
    settings.CALENDAR_HOSTS = []
    for host in ("localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):
        assert "ligger inte på det öppna internet" in refused(server.address("/good.ics", host))
    assert server.came == []


def test_a_name_that_leads_to_our_network_is_refused_even_when_it_also_leads_elsewhere(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, server.port))
            for address in ("8.8.8.8", "127.0.0.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert "ligger inte på det öppna internet" in refused(server.address("/good.ics", "kalender.example"))
    assert asked == ["kalender.example"]  # once: what was checked is what would be connected to
    assert server.came == []


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.0.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
     "2002:a00:1::", "ff02::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
)  # fmt: skip
def test_an_address_that_is_not_of_the_open_internet_is_known(address: str) -> None:
    assert not fetching.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2600:1901::1"])
def test_an_address_of_the_open_internet_is_known(address: str) -> None:
    assert fetching.is_public(address)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://kalender.example/a.ics", "https://"),
        ("ftp://kalender.example/a.ics", "https://"),
        ("file:///etc/passwd", "tyda"),
        ("https://nils:hemligt@kalender.example/a.ics", "lösenord"),
        ("https://169.254.169.254/latest", "öppna internet"),
        ("https:///a.ics", "tyda"),
        ("https://kalender.example:99999/", "tyda"),
        ("https://kalender.example/a b", "tyda"),
        ("https://[::1", "tyda"),
        ("x" * 600, "tyda"),
    ],
)
def test_an_address_that_may_never_be_asked_is_refused_before_anybody_is(url: str, told: str) -> None:
    assert told in refused(url)


def test_a_redirect_is_followed_to_where_we_may_go(server: Server) -> None:
    server.answers["/moved"] = (302, {"Location": "/good.ics"}, b"")
    assert fetching.fetch(server.address("/moved")) == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "nils@localhost"])
def test_a_redirect_to_where_we_may_not_go_is_not(server: Server, host: str) -> None:
    server.answers["/moved"] = (307, {"Location": server.address("/good.ics", host)}, b"")
    refused(server.address("/moved"))
    assert server.came == ["/moved"]


def test_redirects_have_an_end(server: Server) -> None:
    server.answers["/round"] = (301, {"Location": "/round"}, b"")
    assert "mer än 3 gånger" in refused(server.address("/round"))
    assert len(server.came) == 4


def test_what_is_too_large_is_not_read_to_its_end(server: Server) -> None:
    server.answers["/huge"] = endless
    server.answers["/said"] = (200, {"Content-Length": "90000000"}, b"")
    assert "2 MB" in refused(server.address("/huge"))
    assert "2 MB" in refused(server.address("/said"))


def test_who_is_slow_is_not_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 1.0)
    server.answers["/slow"] = dribble
    began = time.monotonic()
    assert "inte inom 1 sekunder" in refused(server.address("/slow"))
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("status", "told"), [(401, "släpper inte in"), (404, "ingen kalender"), (500, "fel 500")]
)
def test_a_server_that_says_no_is_told_in_words(server: Server, status: int, told: str) -> None:
    server.answers["/no"] = (status, {}, b"")
    assert told in refused(server.address("/no"))


def test_a_certificate_that_is_not_valid_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "certifikat" in refused(server.address("/good.ics"))
    assert server.came == []


def test_nobody_there_is_told_in_words(server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "går inte att nå" in refused(f"https://localhost:{port}/a.ics")
