"""The demo's registers: what is known of its buildings, and of those who carry its pendants and phones. All made up.

Telephone numbers are landlines from the series reserved for fiction (PTS): 040-628 04 00–99 and 08-465 004 00–99.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from central.geo import to_wgs84
from demo import ground, installations
from demo.ground import PLACES, Place
from tenants import fields
from tenants.residents import columns as resident_columns
from tenants.residents.models import Resident, ResidentTransmitter
from tenants.residents.services import assign as assign_resident
from tenants.sites import columns as site_columns
from tenants.sites.models import Site, SiteTransmitter
from tenants.sites.services import assign as assign_site
from tenants.transmitters import with_accounts

FIRST_NAMES = ("Astrid", "Bertil", "Dagny", "Evert", "Gunhild", "Holger", "Ingegerd", "Ruben")
LAST_NAMES = ("Almgren", "Björkman", "Dalhem", "Ekvall", "Fura", "Granlund", "Hasselrot", "Idegran")
KIN = ("Märta", "Olof", "Petra", "Rolf", "Sanna", "Tore")
STREETS = ("Äppelvägen", "Lärkgatan", "Kvarnvägen", "Syrengatan", "Björkvägen", "Hamngatan")
TEAMS = ("Hemtjänst Norr", "Hemtjänst Söder")

DETAILS: tuple[Mapping[str, str], ...] = (
    {"risks": "falls", "hearing": "Hör dåligt på vänster öra", "key_box": "På räcket vid porten",
     "key_box_code": "4417", "voice_note": "Telefonen står i hallen. Tala långsamt."},
    {"risks": "oxygen", "risk_text": "Syrgas i sovrummet. Ingen öppen låga.", "door_code": "2580"},
    {"risks": "dog,falls", "risk_text": "Hunden är snäll men skäller.", "key_number": "H-31"},
    {"risks": "violence", "risk_text": "Gå alltid två. Anhörig kan vara hotfull.", "door_code": "1904",
     "protected_identity": "ja"},
    {"risks": "diabetes", "language": "Finska", "key_box": "I elskåpet till höger", "key_box_code": "0926"},
    {"risks": "dementia", "hearing": "Svarar sent. Vänta.", "voice_note": "Högtalaren sitter i sovrummet."},
)  # fmt: skip
"""One for each of a municipality's six residents; the fourth is protected."""

HOUSES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Värmecentral": ("heating", ("Heta ytor och tryckkärl", "Eldningsolja 20 m³ i tank på gården")),
    "Pumpstation": ("water", ("Fallrisk: öppna brunnar", "Svavelväte i pumpgropen: gå inte ner ensam")),
    "Simhallen": (
        "sports",
        ("Klor och syra i källaren", "Solceller på taket: spänning även när elen är bruten"),
    ),
    "Skolan": ("school", ("Gasol till hemkunskapen", "Solceller på taket")),
    "Äldreboendet": ("care_home", ("Syrgas på avdelning 2", "32 boende, hälften behöver bäras")),
    "Förskolan": ("preschool", ()),
    "Biblioteket": ("culture", ()),
    "Resecentrum": ("other", ("Kontaktledning 15 kV",)),
    "Idrottshallen": ("sports", ("Ammoniak i kylanläggningen",)),
    "Servicecenter": ("office", ("Hotfulla besök förekommer",)),
}
"""The first word of a building's name → its kind and its hazards."""


@dataclass(frozen=True, slots=True)
class House:
    """A building with the account of what alarms there."""

    account: str
    name: str
    area: str
    function: str


def fill(place: Place, now: datetime) -> None:
    """Sites and residents of one municipality, with their transmitters; what stands is left alone. Call in it."""
    for number, house in enumerate(houses(place), start=1):
        _site(place, house, number, now)
    for number, account in enumerate(worn(place), start=1):
        _resident(place, account, number, now)


def houses(place: Place) -> Iterator[House]:
    """What stands at named places."""
    for one in ground.transmitters(place):
        if one.site:
            yield House(one.account, one.site, one.area, one.function)
    panel = installations.panel(place)
    yield House(panel.account, panel.site, panel.area, "property")


def worn(place: Place) -> list[str]:
    """The accounts of pendants and phones: the phones last."""
    pendants = [one.account for one in ground.transmitters(place) if one.function == "home_care"]
    return [*pendants, *(phone.cid for phone in installations.phones(place))]


def site_typed(place: Place, house: House, number: int) -> dict[str, str]:
    """A building as somebody would have typed it."""
    kind, hazards = HOUSES[house.name.split()[0]]
    beside = place.points[0]
    lat, lon = to_wgs84(beside.x + 230 * number, beside.y + 170 * (number % 4))
    keeper = _landline("040-628 04", 50 + PLACES.index(place))
    return {
        "number": f"{place.code}-{number:02}", "name": house.name, "kind": kind, "function": house.function,
        "address": f"{STREETS[number % len(STREETS)]} {2 * number}, {house.area}", "area": house.area,
        "position": f"{lat:.5f}, {lon:.5f}", "hours": "Vardagar 7–17",
        "key_place": "Nyckelskåp till vänster om entrén", "key_number": f"{place.short_code}-{number:03}",
        "door_code": f"{1100 + 7 * number}", "alarm_code": f"{2200 + 9 * number}",
        "contacts": f"Ansvarig vaktmästare, fastighet, {keeper}\nKommunens växel",
        "hazards": "\n".join(hazards),
        "drawings": "Plan 1, pärm i elcentralen\nBrandritning, pärm vid brandförsvarstablån",
        "assembly": "Parkeringen på baksidan",
    }  # fmt: skip


def resident_typed(place: Place, number: int) -> dict[str, str]:
    """A resident as somebody would have typed it; the numbers are 1–6."""
    turn = PLACES.index(place)
    last = LAST_NAMES[(turn + 3 * number) % len(LAST_NAMES)]
    nth = turn * len(DETAILS) + number - 1
    return {
        "number": f"{place.code}{number:03}",
        "name": f"{FIRST_NAMES[(turn + number) % len(FIRST_NAMES)]} {last}",
        "address": f"{STREETS[number % len(STREETS)]} {3 * number + turn}, {place.areas[(number - 1) % 4]}",
        "floor": f"110{number}, {number % 3} tr", "phone": _landline("040-628 04", nth),
        "team": TEAMS[number % 2], "language": "Svenska",
        "next_of_kin": f"{KIN[number - 1]} {last}, barn, {_landline('08-465 004', nth)}", **DETAILS[number - 1],
    }  # fmt: skip


def _landline(series: str, number: int) -> str:
    return f"{series} {number:02}"


def _site(place: Place, house: House, number: int, now: datetime) -> None:
    typed = site_typed(place, house, number)
    if Site.objects.filter(number=typed["number"]).exists() or Site.objects.filter(name=house.name).exists():
        return
    site = Site(created_at=now)
    assign_site(site, fields.read(site_columns.COLUMNS, typed), now)
    site.save()
    for one in with_accounts([house.account]).get(house.account, [])[:1]:
        SiteTransmitter.objects.get_or_create(
            transmitter_id=one.id, defaults={"site": site, "linked_at": now}
        )


def _resident(place: Place, account: str, number: int, now: datetime) -> None:
    typed = resident_typed(place, number)
    if Resident.objects.filter(number=typed["number"]).exists():
        return
    resident = Resident(created_at=now)
    assign_resident(resident, fields.read(resident_columns.COLUMNS, typed), now)
    resident.save()
    for one in with_accounts([account]).get(account, [])[:1]:
        ResidentTransmitter.objects.get_or_create(
            transmitter_id=one.id, defaults={"resident": resident, "linked_at": now}
        )
