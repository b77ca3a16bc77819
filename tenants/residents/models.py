"""Residents with a safety alarm, their transmitters, and who was shown what is protected.

Codes and the key's number are encrypted where they stand, whoever the resident is.
"""

from __future__ import annotations

from typing import ClassVar, TypedDict

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Func, Value, When
from django.db.models.functions import Concat

from central.ids import new_id


class Risk(models.TextChoices):
    """What whoever goes there must know, the gravest for them first."""

    VIOLENCE = "violence", "Hot eller våld"
    OXYGEN = "oxygen", "Syrgas hemma"
    INFECTION = "infection", "Smitta"
    DOG = "dog", "Hund"
    FALLS = "falls", "Faller ofta"
    SEIZURES = "seizures", "Kramper"
    DIABETES = "diabetes", "Diabetes"
    DEMENTIA = "dementia", "Minnessvårigheter"
    SMOKING = "smoking", "Röker inne"
    OTHER = "other", "Annat"


class NextOfKin(TypedDict):
    """Somebody close, called in order; ``phone`` is E.164, "" where there is none."""

    name: str
    relation: str
    phone: str


def _key(expression: F | Case | Concat) -> Func:
    return Func(expression, function="public.swedish_key", output_field=models.TextField())


class Resident(models.Model):
    """One person. Read through `queries.shown`, which masks who is protected; written only by `services`.

    ``sort_key`` and ``search_key`` hold nothing but the customer number of a protected person: a search that finds
    somebody by name has told where she lives.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField("kundnummer", max_length=40, unique=True)
    name = models.CharField("namn", max_length=80)
    address = models.CharField("adress", max_length=120)
    floor = models.CharField("lägenhet och våning", max_length=60, blank=True, default="")
    phone = models.CharField("telefon", max_length=20, blank=True, default="")  # E.164
    team = models.CharField("hemtjänstgrupp", max_length=80, blank=True, default="")
    door_code_sealed = models.TextField("portkod, krypterad", blank=True, default="")
    key_box = models.CharField("nyckelgömma", max_length=120, blank=True, default="")
    key_box_code_sealed = models.TextField("nyckelgömmans kod, krypterad", blank=True, default="")
    key_number_sealed = models.TextField("nyckelnummer, krypterat", blank=True, default="")
    risks = ArrayField(models.CharField(max_length=12, choices=Risk), default=list, blank=True)
    risk_text = models.CharField("mer om riskerna", max_length=500, blank=True, default="")
    next_of_kin = models.JSONField("anhöriga i ordning", default=list, blank=True)
    language = models.CharField("språk", max_length=60, blank=True, default="")
    hearing = models.CharField("hörsel och tal", max_length=120, blank=True, default="")
    voice_note = models.CharField("om talförbindelsen", max_length=200, blank=True, default="")
    protected_identity = models.BooleanField("skyddade personuppgifter", default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sort_key = models.GeneratedField(
        expression=_key(
            Case(
                When(
                    protected_identity=True,
                    then=Concat(Value("~ "), F("number"), output_field=models.TextField()),
                ),
                default=F("name"),
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_key = models.GeneratedField(
        expression=_key(
            Case(
                When(protected_identity=True, then=F("number")),
                default=Concat(
                    F("name"), Value(" "), F("number"), Value(" "), F("address"), Value(" "), F("team"),
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )  # fmt: skip

    class Meta:
        ordering: ClassVar[list[str]] = ["sort_key", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_key", "id"], name="residents_in_order"),
            models.Index(
                fields=["ended_at"], name="residents_ended", condition=models.Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ResidentTransmitter(models.Model):
    """A transmitter that a resident carries or has at home. Its id leads into the shared schema."""

    transmitter_id = models.BigIntegerField(unique=True)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="transmitters")
    linked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.transmitter_id)


class Unmasking(models.Model):
    """One person was let see who a protected resident is, for a while. The reason stands in the audit."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="unmaskings")
    by_id = models.BigIntegerField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["by_id", "until"], name="residents_unmasked_now")
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.by_id}"
