"""Storköping's road duty, with Nils and Sara a day each in turn from tomorrow at noon, and Eva beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from central.municipalities.context import in_municipality
from tenants.oncall import doors, links
from tenants.oncall.models import Contact, Duty
from tenants.oncall.schedule import at_wall
from tests.support.days import today
from tests.support.rosters import layer

HOST = "storkoping.localhost"
DAY = timedelta(days=1)


def noon(days: int) -> datetime:
    """Noon in Stockholm, so many days from today."""
    return at_wall(today() + days * DAY, time(12))


@dataclass(frozen=True)
class Road:
    """The duty, its people, and the way to Nils's page. Nils has it on odd days from today, Sara on even ones."""

    duty: Duty
    nils: Contact
    sara: Contact
    eva: Contact
    path: str

    def shift(self, days: int) -> str:
        """The key of Nils's shift that begins then."""
        return f"{self.duty.pk}.1.{int(noon(days).timestamp())}"


def path_of(contact: Contact) -> str:
    """The address of somebody's own page, without the host."""
    with transaction.atomic():
        return f"/jour/{links.address(contact).rstrip('/').rpartition('/')[2]}/"


@pytest.fixture
def road(storkoping: Any) -> Road:
    doors.guesses.__init__()  # type: ignore[misc]  # counts of earlier tests
    with in_municipality(storkoping):
        duty = Duty.objects.create(code="vag", name="Vägjour", function="technical")
        nils = Contact.objects.create(name="Nils Ek", phone="+46701740607")
        sara = Contact.objects.create(name="Sara Dahl", phone="+46701740608")
        eva = Contact.objects.create(name="Eva Lans", phone="+46701740609")
        layer(duty, [nils, sara], first_day=today() + DAY, turns_at=time(12), turn_days=1)
        return Road(duty, nils, sara, eva, path_of(nils))


@pytest.fixture
def phone(road: Road) -> Client:
    """A browser that nobody has signed in with."""
    return Client(HTTP_HOST=HOST)
