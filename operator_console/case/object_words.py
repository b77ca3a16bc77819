"""A site and a resident as the part of a case shows them: what is dangerous first, then the way in and who to call."""

from __future__ import annotations

from central import phone
from operator_console.case.object_place import Drawing, Person, Place
from tenants.residents.queries import Shown
from tenants.sites.models import Site

type Codes = list[tuple[str, str]] | None


def of_site(site: Site, has_codes: bool, codes: Codes) -> Place:
    """A building or installation. ``codes``: None until somebody has asked."""
    return Place(
        kind="site",
        id=site.pk,
        name=site.name,
        address=", ".join(filter(None, (site.address, site.area if site.area not in site.address else ""))),
        hazards=_hazards(site),
        facts=_filled(
            ("Nycklar", site.key_place),
            ("Återsamling", site.assembly),
            ("Öppettider", site.hours),
            ("Att tänka på", site.notes),
            ("Slag", site.get_kind_display()),
        ),
        people_title="Kontakter i ordning",
        people=[
            Person(one["name"], phone.display(one["phone"]) if one["phone"] else "", one["role"])
            for one in site.contacts
        ],
        drawings=[_drawing(one["title"], one["url"], one["place"]) for one in site.drawings],
        has_codes=has_codes,
        codes=codes,
    )


def of_resident(seen: Shown, site: Site | None, codes: Codes) -> Place:
    """A person, with the building that the alarm stands in where it is known."""
    return Place(
        kind="resident",
        id=seen.id,
        name=seen.name,
        address="" if seen.masked else seen.address,
        hazards=[
            *seen.risks,
            *([seen.risk_text] if seen.risk_text else []),
            *(_hazards(site) if site else []),
        ],
        facts=_filled(
            ("Lägenhet", seen.floor),
            ("Telefon", seen.phone),
            ("Hemtjänst", seen.team),
            ("Nyckelgömma", seen.key_box),
            ("Språk", seen.language),
            ("Hörsel", seen.hearing),
            ("Tal", seen.voice_note),
            ("Byggnad", f"{site.name}, {site.address}".strip(", ") if site and not seen.masked else ""),
            ("Kundnummer", seen.number),
        ),
        people_title="Anhöriga i ordning",
        people=[Person(one.name, one.phone, one.relation) for one in seen.next_of_kin],
        has_codes=seen.has_codes and not seen.masked,
        codes=codes,
        protected=seen.protected,
        masked=seen.masked,
    )


def _hazards(site: Site) -> list[str]:
    return [str(one) for one in site.hazards]


def _filled(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [(label, text) for label, text in facts if text]


def _drawing(title: str, url: str, place: str) -> Drawing:
    return Drawing(f"{title}: {place}" if place else title, url if url.startswith("https://") else "")
