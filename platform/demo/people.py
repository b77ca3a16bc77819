"""The people of the demo: made up, with telephone numbers from the series reserved for fiction (PTS)."""

from dataclasses import dataclass

from demo.ground import PLACES, Place

PASSWORD = "trygg-i-hela-skane"
"""Everybody's password in the demo. The demo region is never laid out on a server (see `demo.world`)."""

CENTRE_NUMBER = "+46701740605"
FIRST_CONTACT, CONTACTS_EACH = 606, 11


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in. `place` is a municipality's slug, empty for the centre."""

    username: str
    name: str
    initials: str
    role: str
    functions: tuple[str, ...] = ()
    place: str = ""


OPEN = ("rescue", "home_care", "property", "technical", "security", "it", "general")

CENTRE = (
    Account("sara", "Sara Lind", "SL", "operator", OPEN),
    Account("omar", "Omar Berg", "OB", "operator", OPEN),
    Account("elin", "Elin Dahl", "ED", "operator", (*OPEN, "social_jour")),
    Account("sven", "Sven Skog", "SS", "shift_leader", (*OPEN, "social_jour")),
    Account("karin", "Karin Holm", "KH", "centre_manager"),
    Account("agnes", "Agnes Rask", "AR", "auditor"),
)

MUNICIPAL = (
    Account("lotta", "Lotta Ek", "LE", "municipality_admin", (), "landskrona"),
    Account("hugo", "Hugo Sjö", "HS", "municipality_officer", ("property", "technical"), "landskrona"),
    Account("maria", "Maria Ås", "MÅ", "municipality_officer", ("home_care",), "landskrona"),
    Account("ines", "Ines Grahn", "IG", "auditor", (), "landskrona"),
    Account("vera", "Vera Strand", "VS", "municipality_admin", (), "lysekil"),
    Account("nils", "Nils Hav", "NH", "municipality_officer", ("technical", "general"), "lysekil"),
    Account("olle", "Olle Vik", "OV", "municipality_officer", ("technical", "general"), "osby"),
    Account("kerstin", "Kerstin Å", "KÅ", "municipality_admin", (), "kristianstad"),
)


@dataclass(frozen=True, slots=True)
class OnCall:
    """A duty with the names of those who share it, first-ranked first."""

    code: str
    name: str
    function: str
    names: tuple[str, ...]


DUTIES = (
    OnCall("fastighetsjour", "Fastighetsjour", "property", ("Anders Plåt", "Birgitta Ram")),
    OnCall("va-jour", "VA-jour", "technical", ("Conny Brunn", "Doris Dike")),
    OnCall("trygghetspatrull", "Trygghetspatrullen", "home_care", ("Eva Natt", "Farid Dag")),
    OnCall("vakt", "Ordningsvakt", "security", ("Gunnar Rond",)),
    OnCall("socialjour", "Social jour", "social_jour", ("Hedda Stöd",)),
    OnCall("raddningsbefal", "Räddningstjänstens befäl", "rescue", ("Ivar Slang",)),
    OnCall("tib", "Tjänsteperson i beredskap", "general", ("Gunnar Rond", "Ivar Slang")),
)
DECIDES = "tib"
"""The duty that decides when nobody takes a case."""
EMPTY = {"osby": "va-jour"}
"""A duty that has nobody tonight, so that somebody has to decide."""
THIRD = {"horby": ("fastighetsjour", "Gunnar Rond")}
"""Somebody to ask in the third place, where the night of the demo begins."""

STAFF = ("Jenny Dörr", "Kalle Kaffe")
"""Those who open a safe point."""


def numbers(place: Place) -> list[str]:
    """The eleven numbers of a municipality, in E.164; no number is shared between municipalities."""
    first = FIRST_CONTACT + PLACES.index(place) * CONTACTS_EACH
    return [f"+46701740{number}" for number in range(first, first + CONTACTS_EACH)]
