"""Duties, contacts, and the schedule: layers of people in turn, what replaces them, and shifts from a calendar.

Hours of layers are told by the clock on the wall in Stockholm; replacements and calendar shifts are exact moments.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from central import functions


class Duty(models.Model):
    """Something somebody is on call for: Fastighetsjour. ``needed``: when somebody must be, empty is always."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField("namn", max_length=60)
    function = models.CharField("verksamhet", max_length=20, choices=functions.CHOICES)
    needed = models.JSONField("behövs", default=list, blank=True, help_text="tenants.oncall.windows")
    safe_minutes = models.SmallIntegerField(
        "hör av sig inom", default=30, db_default=30, help_text="Minuter för den som är ensam ute; 0 är av"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person who can be called out. Removed contacts are kept, without being offered.

    ``link_digest`` finds the person by the address of their own page, and ``link_sealed`` is for sending it again.
    """

    name = models.CharField("namn", max_length=80)
    phone = models.CharField("telefon", max_length=20, help_text="E.164")
    sms = models.BooleanField("tar emot sms", default=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    link_digest = models.BinaryField(max_length=32, null=True, unique=True)
    link_sealed = models.TextField(default="", blank=True)
    link_sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Layer(models.Model):
    """People who have a duty in turn, ``turn_days`` each: the first from ``first_day`` at ``turns_at``.

    ``windows`` (tenants.oncall.windows) are the hours it holds; empty is always. From ``until`` on it is no more.
    """

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="layers")
    rank = models.SmallIntegerField("ordning", default=1)
    first_day = models.DateField("första dag")
    turns_at = models.TimeField("byter klockan")
    turn_days = models.PositiveSmallIntegerField("dagar i tur", default=7)
    windows = models.JSONField("tider", default=list, blank=True)
    until = models.DateField("slutar", null=True, blank=True)
    until_at = models.TimeField("slutar klockan", null=True, blank=True, help_text="Annars när den byter")

    class Meta:
        ordering: ClassVar[list[str]] = ["duty", "rank", "first_day", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="layer_rank", condition=Q(rank__range=(1, 9))),
            models.CheckConstraint(name="layer_turn", condition=Q(turn_days__range=(1, 366))),
            models.CheckConstraint(
                name="layer_ends_after_it_begins", condition=Q(until=None) | Q(until__gt=F("first_day"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.rank}"


class LayerMember(models.Model):
    """One place in the turn; somebody may have several."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="members")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="turns")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["layer", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["layer", "position"],
                name="layer_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.contact}"


class ReplacementState(models.TextChoices):
    ASKED = "asked", "Väntar på svar"
    VALID = "valid", "Gäller"
    DECLINED = "declined", "Nekat"
    WITHDRAWN = "withdrawn", "Återkallat"


class Replacement(models.Model):
    """``contact`` has the duty's rank from ``starts_at`` to ``ends_at``, ``instead_of`` whoever had it (None: nobody).

    It holds once both have said yes; the two of a ``swap`` hold together or not at all.
    """

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="replacements")
    rank = models.SmallIntegerField("ordning", default=1)
    starts_at = models.DateTimeField("från")
    ends_at = models.DateTimeField("till")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="takes")
    instead_of = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, related_name="gives")
    swap = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=ReplacementState, default=ReplacementState.ASKED)
    reason = models.CharField("skäl", max_length=200, blank=True, default="")
    asked_by_name = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    taker_said_at = models.DateTimeField(null=True)
    giver_said_at = models.DateTimeField(null=True)
    settled_by_name = models.CharField(max_length=80, blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="replacement_rank", condition=Q(rank__range=(1, 9))),
            models.CheckConstraint(
                name="replacement_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="replacement_by_somebody_else", condition=~Q(contact=F("instead_of"))
            ),
            models.CheckConstraint(
                name="replacement_holds_when_both_have_said_yes",
                condition=~Q(state="valid")
                | (Q(taker_said_at__isnull=False) & (Q(instead_of=None) | Q(giver_said_at__isnull=False))),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["duty", "ends_at"], name="replacement_valid", condition=Q(state="valid")),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.starts_at:%Y-%m-%d}"


class Calendar(models.Model):
    """A calendar of the municipality's own (iCalendar) that says who has a duty. ``url`` empty: it was a file."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="calendars")
    rank = models.SmallIntegerField("ordning", default=1)
    name = models.CharField("namn", max_length=80)
    url = models.CharField("adress", max_length=500, blank=True, default="")
    names = models.JSONField(default=dict, help_text="Namn i kalendern → kontaktens id")
    unknown = models.JSONField(default=list, help_text="Namn som ingen kontakt svarar mot")
    read_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="calendar_rank", condition=Q(rank__range=(1, 9))),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarShift(models.Model):
    """One shift as a calendar said when it was last read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="shifts")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="calendar_shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="calendar_shift_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["calendar", "ends_at"], name="calendar_shift_end"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d}"


class CalendarFile(models.Model):
    """What a calendar held, sealed: until ``expires_at`` for who brought it, or kept with its calendar (None).

    ``url`` empty: it was a file. ``calendar`` None: it is to become a new one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="+")
    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, null=True, related_name="files")
    by_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    rank = models.SmallIntegerField(default=1)
    url = models.CharField(max_length=500, blank=True, default="")
    content_sealed = models.TextField()
    brought_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["brought_at"]

    def __str__(self) -> str:
        return self.name
