"""What somebody typed on the command line, checked; every mistake names its argument and repeats no secret."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from alarms.intake.conventions import faults_in
from alarms.intake.models import Protocol
from alarms.intake.registering import AES_BYTES, MOST_TEST_HOURS

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(days=31)


def protocol(given: str) -> Protocol:
    """http, dc09 or scaip."""
    if given not in Protocol.values:
        raise CommandError(f"--protocol: {given} finns inte. Välj {', '.join(Protocol.values)}.")
    return Protocol(given)


def interval(given: str) -> timedelta:
    """90, 90s, 5m, 24h or 7d; 10 seconds to 31 days."""
    found = re.fullmatch(r"(\d{1,9})\s*([smhd]?)", given.strip().lower())
    asked = timedelta(seconds=int(found[1]) * UNITS[found[2]]) if found else timedelta()
    if not SHORTEST <= asked <= LONGEST:
        raise CommandError(
            "--interval: skriv hur länge sändaren får vara tyst, 10s–31d: 90s, 5m eller 24h. "
            f"Du skrev {given!r}."
        )
    return asked


def test_hours(given: str) -> int:
    """Whole hours between its tests, one hour to a year."""
    said = given.strip()
    if not re.fullmatch(r"[0-9]{1,5}", said) or not 1 <= int(said) <= MOST_TEST_HOURS:
        raise CommandError(
            f"--test-hours: skriv hur ofta sändaren ska prova, hela timmar, 1–{MOST_TEST_HOURS}: 25 eller 168. "
            f"Du skrev {given!r}."
        )
    return int(said)


def minutes(given: str | None) -> timedelta:
    """Whole minutes; how many there may be is the service's to say."""
    if given is None:
        raise CommandError("--minutes: skriv hur många minuter servicen varar, 1–1440.")
    if not re.fullmatch(r"\d{1,6}", given.strip()):
        raise CommandError(f"--minutes: skriv hela minuter, 1–1440. Du skrev {given!r}.")
    return timedelta(minutes=int(given))


def aes_key(given: str | None, path: str | None) -> bytes | None:
    """The transmitter's key, from the argument or a file; None where neither is given."""
    if given is not None and path is not None:
        raise CommandError("--key och --key-file: ange nyckeln på ett av sätten.")
    name = "--key" if path is None else "--key-file"
    if path is not None:
        try:
            given = Path(path).read_text(encoding="ascii")
        except OSError as error:
            raise CommandError(f"--key-file: filen går inte att läsa ({error.strerror}).") from None
        except UnicodeDecodeError:
            raise CommandError("--key-file: filen ska innehålla nyckeln som hexadecimala siffror.") from None
    if given is None:
        return None
    try:
        key = bytes.fromhex(given)
    except ValueError:
        raise CommandError(f"{name}: skriv nyckeln med hexadecimala siffror, 0–9 och A–F.") from None
    if len(key) not in AES_BYTES:
        raise CommandError(
            f"{name}: nyckeln är {len(key)} byte. AES har 16, 24 eller 32 (32, 48 eller 64 siffror)."
        )
    return key


def conventions(given: str, spoken: str) -> dict[str, Any]:
    """A JSON object that the receiver of that protocol understands."""
    try:
        found = json.loads(given)
    except ValueError as error:
        raise CommandError(f"--conventions: det är inte JSON ({error}).") from None
    if not isinstance(found, dict):
        raise CommandError('--conventions: skriv ett JSON-objekt: {"codes": {…}}.')
    if faults := faults_in(spoken, found):
        raise CommandError("\n".join(f"--conventions: {one}" for one in faults))
    return found
