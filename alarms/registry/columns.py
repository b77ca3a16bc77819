"""The columns of a file of transmitters, as it is read and as it is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from alarms.registry import fields
from central.functions import NAMES
from central.municipalities import directory
from central.tabular import BadCell, Column


def columns(functions: Collection[str]) -> Sequence[Column]:
    """For one person's reading: sources are looked up now, functions are those whose transmitters she sees."""
    sources = fields.sources()
    by_name = {one.name.casefold(): one for one in sources.values()}

    def source(text: str) -> int:
        found = by_name.get(text.casefold())
        if found is None:
            raise BadCell(
                f"Ingen källa i bruk heter så. De som finns är {', '.join(one.name for one in sources.values())}."
            )
        return found.id

    def function(text: str) -> str:
        code = fields.function(text)
        if code and code not in functions:
            raise BadCell("Du har inte behörighet till den verksamheten.")
        return code

    first = next(iter(sources.values())).name if sources else "Larmmottagaren"
    return (
        Column(
            "source", "Källa", required=True, parse=source, example=first,
            help="Källans namn, som på sidan Sändare", show=lambda one: _source_name(one, sources),
        ),
        Column(
            "account", "Konto", required=True, parse=fields.account, exact=True, example="0012",
            help="Det sändaren kallar sig; inledande nollor räknas",
        ),
        Column(
            "key", "Nyckel", parse=lambda text: fields.key(text).hex(), secret=True, exact=True,
            help="AES-nyckel, 32, 48 eller 64 hexadecimala siffror; tom cell rör inte den som finns",
        ),
        Column(
            "municipality", "Kommun", required=True, parse=lambda text: fields.municipality(text).id,
            example=_a_municipality(), help="Kommunens namn", show=_municipality_name,
        ),
        Column(
            "function", "Verksamhet", parse=function, example="Fastighet", show=lambda one: NAMES.get(one, ""),
            help="Tom cell: larmets sort avgör",
        ),
        Column("site", "Plats", parse=fields.site, example="Norrskolan", help="Tom cell för ett hem: aldrig någons namn"),
        Column("area", "Område", parse=fields.area, example="Centrum", help="Ort eller stadsdel"),
        Column(
            "interval", "Intervall", parse=fields.interval, default=None, show=fields.interval_text,
            help="Så länge får den vara tyst: 90 s, 5 min, 24 h; tom cell övervakar inte",
        ),
        Column(
            "tests", "Prov", parse=fields.test_hours, default=None, show=fields.hours_text,
            help="Så ofta ska den prova: 25 h, 7 d; tom cell för aldrig",
        ),
    )  # fmt: skip


def _source_name(one: Any, sources: dict[int, fields.SourceRef]) -> str:
    return sources[one].name if one in sources else ""


def _municipality_name(one: Any) -> str:
    return directory.by_id(one).name if one else ""


def _a_municipality() -> str:
    found = directory.municipalities()
    return found[0].name if found else ""
