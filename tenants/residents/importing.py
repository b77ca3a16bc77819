"""Residents from a file and to a file: `tenants.imports.registers.Register`. Whoever is protected is never shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from central.audit.services import Row as Entry
from central.audit.services import record_many
from central.municipalities.context import current
from central.tabular import Checked, Column, Table
from tenants import transmitters
from tenants.imports.linking import look_up
from tenants.imports.registers import Actor, Row
from tenants.residents import queries
from tenants.residents.columns import COLUMNS, LINK_COLUMNS, PROTECTED_FIELDS
from tenants.residents.models import Resident, ResidentTransmitter
from tenants.residents.rules import HIDDEN, MASKED
from tenants.residents.services import assign

_SECRETS = frozenset(one for one, _word, _purpose in queries.SEALED)
_PROTECTED = "protected_identity"
_HEADINGS = {one.name: one.heading for one in COLUMNS}


class Residents:
    """The register of residents, for an import."""

    code = "residents"
    columns: Sequence[Column] = (*COLUMNS, *LINK_COLUMNS)

    def hidden_rows(self, table: Table) -> Collection[int]:
        """Those of protected residents, and those that say so: anything but a clear no counts."""
        protected = _protected_numbers()
        headings = {one.casefold(): one for one in table.headings}
        number, flag = (headings.get(_HEADINGS[one].casefold()) for one in ("number", _PROTECTED))
        return {
            row.number
            for row in table.rows
            if (number and row.cells[number] in protected)
            or (flag and row.cells[flag].casefold() not in ("", "nej", "n", "0", "false"))
        }

    def look_closer(self, checked: Checked, wanted: list[tuple[int, Row]]) -> None:
        known = set(Resident.objects.values_list("number", flat=True))
        protected = _protected_numbers()
        for number, row in wanted:
            if row["number"] not in known:
                for name in ("name", "address"):
                    if name not in row:
                        checked.refuse(number, _HEADINGS[name], "Personen är ny och behöver ett värde här.")
            if row["number"] in protected and row.get(_PROTECTED) is False:
                checked.refuse(
                    number,
                    _HEADINGS[_PROTECTED],
                    "Skyddet tas bort på personens egen sida, där skälet anges. Skriv ja eller lämna tomt.",
                )
        links = ResidentTransmitter.objects.values_list("transmitter_id", "resident__number")
        look_up(checked, wanted, {one: (number, f"kund {number}") for one, number in links}, "personen")

    def standing(self, wanted: Sequence[Row], *, lock: bool) -> list[Row]:
        asked = {row["number"]: [one for one in row if one in _SECRETS] for row in wanted}
        residents = Resident.objects.order_by("pk")
        linked = _linked()
        return [
            {
                **queries.as_values(one, secrets=asked.get(one.number, ())),
                "id": str(one.pk),
                "ended": one.ended_at is not None,
                "transmitters": sorted(linked[one.pk]),
            }
            for one in (residents.select_for_update() if lock else residents)
        ]

    def masked(self, before: Row | None, after: Row) -> tuple[Row, Row]:
        if not after.get(_PROTECTED) and not (before or {}).get(_PROTECTED):
            return before or {}, after
        hidden = dict.fromkeys(PROTECTED_FIELDS, HIDDEN)
        new = {one: f"{HIDDEN}, nytt" for one in PROTECTED_FIELDS if before is not None}
        return {**(before or {}), **hidden}, {**after, **hidden, **new}

    def named(self, row: Row) -> str:
        name = MASKED if row.get(_PROTECTED) or row["name"] == HIDDEN else row["name"]
        return f"{row['number']} {name}"

    def insert(self, rows: Sequence[Row], actor: Actor, now: datetime) -> None:
        made = []
        for row in rows:
            resident = Resident(created_at=now)
            assign(resident, {_PROTECTED: False, **_own(row)}, now)
            made.append(resident)
        Resident.objects.bulk_create(made)
        _link(zip(made, rows, strict=True), now)
        _audit("resident.registered", [(one, []) for one in made], actor, now)

    def update(self, rows: Sequence[tuple[Row, Collection[str]]], actor: Actor, now: datetime) -> None:
        found = Resident.objects.in_bulk([row["id"] for row, _fields in rows], field_name="pk")
        by_id = {str(key): one for key, one in found.items()}
        told: list[tuple[Resident, list[str]]] = []
        for row, fields in rows:
            one = by_id[row["id"]]
            changed = assign(one, {name: row[name] for name in fields if name in _HEADINGS}, now)
            if "ended" in fields:
                one.ended_at = None
            told.append((one, [*changed, *[name for name in fields if name not in _HEADINGS]]))
        Resident.objects.bulk_update([one for one, _changed in told], _STORED, batch_size=200)
        _link([(by_id[row["id"]], row) for row, fields in rows if "transmitters" in fields], now)
        _audit("resident.changed", told, actor, now)

    def end(self, ids: Collection[Any], actor: Actor, now: datetime) -> None:
        ended = list(Resident.objects.filter(pk__in=ids, ended_at=None))
        Resident.objects.filter(pk__in=ids, ended_at=None).update(ended_at=now, changed_at=now)
        ResidentTransmitter.objects.filter(resident_id__in=ids).delete()
        _audit("resident.ended", [(one, []) for one in ended], actor, now)

    def exported(self) -> list[list[str]]:
        """All with an alarm as the columns of a file have them: no secret, and no word of who is protected."""
        links = _linked()
        known = {
            one.id: one.account for one in transmitters.own([t for some in links.values() for t in some])
        }
        rows = []
        for resident in queries.listed():
            values = queries.as_values(resident)
            if resident.protected_identity:
                values.update(dict.fromkeys(PROTECTED_FIELDS, HIDDEN), name=MASKED)
            told = [one.show(values[one.name]) for one in COLUMNS if not one.secret]
            rows.append([*told, ", ".join(filter(None, (known.get(one, "") for one in links[resident.pk])))])
        return rows


_STORED = [
    "name", "address", "floor", "phone", "team", "door_code_sealed", "key_box", "key_box_code_sealed",
    "key_number_sealed", "risks", "risk_text", "next_of_kin", "language", "hearing", "voice_note",
    "protected_identity", "ended_at", "changed_at",
]  # fmt: skip

EXPORTED: Sequence[Column] = (*[one for one in COLUMNS if not one.secret], LINK_COLUMNS[0])
"""The columns of `Residents.exported`."""


def _protected_numbers() -> set[str]:
    return set(Resident.objects.filter(protected_identity=True).values_list("number", flat=True))


def _own(row: Row) -> Row:
    return {name: value for name, value in row.items() if name in _HEADINGS and value is not None}


def _linked() -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    rows = ResidentTransmitter.objects.order_by("pk").values_list("resident_id", "transmitter_id")
    for resident_id, one in rows:
        found[resident_id].append(one)
    return found


def _link(rows: Iterable[tuple[Resident, Row]], now: datetime) -> None:
    """Add the links that lack; one that somebody else has meanwhile given away breaks the whole (IntegrityError)."""
    wanted = {(one.pk, id_): one for one, row in rows for id_ in row.get("transmitters", [])}
    stand = set(
        ResidentTransmitter.objects.filter(resident_id__in={key for key, _id in wanted}).values_list(
            "resident_id", "transmitter_id"
        )
    )
    ResidentTransmitter.objects.bulk_create(
        [
            ResidentTransmitter(resident=one, transmitter_id=id_, linked_at=now)
            for (key, id_), one in wanted.items()
            if (key, id_) not in stand
        ]
    )


def _audit(verb: str, residents: Iterable[tuple[Resident, list[str]]], actor: Actor, now: datetime) -> None:
    record_many(
        Entry(
            verb, actor.pk, current().id, now, str(one.pk),
            {"fields": fields} if fields else None,
        )
        for one, fields in residents
    )  # fmt: skip
