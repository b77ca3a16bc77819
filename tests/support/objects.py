"""Sites and residents behind transmitters, for tests of what a case shows of them."""

from __future__ import annotations

from typing import Any

from alarms.intake.models import Transmitter
from central.municipalities.context import in_municipality
from central.sealing import seal
from tenants.residents.models import Resident, ResidentTransmitter
from tenants.sites.models import Site, SiteTransmitter
from tests.support.cases import now

CODES = {"door_code": "4711", "key_number": "B 12"}


def _sealed(app: str, codes: dict[str, str]) -> dict[str, str]:
    return {f"{name}_sealed": seal(f"tenants.{app}.{name}", code) for name, code in codes.items()}


def site(municipality: Any, *transmitters: Transmitter, **more: Any) -> Site:
    """A school with hazards, contacts, drawings and codes, where those transmitters stand."""
    given = {
        "name": "Brobyskolan", "kind": "school", "address": "Skolgatan 4", "area": "Broby",
        "key_place": "Nyckelrör till höger om huvudentrén", "assembly": "Fotbollsplanen norr om skolan",
        "hours": "Vardagar 07–17", "notes": "Vaktmästaren bor granne",
        "hazards": ["Gasol 4 × 45 kg i kemisalen", "Solceller på hela södra taket"],
        "contacts": [
            {"name": "Nils Ek", "role": "vaktmästare", "phone": "+46701740611"},
            {"name": "Rektor i beredskap", "role": "", "phone": ""},
        ],
        "drawings": [
            {"title": "Plan 1", "url": "https://ritningar.test/broby/1", "place": ""},
            {"title": "Insatsplan", "url": "", "place": "pärm A"},
        ],
        **_sealed("sites", more.pop("codes", CODES)), **more,
    }  # fmt: skip
    with in_municipality(municipality.ref()):
        made = Site.objects.create(created_at=now(), changed_at=now(), **given)
        for one in transmitters:
            SiteTransmitter.objects.create(transmitter_id=one.pk, site=made, linked_at=now())
    return made


def resident(municipality: Any, *transmitters: Transmitter, **more: Any) -> Resident:
    """Somebody with a safety alarm, and risks, next of kin and codes."""
    given = {
        "number": "K-2207", "name": "Märta Provsson", "address": "Exempelgatan 12", "floor": "1102, 1 tr",
        "phone": "+46701740622", "team": "Hemtjänst Norr", "key_box": "Vid cykelstället",
        "risks": ["dog", "oxygen"], "risk_text": "Hunden biter den som bär mössa",
        "next_of_kin": [
            {"name": "Dora Provsson", "relation": "dotter", "phone": "+46701740623"},
            {"name": "Sune Granne", "relation": "granne", "phone": "+46701740624"},
        ],
        "language": "finska", "hearing": "hör illa på vänster öra",
        **_sealed("residents", more.pop("codes", {"door_code": "1938", "key_box_code": "55 12"})), **more,
    }  # fmt: skip
    with in_municipality(municipality.ref()):
        made = Resident.objects.create(created_at=now(), changed_at=now(), **given)
        for one in transmitters:
            ResidentTransmitter.objects.create(transmitter_id=one.pk, resident=made, linked_at=now())
    return made
