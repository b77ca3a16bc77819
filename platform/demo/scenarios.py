"""What happens in the demo region: one signal at a time, as a sender would write it. Pure."""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from demo.ground import PLACES, RECEIVER, Place, Transmitter, transmitters

WEIGHTS = {
    "safety_alarm": 30,
    "technical": 18,
    "fault_report": 16,
    "intrusion": 10,
    "camera": 8,
    "fire": 7,
    "transmitter_fault": 5,
    "person_alarm": 4,
    "social": 4,
}
UNKNOWN_SHARE = 0.03
"""How often an account that nobody has registered sends."""

TEXTS = {
    "safety_alarm": ("Larmknappen intryckt.", "Fallarm, ingen rörelse.", "Larmknappen intryckt två gånger."),
    "technical": (
        "Låg framledningstemperatur, 31 °C.",
        "Hög nivå i pumpgrop.",
        "Fas bortfallen.",
        "Summalarm ventilation.",
    ),
    "intrusion": ("Sektion 2, dörrkontakt.", "Sektion 4, rörelse.", "Glaskross, sektion 1."),
    "camera": ("Rörelse efter stängning.", "Människor på taket.", "Bilden är övertäckt."),
    "fire": ("Rökdetektor 14, plan 2.", "Larmknapp intryckt, plan 1.", "Värmedetektor, köket."),
    "transmitter_fault": ("Svagt batteri.", "Ingen kontakt sedan fyra timmar.", "Nätbortfall."),
    "person_alarm": ("Personlarm i receptionen.", "Överfallslarm, rum 3."),
    "social": ("Granne är orolig för ett barn i trapphuset.", "Person utan bostad vill ha hjälp i natt."),
    "fault_report": (
        "Vattenläcka på gatan, det rinner mot en källare.",
        "Ett träd har fallit över cykelvägen.",
        "Gatlyktorna är släckta längs hela gatan.",
        "Brunnslock saknas vid övergångsstället.",
    ),
}
STREETS = ("Provgatan", "Exempelvägen", "Påhittsgränd", "Övningsgatan", "Diktargatan")
PERSONS = ("Astrid Alm", "Bertil Björk", "Cecilia Ceder", "David Dunge", "Edit En", "Folke Fura")
ACCESS = ("Nyckelskåp vid dörren.", "Portkod finns hos patrullen.", "Nyckelfri, låses upp på larm.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A signal as JSON, and the source in whose name it is sent."""

    source: str
    body: dict[str, Any]


def next_signal(dice: random.Random, now: datetime) -> Sent:
    """The next thing that happens somewhere in the region."""
    if dice.random() < UNKNOWN_SHARE:
        return Sent(RECEIVER, _body(dice, "technical", f"okänd-{dice.randint(1, 3)}", now))
    kind = dice.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]
    place = dice.choice(PLACES)
    return signal(dice, kind, place, now)


def signal(dice: random.Random, kind: str, place: Place, now: datetime) -> Sent:
    """A signal of this kind from somewhere in this municipality."""
    transmitter = dice.choice([each for each in transmitters(place) if kind in each.kinds])
    body = _body(dice, kind, transmitter.account, now)
    body |= _where_and_who(dice, kind, place, transmitter)
    return Sent(transmitter.source, body)


def _body(dice: random.Random, kind: str, account: str, now: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "account": account,
        "occurred_at": now.isoformat(),
        "text": dice.choice(TEXTS[kind]),
    }


def _where_and_who(dice: random.Random, kind: str, place: Place, transmitter: Transmitter) -> dict[str, Any]:
    street = f"{dice.choice(STREETS)} {dice.randint(1, 40)}"
    area = transmitter.area or dice.choice(place.areas)
    if kind in {"fault_report", "social"}:
        return {
            "place": f"{street}, {area}",
            "data": {"person": dice.choice(PERSONS), "call_back": _number(dice)},
        }
    if transmitter.site:
        return {"place": f"{transmitter.site}, {area}"}
    home = random.Random(transmitter.account)  # the same person lives there every time
    person = {"person": home.choice(PERSONS), "access": home.choice(ACCESS), "call_back": _number(home)}
    return {"place": f"{home.choice(STREETS)} {home.randint(1, 40)}, {area}", "data": person}


def _number(dice: random.Random) -> str:
    """A number of the fictional series that nobody on call has."""
    return f"070-174 06 {dice.randint(95, 99)}"
