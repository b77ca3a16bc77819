"""The fields of a transmitter's form: what stands in each, what may be chosen, and what helps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from alarms.intake.models import Protocol, Transmitter
from alarms.registry import fields
from alarms.registry.fields import REASON_LENGTH
from alarms.registry.services import KEEP, NEW, NONE, Given
from central.functions import NAMES
from central.municipalities.directory import by_id, municipalities
from operator_console.answers import text

__all__ = ["REASON_LENGTH", "Field", "fields_of", "given", "new_fields", "only_source"]
LONGEST = 200
type Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. With ``choices`` it is a list to choose from; ``fixed``: shown and not changed."""

    name: str
    label: str
    value: str
    help: str = ""
    choices: tuple[Choice, ...] = ()
    longest: int = LONGEST
    wide: bool = False
    fixed: bool = False
    required: bool = False


def given(said: dict[str, Any]) -> Given:
    """What was typed, as it was typed; raises BadInput for what is no text."""
    return Given(
        **{
            name: text(said, name, longest=LONGEST)
            for name in (
                "source", "account", "municipality", "function", "site", "area", "interval", "tests",
                "key_choice", "key",
            )
        }
    )  # fmt: skip


def only_source() -> str:
    """The source's id where there is but one to choose."""
    found = list(fields.sources())
    return str(found[0]) if len(found) == 1 else ""


def new_fields(said: Given, functions: Collection[str]) -> list[Field]:
    """A new one's."""
    sources = [
        (str(one.id), f"{one.name} · {Protocol(one.protocol).label}") for one in fields.sources().values()
    ]
    return [
        Field("source", "Källa", said.source, "Genom vilken den larmar.", _choices(sources), required=True),
        Field(
            "account", "Konto", said.account, "Det sändaren kallar sig. Inledande nollor räknas.",
            longest=fields.ACCOUNT_LENGTH, required=True,
        ),
        *_where(said, functions),
        *_key(said, had_key=None),
    ]  # fmt: skip


def fields_of(one: Transmitter, account: str, functions: Collection[str]) -> list[Field]:
    """One that stands in the register; source and account are its own for ever."""
    said = Given(
        municipality=by_id(one.municipality_id).slug,
        function=one.function,
        site=one.site,
        area=one.area,
        interval=fields.interval_text(one.interval_seconds),
        tests=fields.hours_text(one.test_hours),
        key_choice=KEEP if one.key_sealed else NONE,
    )
    source = Field(
        "source", "Källa", f"{one.source.name} · {Protocol(one.source.protocol).label}", fixed=True
    )
    known = Field("account", "Konto", account, "Ett annat konto är en annan sändare.", fixed=True)
    unknown = Field(
        "account", "Konto", "", "Det är inte känt här. Skriv det om du vet: det prövas mot det registrerade.",
        longest=fields.ACCOUNT_LENGTH,
    )  # fmt: skip
    return [
        source,
        known if account else unknown,
        *_where(said, functions),
        *_key(said, had_key=bool(one.key_sealed)),
    ]


def _where(said: Given, functions: Collection[str]) -> list[Field]:
    open_to_her = [(code, name) for code, name in NAMES.items() if code in functions]
    return [
        Field(
            "municipality", "Kommun", said.municipality, "Vems larmet är.",
            _choices([(one.slug, one.name) for one in municipalities()]), required=True,
        ),
        Field(
            "function", "Verksamhet", said.function, "Vem som får se ärendet.",
            (("", "Den som larmets sort hör till"), *open_to_her),
        ),
        Field(
            "site", "Plats", said.site, "Husets eller anläggningens namn. Tomt för ett hem: aldrig någons namn.",
            longest=fields.SITE_LENGTH,
        ),
        Field("area", "Område", said.area, "Ort eller stadsdel. Den står på tavlan.", longest=fields.AREA_LENGTH),
        Field(
            "interval", "Intervall", said.interval,
            "Tyst längre än så är ett fel: 90 s, 5 min, 24 h. Tomt: ingen övervakning.",
        ),
        Field("tests", "Prov", said.tests, "Så ofta ska den prova: 25 h, 7 d. Tomt för aldrig."),
    ]  # fmt: skip


def _key(said: Given, *, had_key: bool | None) -> list[Field]:
    choices = [(NONE, "Ta bort nyckeln" if had_key else "Ingen nyckel"), (NEW, "Ny nyckel")]
    if had_key:
        choices.insert(0, (KEEP, "Behåll den som finns"))
    return [
        Field(
            "key_choice", "Nyckel", said.key_choice, "Bara för SIA DC-09. När du har sparat visas den aldrig mer.",
            tuple(choices),
        ),
        Field(
            "key", "Ny nyckel", "",
            "Hexadecimalt: 32 siffror är 128 bitar, 48 är 192, 64 är 256. Skriv in den i sändaren också.",
            longest=LONGEST, wide=True,
        ),
    ]  # fmt: skip


def _choices(found: list[Choice]) -> tuple[Choice, ...]:
    return (("", "Välj"), *found)
