"""Safe points, who staffs them, and every opening and closing."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """What the public is told of a point."""

    CLOSED = "closed", "Stängd"
    PREPARING = "preparing", "Förbereds"
    OPEN = "open", "Öppen"


class Offer(models.TextChoices):
    """What a point can give (MSB's list of needs)."""

    WARMTH = "warmth", "Värme"
    POWER = "power", "El och laddning"
    WATER = "water", "Vatten"
    FOOD = "food", "Mat"
    REST = "rest", "Vila"
    NIGHT = "night", "Plats att övernatta"
    INFORMATION = "information", "Information"
    SUPPORT = "support", "Krisstöd"


class SafePoint(models.Model):
    """One prepared place. Its state changes only by `services`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("namn", max_length=80, unique=True)
    address = models.CharField("adress", max_length=120)
    x = models.FloatField("östlig (SWEREF 99 TM, m)", null=True, blank=True)
    y = models.FloatField("nordlig (SWEREF 99 TM, m)", null=True, blank=True)
    lat = models.FloatField("latitud", null=True, blank=True)
    lon = models.FloatField("longitud", null=True, blank=True)
    offers = ArrayField(models.CharField(max_length=16, choices=Offer), default=list, blank=True)
    capacity = models.PositiveIntegerField("platser", null=True, blank=True)
    public_text = models.CharField("text till allmänheten", max_length=500, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.CLOSED)
    opened_at = models.DateTimeField(null=True, blank=True)
    case_id = models.UUIDField(null=True, blank=True)
    last_change_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="safepoints_state_known", condition=Q(state__in=[state.value for state in State])
            ),
            models.CheckConstraint(
                name="safepoints_live_has_a_time",
                condition=Q(state=State.CLOSED) | Q(last_change_at__isnull=False),
            ),
            models.CheckConstraint(
                name="safepoints_removed_is_closed",
                condition=Q(removed_at__isnull=True) | Q(state=State.CLOSED),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffContact(models.Model):
    """Somebody who staffs a point and gets the SMS when it is activated."""

    point = models.ForeignKey(SafePoint, on_delete=models.CASCADE, related_name="staff")
    name = models.CharField("namn", max_length=80)
    phone = models.CharField("telefon", max_length=20)  # E.164

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["point", "phone"], name="safepoints_staff_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Activation(models.Model):
    """One time a point was put into use, from preparing until closed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    point = models.ForeignKey(SafePoint, on_delete=models.PROTECT, related_name="activations")
    case_id = models.UUIDField(null=True, blank=True)
    by_id = models.BigIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=120)
    public_text = models.CharField(max_length=500, blank=True, default="")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["point"],
                condition=Q(ended_at__isnull=True),
                name="safepoints_one_activation_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Answer(models.TextChoices):
    """What a staff member answered."""

    NONE = "", "Inget svar"
    COMING = "coming", "Kommer"
    CANNOT = "cannot", "Kan inte"


class StaffCall(models.Model):
    """One person asked to staff an activated point, and the answer. Its id is the SMS's subject."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    activation = models.ForeignKey(Activation, on_delete=models.CASCADE, related_name="calls")
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=20)  # E.164
    leg_id = models.UUIDField(null=True, blank=True)
    answer = models.CharField(max_length=8, choices=Answer, blank=True, default=Answer.NONE)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at", "name"]

    def __str__(self) -> str:
        return str(self.id)


class PointLog(models.Model):
    """One change of a point's state, kept."""

    point = models.ForeignKey(SafePoint, on_delete=models.PROTECT, related_name="log")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State)
    by_id = models.BigIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=120)
    case_id = models.UUIDField(null=True, blank=True)
    public_text = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.point_id} {self.state}"
