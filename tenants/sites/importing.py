"""Sites from a file and to a file: `tenants.imports.registers.Register`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from central.audit.services import Row as Entry
from central.audit.services import record_many
from central.municipalities.context import current
from central.swedish import swedish_key
from central.tabular import Checked, Column, Table
from tenants import transmitters
from tenants.imports.linking import look_up
from tenants.imports.registers import Actor, Row
from tenants.sites import queries
from tenants.sites.columns import COLUMNS, LINK_COLUMNS
from tenants.sites.models import Site, SiteTransmitter
from tenants.sites.services import assign

_SECRETS = frozenset(one for one, _word, _purpose in queries.SEALED)


class Sites:
    """The register of sites, for an import."""

    code = "sites"
    columns: Sequence[Column] = (*COLUMNS, *LINK_COLUMNS)

    def hidden_rows(self, table: Table) -> Collection[int]:
        return ()

    def look_closer(self, checked: Checked, wanted: list[tuple[int, Row]]) -> None:
        names = dict(Site.objects.filter(ended_at=None).values_list("sort_key", "number"))
        seen: dict[str, int] = {}
        for number, row in wanted:
            key = swedish_key(row["name"])
            first = seen.setdefault(key, number)
            if first != number:
                checked.refuse(number, "Namn", f"Namnet står redan på rad {first}.", row["name"])
            elif names.get(key, row["number"]) != row["number"]:
                owner = f"nummer {names[key]}" if names[key] else "utan nummer"
                checked.refuse(
                    number,
                    "Namn",
                    f"Ett objekt {owner} heter redan så. Ge det numret, eller byt namn på det ena.",
                    row["name"],
                )
        links = SiteTransmitter.objects.values_list("transmitter_id", "site__number", "site__name")
        look_up(checked, wanted, {one: (number, name) for one, number, name in links}, "objektet")

    def standing(self, wanted: Sequence[Row], *, lock: bool) -> list[Row]:
        asked = {row["number"]: [one for one in row if one in _SECRETS] for row in wanted}
        sites = Site.objects.exclude(number="").order_by("pk")
        linked = _linked()
        rows: dict[str, Row] = {}
        for site in sites.select_for_update() if lock else sites:
            if site.ended_at and site.number in rows:
                continue  # a number may be used again: the one in use is meant
            rows[site.number] = {
                **queries.as_values(site, secrets=asked.get(site.number, ())),
                "id": str(site.pk),
                "ended": site.ended_at is not None,
                "transmitters": sorted(linked[site.pk]),
            }
        return list(rows.values())

    def masked(self, before: Row | None, after: Row) -> tuple[Row, Row]:
        return before or {}, after

    def named(self, row: Row) -> str:
        return f"{row['number']} {row['name']}"

    def insert(self, rows: Sequence[Row], actor: Actor, now: datetime) -> None:
        made = []
        for row in rows:
            site = Site(created_at=now)
            assign(site, _own(row), now)
            made.append(site)
        Site.objects.bulk_create(made)
        _link(zip(made, rows, strict=True), now)
        _audit("site.registered", [(site, []) for site in made], actor, now)

    def update(self, rows: Sequence[tuple[Row, Collection[str]]], actor: Actor, now: datetime) -> None:
        sites = Site.objects.in_bulk([row["id"] for row, _fields in rows], field_name="pk")
        by_id = {str(key): site for key, site in sites.items()}
        told: list[tuple[Site, list[str]]] = []
        for row, fields in rows:
            site = by_id[row["id"]]
            changed = assign(site, {name: row[name] for name in fields if name in _FIELDS}, now)
            if "ended" in fields:
                site.ended_at = None
            told.append((site, [*changed, *[name for name in fields if name not in _FIELDS]]))
        Site.objects.bulk_update([site for site, _changed in told], _STORED, batch_size=200)
        _link([(by_id[row["id"]], row) for row, fields in rows if "transmitters" in fields], now)
        _audit("site.changed", told, actor, now)

    def end(self, ids: Collection[Any], actor: Actor, now: datetime) -> None:
        sites = list(Site.objects.filter(pk__in=ids, ended_at=None))
        Site.objects.filter(pk__in=ids, ended_at=None).update(ended_at=now, changed_at=now)
        SiteTransmitter.objects.filter(site_id__in=ids).delete()
        _audit("site.ended", [(site, []) for site in sites], actor, now)

    def exported(self) -> list[list[str]]:
        """All in use as the columns of a file have them, no secret among them."""
        links = _linked()
        known = {
            one.id: one.account for one in transmitters.own([t for some in links.values() for t in some])
        }
        rows = []
        for site in queries.listed():
            values = queries.as_values(site)
            told = [one.show(values[one.name]) for one in COLUMNS if not one.secret]
            rows.append([*told, ", ".join(filter(None, (known.get(one, "") for one in links[site.pk])))])
        return rows


_FIELDS = frozenset(one.name for one in COLUMNS)
_STORED = [
    "name", "kind", "function", "address", "area", "lat", "lon", "x", "y", "hours", "notes", "assembly", "key_place",
    "key_number_sealed", "door_code_sealed", "alarm_code_sealed", "contacts", "drawings", "hazards", "ended_at",
    "changed_at",
]  # fmt: skip

EXPORTED: Sequence[Column] = (*[one for one in COLUMNS if not one.secret], LINK_COLUMNS[0])
"""The columns of `Sites.exported`."""


def _own(row: Row) -> Row:
    return {name: value for name, value in row.items() if name in _FIELDS and value is not None}


def _linked() -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for site_id, one in SiteTransmitter.objects.order_by("pk").values_list("site_id", "transmitter_id"):
        found[site_id].append(one)
    return found


def _link(rows: Iterable[tuple[Site, Row]], now: datetime) -> None:
    """Add the links that lack; one that somebody else has meanwhile given away breaks the whole (IntegrityError)."""
    wanted = {(one.pk, id_): one for one, row in rows for id_ in row.get("transmitters", [])}
    stand = set(
        SiteTransmitter.objects.filter(site_id__in={key for key, _id in wanted}).values_list(
            "site_id", "transmitter_id"
        )
    )
    SiteTransmitter.objects.bulk_create(
        [
            SiteTransmitter(site=one, transmitter_id=id_, linked_at=now)
            for (key, id_), one in wanted.items()
            if (key, id_) not in stand
        ]
    )


def _audit(verb: str, sites: Iterable[tuple[Site, list[str]]], actor: Actor, now: datetime) -> None:
    record_many(
        Entry(
            verb, actor.pk, current().id, now, str(site.pk),
            {"fields": fields} if fields else None,
        )
        for site, fields in sites
    )  # fmt: skip
