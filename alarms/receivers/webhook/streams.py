"""Links to live pictures: https, to hosts that are agreed with the source. We never fetch them."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

LONGEST = 500
MOST_HOSTS = 50
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?")


class BadLink(Exception):
    """It is not shown; ``message`` says why, to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def checked(url: object, hosts: Collection[str]) -> str:
    """The link as it may be shown. Raises BadLink."""
    if not isinstance(url, str) or not 0 < len(url) <= LONGEST:
        raise BadLink(f"den ska vara text, högst {LONGEST} tecken.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise BadLink("den går inte att läsa.") from None
    if parts.scheme != "https" or not host or re.search(r"[\s\x00-\x20\\<>\"]", url) or not url.isascii():
        raise BadLink("den ska börja med https:// och vara en vanlig adress.")
    if parts.username is not None or parts.password is not None:
        raise BadLink("den innehåller inloggningsuppgifter.")
    if not any(_agrees(host, port, one) for one in hosts):
        raise BadLink(f"{host} hör inte till det som är avtalat med källan.")
    return url


def _agrees(host: str, port: int | None, agreed: str) -> bool:
    name, _, its_port = agreed.partition(":")
    if (port or 443) != int(its_port or 443):
        return False
    return host.endswith(name[1:]) if name.startswith("*.") else host == name


def host_faults(hosts: object) -> list[str]:
    """What is wrong with a list of hosts, one sentence each."""
    if not isinstance(hosts, list) or len(hosts) > MOST_HOSTS:
        return [f'skriv ["kamera.example", "*.drone.example"], högst {MOST_HOSTS}.']
    return [
        f"{one!r} är inget värdnamn. Skriv kamera.example eller *.kamera.example, utan https://."
        for one in hosts
        if not isinstance(one, str) or not _HOST.fullmatch(one)
    ]
