"""One transmitter registered, changed or ended by hand; each change is audited, never the key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from alarms.intake.models import Transmitter
from alarms.intake.registering import KEY_PURPOSE, account_hash
from alarms.nameplates.services import accounts_of, remember
from alarms.registry import fields
from alarms.registry.errors import UnknownTransmitter, Wrong
from alarms.registry.links import kept_there, linked
from central.accounts.models import User
from central.audit.services import record
from central.municipalities import directory
from central.sealing import seal
from central.tabular import BadCell

KEEP, NONE, NEW = "keep", "none", "new"
"""What to do with a key: leave it as it is, take it away, or set the one that is given."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody typed, as it was typed. ``key_choice`` is keep, none or new."""

    source: str = ""
    account: str = ""
    municipality: str = ""
    function: str = ""
    site: str = ""
    area: str = ""
    interval: str = ""
    tests: str = ""
    key_choice: str = NONE
    key: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """The same, read."""

    municipality_id: int
    function: str
    site: str
    area: str
    interval: int | None
    test_hours: int | None
    key: bytes | None


def register(*, given: Given, functions: Collection[str], by: User, now: datetime) -> Transmitter:
    """A new transmitter; one that was ended with that account is taken into use again.

    ``functions`` are those whose transmitters the person sees. Raises Wrong.
    """
    errors: dict[str, str] = {}
    source = fields.sources().get(int(given.source)) if given.source.isdecimal() else None
    if source is None:
        errors["source"] = "Välj vilken källa sändaren hör till."
    account = _read("account", fields.account, given.account, errors)
    read = _all(given, functions, source, account or "", errors)
    if source is None or account is None or read is None or errors:
        raise Wrong(errors)
    with transaction.atomic():
        hashed = account_hash(source.id, account)
        found = (
            Transmitter.objects.select_for_update().filter(source_id=source.id, account_hash=hashed).first()
        )
        if found is not None and (found.active or found.synthetic):
            raise Wrong(
                {"account": f"Kontot finns redan hos {source.name}. Sök på det i listan och ändra det där."}
            )
        one = found or Transmitter(source_id=source.id, account_hash=hashed)
        _write(one, read, NEW if read.key else NONE)
        one.active = True
        one.service_until = one.service_by_id = None
        one.save()
        remember({one.pk: account})
        _told(
            "registered", one, by, now,
            {"source": source.name, "again": found is not None, **_as_words(one), "key": bool(read.key)},
        )  # fmt: skip
    return one


def change(
    *, transmitter_id: int, given: Given, functions: Collection[str], by: User, now: datetime
) -> Transmitter:
    """Set everything but source and account. The account may be said where it isn't known; it must be the right one.

    Raises UnknownTransmitter, Wrong.
    """
    with transaction.atomic():
        one = _locked(transmitter_id, functions)
        errors: dict[str, str] = {}
        source = fields.sources().get(one.source_id)
        account = accounts_of([one.pk]).get(one.pk)
        stated = ""
        if account is None and given.account.strip():
            stated = _read("account", fields.account, given.account, errors) or ""
            if stated and account_hash(one.source_id, stated) != one.account_hash:
                errors["account"] = "Det är inte den här sändarens konto. Kontrollera, eller lämna tomt."
        read = _all(given, functions, source, account or "0", errors)
        moves = read is not None and read.municipality_id != one.municipality_id
        if moves and linked({one.pk: one.municipality_id}):
            errors["municipality"] = kept_there(one.municipality_id)
        if read is None or errors:
            raise Wrong(errors)
        before, had_key = _as_words(one), bool(one.key_sealed)
        _write(one, read, given.key_choice)
        after = _as_words(one)
        differs = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        if given.key_choice != KEEP and (read.key or had_key):
            differs["key"] = ["", "ny" if read.key else "borttagen"]
        one.save()
        if stated:
            remember({one.pk: stated})
            differs["account"] = ["", "angivet"]
        if differs:
            _told("changed", one, by, now, {"changed": differs})
    return one


def end(
    *, transmitter_id: int, reason: str, functions: Collection[str], by: User, now: datetime
) -> Transmitter:
    """It is no longer in use: what calls itself that is unknown from now on. Raises UnknownTransmitter, Wrong."""
    said = reason.strip()
    if not 0 < len(said) <= fields.REASON_LENGTH or "\x00" in said:
        raise Wrong(
            {"reason": f"Skriv varför, högst {fields.REASON_LENGTH} tecken. Det står i granskningsloggen."}
        )
    with transaction.atomic():
        one = _locked(transmitter_id, functions)
        one.active = False
        one.save(update_fields=["active", "changed_at"])
        _told("ended", one, by, now, {"reason": said})
    return one


def _all(
    given: Given,
    functions: Collection[str],
    source: fields.SourceRef | None,
    account: str,
    errors: dict[str, str],
) -> Read | None:
    municipality = _read("municipality", fields.municipality, given.municipality, errors, "Välj kommun.")
    function = _read("function", fields.function, given.function, errors)
    if function and function not in functions:
        errors["function"] = "Du har inte behörighet till den verksamheten."
    site = _read("site", fields.site, given.site, errors)
    area = _read("area", fields.area, given.area, errors)
    interval = _read("interval", fields.interval, given.interval, errors)
    hours = _read("tests", fields.test_hours, given.tests, errors)
    key = None
    if given.key_choice not in (KEEP, NONE, NEW):
        errors["key_choice"] = "Välj vad som gäller nyckeln."
    if given.key_choice == NEW:
        key = _read("key", fields.key, given.key, errors, "Skriv nyckeln, eller skapa en ny.")
    if source is not None:
        for name, message in fields.faults(
            source, account=account, interval=interval, test_hours=hours, key=key
        ).items():
            errors.setdefault(name, message)
    if errors or municipality is None:
        return None
    return Read(municipality.id, function or "", site or "", area or "", interval, hours, key)


def _read(name: str, parse: Any, text: str, errors: dict[str, str], empty: str = "") -> Any:
    if empty and not text.strip():
        errors[name] = empty
        return None
    try:
        return parse(text)
    except BadCell as error:
        errors[name] = error.message
        return None


def _write(one: Transmitter, read: Read, key_choice: str) -> None:
    one.municipality_id = read.municipality_id
    one.function, one.site, one.area = read.function, read.site, read.area
    one.interval_seconds, one.test_hours = read.interval, read.test_hours
    if key_choice != KEEP:
        one.key_sealed = seal(KEY_PURPOSE, read.key.hex()) if read.key else ""


def _locked(transmitter_id: int, functions: Collection[str]) -> Transmitter:
    found = (
        Transmitter.objects.select_for_update()
        .filter(pk=transmitter_id, active=True, synthetic=False)
        .first()
    )
    if found is None or (found.function and found.function not in functions):
        raise UnknownTransmitter
    return found


def _as_words(one: Transmitter) -> dict[str, str]:
    return {
        "municipality": directory.by_id(one.municipality_id).name,
        "function": one.function,
        "site": one.site,
        "area": one.area,
        "interval": fields.interval_text(one.interval_seconds),
        "tests": fields.hours_text(one.test_hours),
    }


def _told(verb: str, one: Transmitter, by: User, now: datetime, details: dict[str, Any]) -> None:
    record(
        f"transmitter.{verb}",
        actor_id=by.pk,
        actor_name=by.name,
        municipality_id=one.municipality_id,
        subject=str(one.pk),
        details=details,
        at=now,
    )
