"""The fields of a resident, as a form and a file have them.

What is written where somebody is protected (MASKED, HIDDEN), as an export has it, is read as: leave what stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from central.tabular import Column
from tenants import fields
from tenants.residents.models import Risk
from tenants.residents.rules import HIDDEN, MASKED

RISKS: dict[str, str] = {one.value: str(one.label) for one in Risk}

PROTECTED_FIELDS = frozenset({"name", "address", "floor", "phone", "key_box", "next_of_kin"})
"""What is put away for a protected resident, on every page, in every list, file, preview and entry."""


def _or_leave(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: None if text in (MASKED, HIDDEN) else parse(text)


def _flag(value: Any) -> str:
    return "" if value is None else "ja" if value else "nej"


def _risks(value: Any) -> str:
    return ", ".join(RISKS.get(one, str(one)) for one in value) if isinstance(value, list) else value or ""


def _phone(value: Any) -> str:
    return fields.show_number(value) if str(value).startswith("+") else str(value or "")


COLUMNS: Sequence[Column] = (
    Column("number", "Kundnummer", required=True, parse=fields.line, max_length=40, exact=True, example="10417",
           help="Kommunens eget nummer. Det avgör vilken person raden gäller."),
    Column("name", "Namn", required=True, parse=_or_leave(fields.line), max_length=80, example="Greta Exempel"),
    Column("address", "Adress", required=True, parse=_or_leave(fields.line), max_length=120, example="Storgatan 1"),
    Column("floor", "Lägenhet", parse=_or_leave(fields.line), max_length=60, example="1102, 1 tr",
           help="Lägenhet och våning."),
    Column("phone", "Telefon", parse=_or_leave(fields.number), max_length=40, exact=True, show=_phone,
           example="070-174 06 10"),
    Column("team", "Hemtjänstgrupp", parse=fields.line, max_length=80, example="Grupp Norr"),
    Column("door_code", "Portkod", parse=fields.secret, max_length=80, exact=True, secret=True, default=None,
           example="1357", help="Krypteras. Tom: den som finns blir kvar. - tar bort den."),
    Column("key_box", "Nyckelgömma", parse=_or_leave(fields.line), max_length=120, example="På räcket vid porten",
           help="Var den sitter."),
    Column("key_box_code", "Kod till nyckelgömman", parse=fields.secret, max_length=80, exact=True, secret=True,
           default=None, example="2468", help="Krypteras. Tom: den som finns blir kvar. - tar bort den."),
    Column("key_number", "Nyckelnummer", parse=fields.secret, max_length=80, exact=True, secret=True, default=None,
           example="17", help="Krypteras. Tom: den som finns blir kvar. - tar bort den."),
    Column("risks", "Risker", parse=fields.some_of(RISKS, "Risken känns inte igen."), default=[], show=_risks,
           example="Faller ofta, Hund", max_length=300),
    Column("risk_text", "Mer om riskerna", parse=fields.line, max_length=500, example="Hunden är i hallen"),
    Column("next_of_kin", "Anhöriga", parse=_or_leave(fields.people("relation")), default=[],
           show=fields.show_people, max_length=2_000, example="Per Exempel, son, 070-174 06 11",
           help="En på varje rad, i den ordning de ska ringas: namn, relation, telefon."),
    Column("language", "Språk", parse=fields.line, max_length=60, example="Svenska"),
    Column("hearing", "Hörsel och tal", parse=fields.line, max_length=120, example="Hör dåligt på höger öra"),
    Column("voice_note", "Om talförbindelsen", parse=fields.line, max_length=200,
           example="Telefonen står i hallen"),
    Column("protected_identity", "Skyddade personuppgifter", parse=fields.yes, default=None, show=_flag,
           example="nej", help="ja eller nej. Tom: ingen ändring."),
)  # fmt: skip

LINK_COLUMNS: Sequence[Column] = (
    Column("account", "Konto", parse=fields.line, max_length=200, exact=True, example="",
           help="Sändare att koppla till personen, flera med komma mellan. De som redan är kopplade blir kvar."),
    Column("source", "Källa", parse=fields.line, max_length=80, example="",
           help="Behövs bara när flera källor har samma konto."),
)  # fmt: skip
