"""Sites and the transmitters that stand there. Keys' numbers and codes are encrypted where they stand."""

from __future__ import annotations

from typing import ClassVar, TypedDict

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from central import functions
from central.ids import new_id


class Kind(models.TextChoices):
    """What sort of building or installation it is."""

    SCHOOL = "school", "Skola"
    PRESCHOOL = "preschool", "Förskola"
    CARE_HOME = "care_home", "Vård- och omsorgsboende"
    SPORTS = "sports", "Idrottsanläggning"
    CULTURE = "culture", "Bibliotek och kultur"
    OFFICE = "office", "Kontor"
    HOUSING = "housing", "Bostadshus"
    HEATING = "heating", "Värme och energi"
    WATER = "water", "Vatten och avlopp"
    DEPOT = "depot", "Verkstad och förråd"
    OTHER = "other", "Annat"


class SiteContact(TypedDict):
    """Somebody to call about a site; ``phone`` is E.164, "" where there is none."""

    name: str
    role: str
    phone: str


class Drawing(TypedDict):
    """A drawing: a link (https), or where the folder stands."""

    title: str
    url: str
    place: str


class Site(models.Model):
    """One building or installation. Its name names no person: boards may show it. Written only by `services`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField("objektsnummer", max_length=40, blank=True, default="")
    name = models.CharField("namn", max_length=80)
    kind = models.CharField("slag", max_length=12, choices=Kind, default=Kind.OTHER)
    function = models.CharField("verksamhet", max_length=20, choices=functions.CHOICES, default="property")
    address = models.CharField("adress", max_length=120, blank=True, default="")
    area = models.CharField("område", max_length=60, blank=True, default="")
    x = models.FloatField("östlig (SWEREF 99 TM, m)", null=True, blank=True)
    y = models.FloatField("nordlig (SWEREF 99 TM, m)", null=True, blank=True)
    lat = models.FloatField("latitud", null=True, blank=True)
    lon = models.FloatField("longitud", null=True, blank=True)
    hours = models.CharField("öppettider", max_length=200, blank=True, default="")
    notes = models.CharField("att tänka på", max_length=1000, blank=True, default="")
    assembly = models.CharField("återsamlingsplats", max_length=200, blank=True, default="")
    key_place = models.CharField("var nycklarna finns", max_length=200, blank=True, default="")
    key_number_sealed = models.TextField("nyckelnummer, krypterat", blank=True, default="")
    door_code_sealed = models.TextField("portkod, krypterad", blank=True, default="")
    alarm_code_sealed = models.TextField("larmkod, krypterad", blank=True, default="")
    contacts = models.JSONField("kontakter i ordning", default=list, blank=True)
    drawings = models.JSONField("ritningar", default=list, blank=True)
    hazards = models.JSONField("faror", default=list, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sort_key = models.GeneratedField(
        expression=Func(F("name"), function="public.swedish_key", output_field=models.TextField()),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_key = models.GeneratedField(
        expression=Func(
            Concat(
                F("name"), Value(" "), F("number"), Value(" "), F("address"), Value(" "), F("area"),
                output_field=models.TextField(),
            ),
            function="public.swedish_key",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )  # fmt: skip

    class Meta:
        ordering: ClassVar[list[str]] = ["sort_key", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["sort_key"], condition=Q(ended_at__isnull=True), name="sites_one_per_name"
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(ended_at__isnull=True) & ~Q(number=""),
                name="sites_one_per_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SiteTransmitter(models.Model):
    """A transmitter that stands at a site. Its id leads into the shared schema, so there is no foreign key."""

    transmitter_id = models.BigIntegerField(unique=True)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="transmitters")
    linked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.transmitter_id)
