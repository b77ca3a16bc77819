"""What may stand in each field of a transmitter, whether it is typed in a form or comes in a file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alarms.intake.models import Protocol, Source
from alarms.intake.registering import AES_BYTES, MOST_TEST_HOURS, OWN_SOURCE
from central.functions import NAMES
from central.municipalities.context import MunicipalityRef
from central.municipalities.directory import municipalities
from central.tabular import BadCell

UNITS = {"s": 1, "": 1, "sek": 1, "m": 60, "min": 60, "h": 3600, "tim": 3600, "d": 86_400, "dygn": 86_400}
SHORTEST, LONGEST = 10, 31 * 86_400
ACCOUNT_LENGTH, SITE_LENGTH, AREA_LENGTH, REASON_LENGTH = 64, 80, 60, 200
_HEX_ACCOUNT = re.compile(r"[0-9A-Fa-f]{1,16}")
_UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A source as the register knows it."""

    id: int
    name: str
    protocol: str
    active: bool

    @property
    def listens(self) -> bool:
        """Whether silence can be noticed: those who only post an alarm say nothing in between."""
        return self.protocol != Protocol.HTTP

    @property
    def encrypts(self) -> bool:
        """Whether its transmitters have keys of their own."""
        return self.protocol == Protocol.DC09


def sources() -> dict[int, SourceRef]:
    """All that are in use, by id, in the order of their names; not the one of our own checks."""
    found = Source.objects.filter(active=True).exclude(OWN_SOURCE).order_by("name")
    rows = found.values_list("pk", "name", "protocol", "active")
    return {row[0]: SourceRef(*row) for row in rows}


def plain(text: str, longest: int) -> str:
    """One line of text; raises BadCell."""
    if _UNWRITABLE.search(text):
        raise BadCell("Texten har tecken som inte syns. Skriv den igen.")
    if len(text) > longest:
        raise BadCell(f"Texten är {len(text)} tecken. Högst {longest} får plats.")
    return text.strip()


def account(text: str) -> str:
    """What a transmitter calls itself, 1–64 characters."""
    said = plain(text, ACCOUNT_LENGTH)
    if not said:
        raise BadCell("Skriv det konto som sändaren uppger.")
    return said


def site(text: str) -> str:
    """The name of a place that is nobody's home; "" for a home."""
    return plain(text, SITE_LENGTH)


def area(text: str) -> str:
    """The place or part of town; "" where it isn't said."""
    return plain(text, AREA_LENGTH)


def interval(text: str) -> int | None:
    """Seconds: 90, 90 s, 5 min, 24 h, 7 d; None for "" or "-". 10 seconds to 31 days."""
    said = text.strip().lower()
    if said in ("", "-", "–"):
        return None
    found = re.fullmatch(r"(\d{1,8})\s*([a-zåäö]*)", said)
    seconds = int(found[1]) * UNITS[found[2]] if found and found[2] in UNITS else 0
    if not SHORTEST <= seconds <= LONGEST:
        raise BadCell("Skriv hur länge sändaren får vara tyst, 10 s–31 d: 90 s, 5 min eller 24 h.")
    return seconds


def test_hours(text: str) -> int | None:
    """Whole hours between tests: 25, 25 h, 7 d; None for "" or "-". One hour to a year."""
    said = text.strip().lower()
    if said in ("", "-", "–"):
        return None
    found = re.fullmatch(r"(\d{1,5})\s*(h|tim|d|dygn|)", said)
    hours = int(found[1]) * (24 if found[2] in ("d", "dygn") else 1) if found else 0
    if not 1 <= hours <= MOST_TEST_HOURS:
        raise BadCell("Skriv hur ofta sändaren ska prova, 1 h–366 d: 25 h eller 7 d.")
    return hours


def key(text: str) -> bytes:
    """An AES key in hexadecimal digits, spaces and dashes between them allowed. Never says what was typed."""
    said = re.sub(r"[\s:-]", "", text)
    if not re.fullmatch(r"[0-9A-Fa-f]+", said):
        raise BadCell("Skriv nyckeln med hexadecimala siffror, 0–9 och A–F.")
    if len(said) not in [2 * one for one in AES_BYTES]:
        raise BadCell(f"Nyckeln har {len(said)} siffror. AES har 32, 48 eller 64 (128, 192 eller 256 bitar).")
    return bytes.fromhex(said)


def function(text: str) -> str:
    """A function's code, from its name or its code; "" lets each kind of alarm go to its own."""
    said = text.strip().casefold()
    if not said:
        return ""
    for code, name in NAMES.items():
        if said in (code, name.casefold()):
            return code
    raise BadCell(f"Verksamheten finns inte. Välj {', '.join(NAMES.values())}, eller lämna tomt.")


def municipality(text: str) -> MunicipalityRef:
    """A municipality from its name, short name or code."""
    said = text.strip().casefold()
    for one in municipalities():
        if said in (one.name.casefold(), one.slug, one.short_code.casefold()):
            return one
    raise BadCell("Ingen kommun heter så.")


def interval_text(seconds: int | None) -> str:
    """90 s, 5 min, 24 h, 7 d; "" for none."""
    if seconds is None:
        return ""
    if seconds % 86_400 == 0 and seconds > 86_400:
        return f"{seconds // 86_400} d"
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds % unit == 0:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"


def hours_text(hours: int | None) -> str:
    """25 h, 7 d; "" for none."""
    if hours is None:
        return ""
    return f"{hours // 24} d" if hours % 24 == 0 and hours > 24 else f"{hours} h"


def faults(
    source: SourceRef, *, account: str, interval: int | None, test_hours: int | None, key: bytes | None
) -> dict[str, str]:
    """What its protocol doesn't allow, by field; {} when all is well."""
    found: dict[str, str] = {}
    if source.protocol == Protocol.DC09 and not _HEX_ACCOUNT.fullmatch(account):
        found["account"] = "Ett konto i SIA DC-09 är 1–16 hexadecimala siffror, 0–9 och A–F."
    if key is not None and not source.encrypts:
        found["key"] = f"Bara SIA DC-09 krypterar med nyckel. {source.name} gör det inte."
    if interval is not None and not source.listens:
        found["interval"] = (
            f"{source.name} talar {Protocol(source.protocol).label}, där ingen hör av sig utan larm. Lämna tomt."
        )
    return found
