"""The fields of a site, as a form and a file have them."""

from __future__ import annotations

from collections.abc import Sequence

from central.functions import NAMES
from central.tabular import Column
from tenants import fields
from tenants.sites.models import Kind

KINDS: dict[str, str] = {one.value: str(one.label) for one in Kind}

COLUMNS: Sequence[Column] = (
    Column("number", "Objektsnummer", required=True, parse=fields.line, max_length=40, exact=True, example="F-0417",
           help="Kommunens eget nummer. Det avgör vilket objekt raden gäller."),
    Column("name", "Namn", required=True, parse=fields.line, max_length=80, example="Exempelskolan",
           help="Byggnadens namn. Aldrig en persons: namnet kan stå på larmtavlan."),
    Column("kind", "Slag", parse=fields.one_of(KINDS, "Slaget känns inte igen."), example="Skola",
           default=Kind.OTHER.value, show=lambda one: KINDS.get(one, "")),
    Column("function", "Verksamhet", parse=fields.one_of(NAMES, "Verksamheten känns inte igen."), example="Fastighet",
           default="property", show=lambda one: NAMES.get(one, "")),
    Column("address", "Adress", parse=fields.line, max_length=120, example="Skolvägen 1"),
    Column("area", "Område", parse=fields.line, max_length=60, example="Centrum"),
    Column("position", "Läge", parse=fields.position, default=[], show=fields.show_position,
           example="55.8707, 12.8302",
           help="Latitud och longitud, eller SWEREF 99 TM: nordlig, östlig."),
    Column("hours", "Öppettider", parse=fields.line, max_length=200, example="Vardagar 7–17"),
    Column("key_place", "Nycklar", parse=fields.line, max_length=200, example="Nyckelskåp till vänster om entrén",
           help="Var nycklarna finns."),
    Column("key_number", "Nyckelnummer", parse=fields.secret, max_length=80, exact=True, secret=True, default=None,
           example="17", help="Krypteras. Tom: den som finns blir kvar. - tar bort den."),
    Column("door_code", "Portkod", parse=fields.secret, max_length=80, exact=True, secret=True, default=None,
           example="1357", help="Krypteras. Tom: den som finns blir kvar. - tar bort den."),
    Column("alarm_code", "Larmkod", parse=fields.secret, max_length=80, exact=True, secret=True, default=None,
           example="2468", help="Krypteras. Tom: den som finns blir kvar. - tar bort den."),
    Column("contacts", "Kontakter", parse=fields.people("role"), default=[], show=fields.show_people,
           max_length=2_000, example="Eva Ek, vaktmästare, 070-174 06 05",
           help="En på varje rad, i den ordning de ska ringas: namn, roll, telefon."),
    Column("hazards", "Faror", parse=fields.texts, default=[], show=fields.show_texts, max_length=2_000,
           example="Gasol: två flaskor i förrådet",
           help="En på varje rad, den allvarligaste först."),
    Column("drawings", "Ritningar", parse=fields.drawings, default=[], show=fields.show_drawings, max_length=4_000,
           example="Plan 1, pärm i expeditionen",
           help="En på varje rad: namn, och en länk (https) eller var pärmen står."),
    Column("assembly", "Återsamlingsplats", parse=fields.line, max_length=200, example="Fotbollsplanen"),
    Column("notes", "Att tänka på", parse=fields.line, max_length=1_000, example="Grinden låses kl. 18"),
)  # fmt: skip

LINK_COLUMNS: Sequence[Column] = (
    Column("account", "Konto", parse=fields.line, max_length=200, exact=True, example="",
           help="Sändare att koppla till objektet, flera med komma mellan. De som redan är kopplade blir kvar."),
    Column("source", "Källa", parse=fields.line, max_length=80, example="",
           help="Behövs bara när flera källor har samma konto."),
)  # fmt: skip
