"""When a case asks another of the municipality's functions to act too, and what the rule found. Written by `services`."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from central import functions, priorities
from central.ids import new_id
from central.kinds import CHOICES as KINDS
from tenants.sites.models import Kind as SiteKind

OPENS = ("home_care_visit", "social", "technical", "fault_report")
"""The kinds of case that a rule may open: work for a function, never an alarm that nobody sent."""


class Looks(models.TextChoices):
    """What has to be at the case's address for the rule to propose anything."""

    RESIDENTS = "residents", "Någon med trygghetslarm bor på adressen"
    SITES = "sites", "Ett av våra objekt ligger på adressen"
    ALWAYS = "always", "Alltid"


class Rule(models.Model):
    """A case of one of ``kinds`` proposes a case of kind ``opens``, whose ``function`` acts. No ``site_kinds``: any.

    ``abroad``: also for cases of other municipalities, where an agreement lets them ask.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kinds = ArrayField(models.CharField(max_length=24, choices=KINDS))
    looks = models.CharField("när", max_length=12, choices=Looks, default=Looks.RESIDENTS)
    site_kinds = ArrayField(models.CharField(max_length=12, choices=SiteKind), default=list, blank=True)
    function = models.CharField("verksamhet", max_length=20, choices=functions.CHOICES)
    opens = models.CharField("ärendets slag", max_length=24, choices=KINDS)
    priority = models.SmallIntegerField("prioritet", choices=priorities.CHOICES)
    text = models.CharField("vad som ska göras", max_length=500)
    abroad = models.BooleanField("även för andra kommuners ärenden", default=False)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["priority", "created_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="crossing_rule_of_some_kind", condition=Q(kinds__len__gt=0)),
            models.CheckConstraint(name="crossing_rule_priority", condition=Q(priority__range=(1, 4))),
            models.CheckConstraint(
                name="crossing_always_at_home", condition=~Q(looks="always") | Q(abroad=False)
            ),
        ]

    def __str__(self) -> str:
        return functions.NAMES[self.function]


class ProposalLetter(models.Model):
    """What a rule found for a case: the words of a proposal (alarms.activation, same UUID), in the acting municipality.

    Of the case it holds nothing but its id: another municipality's case is told only when the proposal is started.
    """

    id = models.UUIDField(primary_key=True, help_text="Samma som förslagets")
    case_id = models.UUIDField(db_index=True)
    child_id = models.UUIDField(null=True, db_index=True, help_text="Ärendet som startades")
    text = models.CharField(max_length=500, help_text="Regelns ord när förslaget kom")
    residents = ArrayField(models.UUIDField(), default=list, blank=True)
    sites = ArrayField(models.UUIDField(), default=list, blank=True)
    found_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
