"""An agreement between two municipalities, one way (public schema: codes, ids and times)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from central import functions
from central.ids import new_id
from central.kinds import CHOICES as KINDS


class Shared(models.TextChoices):
    """What of a case may be told besides its kind, its time, its address and whose it is. Who it is about never is."""

    SITE = "site", "Objektets namn"
    ACCESS = "access", "Hur man kommer in"
    STORY = "story", "Vad som har berättats"
    CALL_BACK = "call_back", "Numret att ringa upp"


class Agreement(models.Model):
    """The giver's cases of these kinds may be told the taker, and the taker's registers may be asked about their place.

    Proposed by one side and confirmed by the other. What it says is never changed: another is made, and this one ended.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    giver = models.ForeignKey("municipalities.Municipality", on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey("municipalities.Municipality", on_delete=models.PROTECT, related_name="+")
    kinds = ArrayField(models.CharField(max_length=24, choices=KINDS))
    functions = ArrayField(models.CharField(max_length=20, choices=functions.CHOICES))
    shares = ArrayField(models.CharField(max_length=12, choices=Shared), default=list, blank=True)
    valid_from = models.DateField("gäller från och med")
    valid_until = models.DateField("till och med", null=True, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.BigIntegerField()
    proposed_by_giver = models.BooleanField(help_text="Vilken sida som föreslog; den andra bekräftar")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="Uppsagt, eller avböjt innan det bekräftades")
    ended_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-proposed_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="agreement_between_two", condition=~Q(giver=F("taker"))),
            models.CheckConstraint(
                name="agreement_days", condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="agreement_of_something", condition=Q(kinds__len__gt=0) & Q(functions__len__gt=0)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["giver"],
                name="agreement_of_giver",
                condition=Q(ended_at=None, confirmed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RuledKind(models.Model):
    """That a municipality has a rule for cases of a kind (tenants.crossing): what else has happened is not looked up.

    ``abroad``: one of them also counts for other municipalities' cases. Written with the rules, by `services`.
    """

    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=24, choices=KINDS)
    abroad = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["municipality", "kind"], name="one_ruled_kind_each")
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.kind}"
