"""A register from a file: checked and compared first, then written all or none.

Between the preview and the confirmation the rows are kept sealed for who brought them, an hour at most. The confirmation
compares again: what was not seen is not done. Confirmed twice, it is done once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, connection, transaction
from django.utils.crypto import salted_hmac

from central.audit.services import record
from central.municipalities.context import current, in_municipality
from central.municipalities.directory import municipalities
from central.sealing import Unreadable, seal, unseal
from central.tabular import (
    Change,
    Checked,
    Column,
    Difference,
    Preview,
    check,
    differences,
    preview,
    read_table,
)
from tenants.imports.models import ImportRun, State
from tenants.imports.progress import Progress
from tenants.imports.registers import Actor, Register, Row

KEPT = timedelta(hours=1)
PURPOSE = "tenants.imports"
CHUNK = 500
LEFT_ALONE = "De finns i registret men inte i filen. De står kvar som de är."
ENDED = "De finns i registret men inte i filen. De avslutas, och deras sändare blir lediga."
NOT_SHOWN = "Värdet går inte att läsa. Det visas inte: personuppgifterna är skyddade."
_STATE = (
    Column("ended", "Läge", show=lambda one: "avslutad" if one else "i bruk"),
    Column("transmitters", "Sändare", show=lambda one: f"{len(one or ())} kopplade"),
)


class Expired(Exception):
    """The file is no longer kept, or it is somebody else's."""

    message = "Filen sparas en timme och finns inte kvar. Välj den igen."


class RegisterChanged(Exception):
    """Somebody changed the register after the differences were shown: they must be looked at again."""

    message = "Registret har ändrats sedan du tittade. Inget är gjort. Så här blir det nu:"


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was read: its mistakes, or the import that waits to be confirmed."""

    checked: Checked
    waiting: ImportRun | None = None


def look(
    *, register: Register, content: bytes, file_name: str, end_missing: bool, by: Actor, now: datetime
) -> Looked:
    """Read a file and keep its rows for the confirmation, if it has no mistake. Raises BadTable."""
    checked, rows = read(register, content, file_name)
    if rows is None:
        return Looked(checked)
    ImportRun.objects.filter(state=State.PREVIEWED, expires_at__lte=now).delete()
    run = ImportRun(
        register=register.code, by_id=by.pk, end_missing=end_missing, created_at=now, expires_at=now + KEPT
    )
    keep(run, rows, compare(register, rows))
    run.save(force_insert=True)
    return Looked(checked, run)


def read(register: Register, content: bytes, file_name: str) -> tuple[Checked, list[Row] | None]:
    """A file's rows, None where it has mistakes. Raises BadTable."""
    table = read_table(content, file_name)
    checked = check(table, register.columns)
    checked.refuse_twice(
        lambda value: value["number"], register.columns[0].heading, "Numret står redan på rad {first}."
    )
    wanted = [
        (
            number,
            {
                name: one
                for name, one in value.items()
                if one is not None and (name in checked.present or name == "number")
            },
        )
        for number, value in zip(checked.numbers, checked.values, strict=True)
    ]
    register.look_closer(checked, wanted)
    if checked.errors:
        hidden = set(register.hidden_rows(table))
        checked.errors[:] = [
            replace(one, value="", message=NOT_SHOWN) if one.row in hidden else one for one in checked.errors
        ]
        return checked, None
    return checked, [row for _number, row in wanted]


def keep(run: ImportRun, rows: Sequence[Row], found: Difference) -> None:
    """Set what the confirmation needs; not saved here."""
    run.rows_sealed, run.total = seal(PURPOSE, json.dumps(rows)), len(rows)
    count(run, found)


def count(run: ImportRun, found: Difference) -> None:
    """Set what would be done, and what is seen of it; not saved here."""
    run.seen_digest, run.unchanged = _digest(found), len(found.unchanged)
    run.added, run.changed = len(found.added), len(found.changed)
    run.ended = len(found.removed) if run.end_missing else 0


def shown(*, register: Register, run_id: UUID, by: Actor, now: datetime) -> tuple[ImportRun, Preview | None]:
    """An import as it stands, and what it would change now: None when that isn't to be asked. What is shown may then be
    confirmed. What the worker compared is not compared again here.

    Raises Expired.
    """
    run = _mine(register, run_id, by, now)
    if run.state != State.PREVIEWED:
        return run, None
    if run.in_worker:
        return run, msgspec.json.decode(unsealed(run.told_sealed), type=Preview)
    found = compare(register, kept_rows(run))
    count(run, found)
    ImportRun.objects.filter(pk=run.pk, state=State.PREVIEWED).update(
        **{name: getattr(run, name) for name in ("seen_digest", "added", "changed", "unchanged", "ended")}
    )
    return run, told(register, run, found)


def told(register: Register, run: ImportRun, found: Difference) -> Preview:
    """What may be shown of the differences."""
    return preview(
        _masked(register, found),
        [*[one for one in register.columns if one.name not in ("account", "source")], *_STATE],
        name=lambda row: register.named(dict(row)),
        removed_text=ENDED if run.end_missing else LEFT_ALONE,
    )


def confirm(*, register: Register, run_id: UUID, by: Actor, now: datetime) -> ImportRun:
    """Write everything the preview showed, or nothing. Done already: as it was done then.

    Raises Expired; RegisterChanged when the differences are no longer those that were shown.
    """
    try:
        with Progress(run_id) as progress, transaction.atomic():
            with (
                connection.cursor() as cursor
            ):  # one import at a time here; the row itself takes the progress meanwhile
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                    [f"import:{current().schema_name}:{register.code}"],
                )
            run = _mine(register, run_id, by, now)
            if run.state == State.DONE:
                return run
            if run.state not in (State.PREVIEWED, State.CONFIRMED):
                raise Expired
            found = compare(register, kept_rows(run), lock=True)
            if _digest(found) != run.seen_digest:
                raise RegisterChanged
            _apply(register, found, run, by, now, progress)
            progress.finish()
            ImportRun.objects.filter(pk=run_id).update(
                state=State.DONE, rows_sealed="", told_sealed="", note="", done=run.total, finished_at=now
            )
    except IntegrityError:
        raise RegisterChanged from None
    return ImportRun.objects.get(pk=run_id)


def progress_of(*, register: Register, run_id: UUID, by: Actor, now: datetime) -> ImportRun:
    """How far it has come. Raises Expired."""
    return _mine(register, run_id, by, now)


def throw_away(*, register: Register, run_id: UUID, by: Actor) -> None:
    """The person doesn't want it: its rows are gone at once. One that is done stays as it is."""
    ImportRun.objects.filter(
        pk=run_id,
        register=register.code,
        by_id=by.pk,
        state__in=[State.RECEIVED, State.REFUSED, State.PREVIEWED],
    ).delete()


def forget_old(now: datetime) -> int:
    """Throw away what nobody confirmed within the hour, in every municipality; how many. For the clock."""
    gone = 0
    for municipality in municipalities():
        with in_municipality(municipality):
            gone += ImportRun.objects.filter(expires_at__lte=now).exclude(state=State.DONE).delete()[0]
    return gone


def _mine(register: Register, run_id: UUID, by: Actor, now: datetime) -> ImportRun:
    run = ImportRun.objects.filter(pk=run_id, register=register.code, by_id=by.pk).first()
    if run is None or (run.state != State.DONE and run.expires_at <= now):
        raise Expired
    return run


def kept_rows(run: ImportRun) -> list[Row]:
    """The rows that wait. Raises Expired."""
    rows: list[Row] = json.loads(unsealed(run.rows_sealed))
    return rows


def unsealed(text: str) -> str:
    """What was sealed for an import. Raises Expired."""
    try:
        return unseal(PURPOSE, text)
    except Unreadable:
        raise Expired from None


def compare(register: Register, rows: Sequence[Row], *, lock: bool = False) -> Difference:
    """What the rows would change: links only grow, and what had ended is taken back."""
    standing = {one["number"]: one for one in register.standing(rows, lock=lock)}
    wanted = []
    for row in rows:
        stands = standing.get(row["number"])
        linked = stands["transmitters"] if stands else []
        after = {name: one for name, one in row.items() if name not in ("account", "source", "transmitters")}
        after["ended"] = False
        after["transmitters"] = sorted({*linked, *row.get("transmitters", [])})
        wanted.append(after)
    numbers = {row["number"] for row in rows}
    existing = [one for one in standing.values() if not one["ended"] or one["number"] in numbers]
    return differences(existing, wanted, "number")


def _masked(register: Register, found: Difference) -> Difference:
    def change(one: Change) -> Change:
        before, after = register.masked(dict(one.before), dict(one.after))
        return replace(one, before=before, after=after)

    return replace(
        found,
        added=[register.masked(None, dict(one))[1] for one in found.added],
        changed=[change(one) for one in found.changed],
    )


def _digest(found: Difference) -> str:
    """The same for the same differences; what is told by it is only whether they are."""
    said = {
        "added": sorted(one["number"] for one in found.added),
        "changed": sorted(
            [one.after["number"], *[[name, one.before.get(name), one.after[name]] for name in one.fields]]
            for one in found.changed
        ),
        "unchanged": len(found.unchanged),
        "removed": sorted(one["number"] for one in found.removed),
    }
    return salted_hmac(PURPOSE, json.dumps(said, sort_keys=True), algorithm="sha256").hexdigest()


def _apply(
    register: Register, found: Difference, run: ImportRun, by: Actor, now: datetime, progress: Progress
) -> None:
    done = len(found.unchanged)
    progress.tell(done)
    gone = [one["id"] for one in found.removed] if run.end_missing else []
    for ids in _chunks(gone):  # first: a name or a transmitter may go on to a row of the file
        register.end(ids, by, now)
    for changes in _chunks(found.changed):
        register.update([(dict(one.after), one.fields) for one in changes], by, now)
        progress.tell(done := done + len(changes))
    for rows in _chunks(found.added):
        register.insert([dict(one) for one in rows], by, now)
        progress.tell(done := done + len(rows))
    counts: Mapping[str, Any] = {
        "new": len(found.added),
        "changed_count": len(found.changed),
        "ended_count": len(gone),
    }
    record(
        f"{register.code}.imported",
        actor_id=by.pk,
        actor_name=by.name,
        municipality_id=current().id,
        subject=str(run.pk),
        details={name: str(count) for name, count in counts.items()},
        at=now,
    )


def _chunks[T](rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
