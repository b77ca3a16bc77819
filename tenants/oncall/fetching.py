"""A calendar from an address that somebody typed: fetched from the open internet only, and never from our own network.

HTTPS; a name that leads anywhere but to public addresses is refused, also after a redirect, and the connection goes to
the very addresses that were checked. Hosts named in CALENDAR_HOSTS may lie anywhere and may answer without TLS.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings

from tenants.oncall.calendars import MAX_BYTES

SECONDS = 10.0
MOST_REDIRECTS = 3
LONGEST_ADDRESS = 500
_REDIRECTS = {301, 302, 303, 307, 308}
_NAT64 = ipaddress.ip_network("64:ff9b::/32")
_TOO_LARGE = "Kalendern är större än 2 MB. Exportera en kortare tid."


class NotFetched(Exception):
    """The calendar could not be fetched; `message` says in Swedish why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class _Inner(OSError):
    """The name leads to an address that isn't public."""


def check(url: str) -> str:
    """The address as it is kept: webcal is https. Raises NotFetched for what may never be asked."""
    text = url.strip()
    if text.lower().startswith(("webcal://", "webcals://")):
        text = "https://" + text.partition("://")[2]
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise NotFetched("Adressen går inte att tyda. Kopiera den ur kalendern igen.") from None
    if not host or len(text) > LONGEST_ADDRESS or any(one.isspace() or not one.isprintable() for one in text):
        raise NotFetched("Adressen går inte att tyda. Kopiera den ur kalendern igen.")
    if parts.scheme.lower() != "https" and not (parts.scheme.lower() == "http" and _is_named(host)):
        raise NotFetched("Adressen ska börja med https://.")
    if parts.username is not None or parts.password is not None:
        raise NotFetched("Adressen får inte innehålla namn eller lösenord före @.")
    if _is_literal(host) and not (_is_named(host) or is_public(host)):
        raise NotFetched(_closed(host))
    return text.partition("#")[0]


def fetch(url: str) -> bytes:
    """What is at that address: at most 2 MB, within 10 seconds. Raises NotFetched. Not for a thread with a loop."""
    return asyncio.run(_fetch(check(url)))


def is_public(address: str) -> bool:
    """Whether an address (a literal) is one of the open internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if inside is not None or found.teredo is not None or found in _NAT64:
            return False  # an address of IPv4 in another coat; no calendar needs it
    return found.is_global and not found.is_multicast


class _Checked(AbstractResolver):
    """Resolves once per connection, and gives only what has been checked."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=socket.AF_UNSPEC)
        addresses = [(kind, str(where[0]), int(where[1])) for kind, _, _, _, where in found]
        if not _is_named(host) and not all(is_public(address) for _, address, _ in addresses):
            raise _Inner(host)
        return [
            ResolveResult(
                hostname=host, host=address, port=number, family=kind, proto=0, flags=socket.AI_NUMERICHOST
            )
            for kind, address, number in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


async def _fetch(url: str) -> bytes:
    host = urlsplit(url).hostname
    try:
        async with asyncio.timeout(SECONDS):
            connector = aiohttp.TCPConnector(
                resolver=_Checked(), use_dns_cache=False, force_close=True, ssl=ssl.create_default_context()
            )
            async with aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            ) as session:
                return await _follow(session, url)
    except TimeoutError:
        raise NotFetched(f"{host} svarade inte inom {SECONDS:.0f} sekunder.") from None
    except aiohttp.ClientSSLError:
        raise NotFetched(f"{host} har inget giltigt certifikat.") from None
    except (aiohttp.ClientError, OSError, UnicodeError, ValueError) as error:
        causes = (error, error.__cause__, getattr(error, "os_error", None))
        if any(isinstance(one, _Inner) for one in causes):
            raise NotFetched(_closed(str(host))) from None
        raise NotFetched(f"{host} går inte att nå. Kontrollera adressen.") from None


async def _follow(session: aiohttp.ClientSession, url: str) -> bytes:
    for _ in range(MOST_REDIRECTS + 1):
        asked = {"Accept": "text/calendar, text/plain;q=0.5", "Accept-Encoding": "identity"}
        async with session.get(url, allow_redirects=False, headers=asked) as answer:
            if answer.status in _REDIRECTS and "Location" in answer.headers:
                url = check(urljoin(url, answer.headers["Location"]))
                continue
            return await _read(answer)
    raise NotFetched(f"Adressen skickar vidare mer än {MOST_REDIRECTS} gånger.")


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    host = answer.url.host
    if answer.status in (401, 403):
        raise NotFetched(f"{host} släpper inte in oss. Dela kalendern med en hemlig länk.")
    if answer.status in (404, 410):
        raise NotFetched(f"{host} har ingen kalender på den adressen.")
    if answer.status != 200:
        raise NotFetched(f"{host} svarade med fel {answer.status}.")
    if (answer.content_length or 0) > MAX_BYTES:
        raise NotFetched(_TOO_LARGE)
    found = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        found += chunk
        if len(found) > MAX_BYTES:
            raise NotFetched(_TOO_LARGE)
    return bytes(found)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_named(host: str) -> bool:
    return host.lower() in settings.CALENDAR_HOSTS


def _closed(host: str) -> str:
    return f"{host} ligger inte på det öppna internet. Därifrån läses inga kalendrar."
