"""Many transmitters from a file: checked and compared first, then written all or none.

Between the preview and the confirmation the rows are kept sealed, an hour at most. The confirmation compares again: what
was not seen is not done. Confirmed twice, it is done once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, connection, transaction
from django.utils.crypto import salted_hmac

from alarms.intake.registering import account_hash
from alarms.nameplates.services import accounts_of, named_among, remember
from alarms.registry import fields, rows
from alarms.registry.columns import columns
from alarms.registry.errors import Expired, RegisterChanged
from alarms.registry.links import kept_there, linked
from alarms.registry.models import Import, State
from alarms.registry.progress import Progress
from alarms.registry.rows import Row
from central.accounts.models import User
from central.audit import services as audit
from central.sealing import Unreadable, seal, unseal
from central.tabular import Change, Checked, Difference, Preview, check, differences, preview, read_table

KEPT = timedelta(hours=1)
PURPOSE = "alarms.registry.import"
CHUNK = 500
MISSING = "De står i registret hos samma källor men inte i filen. De rörs inte: avsluta var och en på sin egen sida."
COMPARED = ("municipality", "function", "site", "area", "interval", "tests", "key", "active")


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was read: its mistakes, or the import that waits to be confirmed."""

    checked: Checked
    waiting: Import | None = None


def look(*, content: bytes, file_name: str, functions: Collection[str], by: User, now: datetime) -> Looked:
    """Read a file and keep its rows for the confirmation, if it has no mistake. Raises BadTable."""
    checked, wanted = read(content, file_name, functions)
    if wanted is None:
        return Looked(checked)
    forget_old(now)
    made = Import(by_id=by.pk, expires_at=now + KEPT)
    keep(made, wanted)
    _count(made, _compare(wanted))
    made.save(force_insert=True)
    return Looked(checked, made)


def read(content: bytes, file_name: str, functions: Collection[str]) -> tuple[Checked, list[Row] | None]:
    """A file's rows, None where it has mistakes. Raises BadTable."""
    checked = check(read_table(content, file_name), columns(functions))
    wanted = _wanted(checked)
    _look_closer(checked, wanted, functions)
    return checked, None if checked.errors else wanted


def keep(found: Import, wanted: list[Row]) -> None:
    """Set the rows that the confirmation needs; not saved here."""
    found.rows_sealed, found.total = seal(PURPOSE, json.dumps(wanted)), len(wanted)


def _count(found: Import, difference: Difference) -> None:
    found.seen_digest, found.unchanged = _digest(difference), len(difference.unchanged)
    found.added, found.changed = len(difference.added), len(difference.changed)


def shown(
    *, import_id: UUID, functions: Collection[str], by: User, now: datetime
) -> tuple[Import, Preview | None]:
    """An import as it stands, and what it would change now: None when that isn't to be asked. Raises Expired.

    What is shown is what may then be confirmed. What the worker compared is not compared again here.
    """
    found = _mine(import_id, by, now)
    if found.state != State.PREVIEWED:
        return found, None
    if found.in_worker:
        return found, msgspec.json.decode(unsealed(found.told_sealed), type=Preview)
    told = compared(found, functions)
    Import.objects.filter(pk=found.pk, state=State.PREVIEWED).update(
        **{name: getattr(found, name) for name in ("seen_digest", "added", "changed", "unchanged")}
    )
    return found, told


def compared(found: Import, functions: Collection[str]) -> Preview:
    """Compare the rows that wait again: counted in ``found``, not saved; what may be shown. Raises Expired."""
    difference = _compare(_kept(found))
    _count(found, difference)
    accounts = accounts_of([one["id"] for one in difference.removed[:100]])
    named: list[Row] = [{**one, "account": accounts.get(one["id"], "")} for one in difference.removed[:100]]
    named += [dict(one) for one in difference.removed[100:]]
    shown_columns = columns(functions)
    source = shown_columns[0].show
    return preview(
        Difference(difference.added, difference.changed, difference.unchanged, list(named)),
        shown_columns,
        name=lambda one: f"{source(one['source'])} · {one.get('account') or 'nr ' + str(one.get('id', ''))}",
        removed_text=MISSING,
    )


def confirm(*, import_id: UUID, functions: Collection[str], by: User, now: datetime) -> Import:
    """Write everything the preview showed, or nothing. Done already: as it was done then.

    Raises Expired; RegisterChanged when the differences are no longer those that were shown.
    """
    try:
        with Progress(import_id) as progress, transaction.atomic():
            with connection.cursor() as cursor:  # not the row itself: the progress is written there meanwhile
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(import_id)])
            found = _mine(import_id, by, now)
            if found.state == State.DONE:
                return found
            if found.state not in (State.PREVIEWED, State.CONFIRMED):
                raise Expired
            difference = _compare(_kept(found), lock=True)
            if _digest(difference) != found.seen_digest:
                raise RegisterChanged
            _apply(difference, by, now, progress)
            progress.finish()
            Import.objects.filter(pk=import_id).update(
                state=State.DONE, rows_sealed="", told_sealed="", note="", done=found.total, finished_at=now
            )
    except IntegrityError:
        raise RegisterChanged from None
    return Import.objects.get(pk=import_id)


def progress_of(*, import_id: UUID, by: User, now: datetime) -> Import:
    """How far it has come. Raises Expired."""
    return _mine(import_id, by, now)


def throw_away(*, import_id: UUID, by: User) -> None:
    """The person doesn't want it: its rows are gone at once. One that is done stays as it is."""
    kept = [State.RECEIVED, State.REFUSED, State.PREVIEWED]
    Import.objects.filter(pk=import_id, by_id=by.pk, state__in=kept).delete()


def forget_old(now: datetime) -> int:
    """Throw away what nobody confirmed within the hour; how many."""
    return Import.objects.filter(expires_at__lte=now).exclude(state=State.DONE).delete()[0]


def _wanted(checked: Checked) -> list[Row]:
    """The file's rows with their hashes, without the columns that the file lacks."""
    kept = {"source", "account", *checked.present}
    return [
        {
            **{name: one for name, one in value.items() if name in kept},
            "hash": account_hash(value["source"], value["account"]),
        }
        for value in checked.values
    ]


def _look_closer(checked: Checked, wanted: list[Row], functions: Collection[str]) -> None:
    """What one cell alone doesn't tell: twice in the file, not by that protocol, not this person's."""
    checked.refuse_twice(
        lambda value: (value["source"], value["account"]),
        "Konto",
        "Kontot står redan på rad {first} för samma källa.",
    )
    sources = fields.sources()
    headings = {"account": "Konto", "key": "Nyckel", "interval": "Intervall"}
    for number, value in zip(checked.numbers, checked.values, strict=True):
        said = fields.faults(
            sources[value["source"]],
            account=value["account"],
            interval=value["interval"],
            test_hours=value["tests"],
            key=bytes.fromhex(value["key"]) if value["key"] else None,
        )
        for name, message in said.items():
            checked.refuse(number, headings[name], message, "" if name == "key" else str(value[name]))
    standing = {
        (one["source"], one["hash"]): one for one in rows.of_sources({one["source"] for one in wanted})
    }
    moved = {
        before["id"]: before["municipality"]
        for one in wanted
        if (before := standing.get((one["source"], one["hash"])))
        and before["municipality"] != one["municipality"]
    }
    kept = linked(moved)
    for number, one in zip(checked.numbers, wanted, strict=True):
        found = standing.get((one["source"], one["hash"]))
        if found is None:
            continue
        if found["synthetic"] or (found["function"] and found["function"] not in functions):
            checked.refuse(number, "Konto", "Du har inte behörighet till den sändaren.", one["account"])
        elif found["id"] in kept:
            checked.refuse(number, "Kommun", kept_there(found["municipality"]))


def _compare(wanted: list[Row], *, lock: bool = False) -> Difference:
    standing = rows.of_sources({one["source"] for one in wanted}, lock=lock)
    given = {(one["source"], one["hash"]): one for one in wanted}
    existing = []
    for one in standing:
        said = given.get((one["source"], one["hash"]))
        if said is None and (not one["active"] or one["synthetic"]):
            continue
        existing.append(
            {
                **one,
                "account": said["account"] if said else "",
                "key": rows.key_of(one) if said and said.get("key") else "",
            }
        )
    prepared = [
        {**{name: value for name, value in one.items() if name != "key" or value}, "active": True}
        for one in wanted
    ]
    return differences(existing, prepared, lambda one: (one["source"], one["hash"]), fields=COMPARED)


def _digest(found: Difference) -> str:
    """The same for the same differences; what is told by it is only whether they are."""
    said = {
        "added": sorted(one["hash"] for one in found.added),
        "changed": sorted(
            [
                one.after["hash"],
                *[[name, one.before.get(name), one.after[name]] for name in one.fields if name != "key"],
                "key" in one.fields,
            ]
            for one in found.changed
        ),
        "unchanged": len(found.unchanged),
    }
    return salted_hmac(PURPOSE, json.dumps(said, sort_keys=True), algorithm="sha256").hexdigest()


def _apply(found: Difference, by: User, now: datetime, progress: Progress) -> None:
    known = named_among([one["id"] for one in found.unchanged])
    unnamed = [one for one in found.unchanged if one["id"] not in known]
    remember({one["id"]: one["account"] for one in unnamed})
    done = len(found.unchanged)
    progress.tell(done)
    for added in _chunks(found.added):
        made = [{**_empty(), **one} for one in added]
        ids = rows.insert(made)
        remember({one: row["account"] for one, row in zip(ids, made, strict=True)})
        _audit("transmitter.registered", ids, made, by, now)
        progress.tell(done := done + len(made))
    for changes in _chunks(found.changed):
        after = [_after(one) for one in changes]
        rows.update(after)
        remember({one["id"]: one["account"] for one in after})
        _audit("transmitter.changed", [one["id"] for one in after], after, by, now, changes)
        progress.tell(done := done + len(after))


def _empty() -> Row:
    return {"function": "", "site": "", "area": "", "interval": None, "tests": None, "key": ""}


def _after(one: Change) -> Row:
    """What shall stand; the key only where it is new, otherwise the sealed one is left as it is."""
    return {**one.after, "key": one.after["key"] if "key" in one.fields else ""}


def _audit(
    verb: str, ids: list[int], made: list[Row], by: User, now: datetime, changes: list[Change] | None = None
) -> None:
    def details(place: int) -> dict[str, Any]:
        base = {"actor": by.name, "import": True}
        if changes is None:
            return {
                **base,
                "site": made[place]["site"],
                "area": made[place]["area"],
                "key": bool(made[place]["key"]),
            }
        one = changes[place]
        return {
            **base,
            "changed": {
                name: ["", "ny"] if name == "key" else [one.before.get(name), one.after[name]]
                for name in one.fields
            },
        }

    audit.record_many(
        audit.Row(verb, by.pk, row["municipality"], now, str(one), details(place))
        for place, (one, row) in enumerate(zip(ids, made, strict=True))
    )


def _mine(import_id: UUID, by: User, now: datetime) -> Import:
    found = Import.objects.filter(pk=import_id, by_id=by.pk).first()
    if found is None or (found.state != State.DONE and found.expires_at <= now):
        raise Expired
    return found


def _kept(found: Import) -> list[Row]:
    wanted: list[Row] = json.loads(unsealed(found.rows_sealed))
    return wanted


def unsealed(text: str) -> str:
    """What was sealed for an import. Raises Expired."""
    try:
        return unseal(PURPOSE, text)
    except Unreadable:
        raise Expired from None


def _chunks[T](found: Iterable[T]) -> Iterable[list[T]]:
    whole = list(found)
    return (whole[start : start + CHUNK] for start in range(0, len(whole), CHUNK))
