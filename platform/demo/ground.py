"""The demo's municipalities, their places and what stands there. The installations are made up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A safe point. `x`, `y` are SWEREF 99 TM metres; `lat`, `lon` degrees WGS 84."""

    name: str
    address: str
    x: float
    y: float
    lat: float
    lon: float
    capacity: int
    offers: tuple[str, ...] = ("warmth", "power", "water", "information")


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality with four of its areas, the first being its main town."""

    slug: str
    name: str
    short_code: str
    code: str
    areas: tuple[str, str, str, str]
    points: tuple[Point, ...]
    hotline: str = ""


FULL = ("warmth", "power", "water", "food", "rest", "night", "information", "support")

LANDSKRONA = (
    Point("Stadshuset", "Stadshuset, Landskrona", 364235, 6193817, 55.8707, 12.8302, 200, FULL),
    Point("Seminarieskolan", "Seminarieskolan, Landskrona", 364680, 6194238, 55.8746, 12.8371, 300, FULL),
    Point("Pilängskolan", "Pilängskolan, Landskrona", 365386, 6195007, 55.8817, 12.8480, 250),
    Point("Västervångskolan", "Västervångskolan, Landskrona", 364552, 6195556, 55.8864, 12.8344, 250),
    Point("Asmundtorps skola", "Asmundtorps skola, Asmundtorp", 371125, 6195166, 55.8847, 12.9396, 150),
    Point("Sandåkerskolan", "Sandåkerskolan, Landskrona", 365104, 6194592, 55.8779, 12.8437, 250),
    Point("Härslövs skola", "Härslövs skola, Härslöv", 367567, 6198347, 55.9123, 12.8812, 120),
    Point("Glumslövs skola", "Glumslövs skola, Glumslöv", 363450, 6201861, 55.9427, 12.8136, 180),
    Point("Uranienborgs skola", "Uranienborgs skola, Ven", 355930, 6198129, 55.9070, 12.6953, 60, FULL),
)

PLACES = (
    Place(
        "bromolla",
        "Bromölla",
        "BRO",
        "1272",
        ("Bromölla", "Nymölla", "Gualöv", "Näsum"),
        (Point("Kommunhuset Bromölla", "Bromölla centrum", 467047, 6214598, 56.0754, 14.4706, 120),),
    ),
    Place(
        "hassleholm",
        "Hässleholm",
        "HLM",
        "1293",
        ("Hässleholm", "Tyringe", "Vinslöv", "Sösdala"),
        (Point("Stadshuset Hässleholm", "Hässleholm centrum", 423406, 6224450, 56.1589, 13.7668, 250, FULL),),
    ),
    Place(
        "horby",
        "Hörby",
        "HBY",
        "1266",
        ("Hörby", "Ludvigsborg", "Önneköp", "Östra Sallerup"),
        (Point("Kommunhuset Hörby", "Hörby centrum", 416216, 6190351, 55.8514, 13.6617, 120),),
    ),
    Place(
        "kristianstad",
        "Kristianstad",
        "KRI",
        "1290",
        ("Kristianstad", "Åhus", "Degeberga", "Tollarp"),
        (
            Point(
                "Rådhuset Kristianstad", "Kristianstad centrum", 447446, 6209672, 56.0294, 14.1567, 400, FULL
            ),
        ),
    ),
    Place(
        "osby",
        "Osby",
        "OSB",
        "1273",
        ("Osby", "Killeberg", "Lönsboda", "Visseltofta"),
        (Point("Kommunhuset Osby", "Osby centrum", 437858, 6248839, 56.3801, 13.9937, 100),),
    ),
    Place(
        "ostra-goinge",
        "Östra Göinge",
        "ÖGO",
        "1256",
        ("Broby", "Glimåkra", "Knislinge", "Sibbhult"),
        (Point("Kommunhuset Broby", "Broby centrum", 442753, 6234823, 56.2548, 14.0760, 100),),
    ),
    Place(
        "landskrona",
        "Landskrona",
        "LAN",
        "1282",
        ("Landskrona", "Härslöv", "Glumslöv", "Asmundtorp"),
        LANDSKRONA,
    ),
    Place(
        "lysekil",
        "Lysekil",
        "LYS",
        "1484",
        ("Lysekil", "Brastad", "Fiskebäckskil", "Grundsund"),
        (Point("Kommunhuset Lysekil", "Lysekil centrum", 290997, 6464782, 58.2743, 11.4358, 150, FULL),),
        hotline="Trygghetstelefonen Lysekils kommun",
    ),
)


@dataclass(frozen=True, slots=True)
class Transmitter:
    """Something that sends. `site` is empty for a home, whose address is nobody else's business."""

    source: str
    account: str
    site: str
    area: str
    function: str
    kinds: tuple[str, ...]


RECEIVER = "Larmmottagare Nordost"
PENDANTS = "Trygghetslarmens mottagare"
WEB_FORM = "Felanmälan på webben"
SOCIAL = "Socialjourens mottagning"
SOURCES = (RECEIVER, PENDANTS, WEB_FORM, SOCIAL)


def transmitters(place: Place) -> tuple[Transmitter, ...]:
    """What stands in a municipality: installations with names, homes without, and two desks."""
    town, second, third, fourth = place.areas
    code = place.code
    return (
        _installed(f"{code}-101", f"Värmecentral {second}", second, "property", "technical"),
        _installed(f"{code}-102", f"Pumpstation {third}", third, "technical", "technical"),
        _installed(f"{code}-103", f"Simhallen {town}", town, "property", "technical", "fire"),
        _installed(f"{code}-104", f"Skolan i {fourth}", fourth, "rescue", "fire"),
        _installed(f"{code}-105", f"Äldreboendet {second}", second, "rescue", "fire"),
        _installed(f"{code}-106", f"Förskolan i {third}", third, "security", "intrusion"),
        _installed(f"{code}-107", f"Biblioteket {town}", town, "security", "intrusion", "camera"),
        _installed(f"{code}-108", f"Resecentrum {town}", town, "security", "camera"),
        Transmitter(PENDANTS, f"{code}-201", "", town, "home_care", ("safety_alarm", "transmitter_fault")),
        Transmitter(PENDANTS, f"{code}-202", "", second, "home_care", ("safety_alarm",)),
        Transmitter(PENDANTS, f"{code}-203", "", third, "home_care", ("safety_alarm", "transmitter_fault")),
        Transmitter(PENDANTS, f"{code}-204", "", fourth, "home_care", ("safety_alarm",)),
        Transmitter(PENDANTS, f"{code}-251", f"Servicecenter {town}", town, "security", ("person_alarm",)),
        Transmitter(WEB_FORM, f"{code}-301", "", "", "technical", ("fault_report",)),
        Transmitter(SOCIAL, f"{code}-401", "", "", "social_jour", ("social",)),
    )


def _installed(account: str, site: str, area: str, function: str, *kinds: str) -> Transmitter:
    return Transmitter(RECEIVER, account, site, area, function, kinds)
