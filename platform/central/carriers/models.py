"""Messages and calls on their way (public schema): ids, states, times and keyed hashes, never numbers or texts.

The number, the text and the contact's name stand under the leg's own UUID in the schema of the
municipality that sends or receives, behind the `letters` port.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from central.carriers.call_models import Ending, Turn

__all__ = [
    "FINAL",
    "Attempt",
    "Callback",
    "Channel",
    "Direction",
    "Ending",
    "Leg",
    "LegQuerySet",
    "Result",
    "State",
    "Turn",
]


class Channel(models.TextChoices):
    SMS = "sms", "Sms"
    VOICE = "voice", "Samtal"


class Direction(models.TextChoices):
    OUT = "out", "Ut"
    IN = "in", "In"


class State(models.TextChoices):
    QUEUED = "queued", "Köat"
    SENDING = "sending", "Skickas"
    UNCERTAIN = "uncertain", "Osäkert"
    SENT = "sent", "Skickat"
    DELIVERED = "delivered", "Framme"
    UNDELIVERED = "undelivered", "Ej levererat"
    FAILED = "failed", "Ej levererat"
    CANCELLED = "cancelled", "Inställt"
    RECEIVED = "received", "Mottaget"


FINAL = (State.DELIVERED, State.UNDELIVERED, State.FAILED, State.CANCELLED, State.RECEIVED)
"""Where an SMS stays. A call that was picked up (delivered) goes on until `ended_at`."""


class Result(models.TextChoices):
    """How a call ended, in the carrier's own word."""

    COMPLETED = "completed", "Avslutat"
    BUSY = "busy", "Upptaget"
    NO_ANSWER = "no-answer", "Inget svar"
    FAILED = "failed", "Kom inte fram"
    CANCELED = "canceled", "Återtaget"


class LegQuerySet(models.QuerySet["Leg"]):
    """Legs by what is to be done with them; `now` is aware UTC."""

    def due(self, now: datetime) -> LegQuerySet:
        """Queued and allowed to go, the longest waiting first."""
        return self.filter(state=State.QUEUED, next_attempt_at__lte=now).order_by("next_attempt_at", "id")

    def worth_sending(self, now: datetime) -> LegQuerySet:
        """Not yet too old to be of use."""
        return self.exclude(expires_at__lte=now)

    def abandoned(self, now: datetime) -> LegQuerySet:
        """Claimed by a worker whose lease ran out."""
        return self.filter(state=State.SENDING, lease_until__lte=now).order_by("lease_until")

    def doubtful(self, now: datetime) -> LegQuerySet:
        """Uncertain and due for another look at the carrier."""
        return self.filter(state=State.UNCERTAIN, next_attempt_at__lte=now).order_by("next_attempt_at")

    def silent_since(self, moment: datetime) -> LegQuerySet:
        """Handed over during the last day, and the carrier has told nothing since `moment`."""
        recent = self.filter(created_at__gt=moment - timedelta(days=1), channel=Channel.SMS)
        return recent.filter(state=State.SENT, changed_at__lte=moment, checked_at__lte=moment)

    def calls_silent_since(self, moment: datetime) -> LegQuerySet:
        """Calls that ring or are talked in, of which nothing has been told since `moment`."""
        recent = self.filter(created_at__gt=moment - timedelta(days=1), channel=Channel.VOICE)
        under_way = recent.filter(state__in=[State.SENT, State.DELIVERED], ended_at=None, sid__isnull=False)
        return under_way.filter(changed_at__lte=moment, checked_at__lte=moment)


class Leg(models.Model):
    """One message or call, out or in. What is due is found by state and time: the row is the queue."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+"
    )
    subject_id = models.UUIDField(null=True, help_text="Det ärende eller den sak som försändelsen hör till")
    purpose = models.CharField(max_length=24, help_text="callout, safepoint …: vem som ska höra av ändringar")
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.SMS)
    direction = models.CharField(max_length=3, choices=Direction)
    state = models.CharField(max_length=12, choices=State)
    number_hash = models.CharField(max_length=64, help_text="Nyckelberoende fingeravtryck, aldrig numret")
    sid = models.CharField(max_length=64, null=True, unique=True, help_text="Operatörens id")
    attempts = models.SmallIntegerField(default=0)
    lookups = models.SmallIntegerField(default=0, help_text="Gånger vi frågat operatören utan att hitta den")
    error_code = models.CharField(max_length=32, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="Därefter är den inte värd att skicka")
    next_attempt_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True, help_text="Samtal: när någon eller något svarade")
    result = models.CharField(
        max_length=10, choices=Result, blank=True, default="", help_text="Samtal: hur det slutade"
    )
    ring_seconds = models.SmallIntegerField(null=True, help_text="Samtal: så länge får det ringa")
    ended_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(help_text="Senaste ändring av läget")
    checked_at = models.DateTimeField(help_text="När vi senast frågade operatören")
    handled_at = models.DateTimeField(null=True, help_text="Inkommande: när den kom fram till sitt ärende")

    objects = LegQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="leg_sending_has_a_lease", condition=~Q(state="sending") | Q(lease_until__isnull=False)
            ),
            models.CheckConstraint(
                name="leg_waiting_has_a_time",
                condition=~Q(state__in=["queued", "uncertain"]) | Q(next_attempt_at__isnull=False),
            ),
            models.CheckConstraint(
                name="leg_out_call_rings_a_while",
                condition=~Q(channel="voice", direction="out") | Q(ring_seconds__isnull=False),
            ),
            models.CheckConstraint(
                name="leg_result_when_ended", condition=Q(result="") | Q(ended_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="leg_due", condition=Q(state__in=["queued", "uncertain"])
            ),
            models.Index(fields=["lease_until"], name="leg_leased", condition=Q(state="sending")),
            models.Index(fields=["changed_at"], name="leg_sent", condition=Q(state="sent")),
            models.Index(
                fields=["changed_at"],
                name="leg_talking",
                condition=Q(channel="voice", state="delivered", ended_at=None),
            ),
            models.Index(
                fields=["created_at"], name="leg_unhandled", condition=Q(direction="in", handled_at=None)
            ),
            models.Index(fields=["number_hash", "-created_at"], name="leg_number"),
            models.Index(fields=["subject_id"], name="leg_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.state} {self.id}"

    @property
    def final(self) -> bool:
        """Nothing that the carrier tells can change it any more."""
        talking = self.channel == Channel.VOICE and self.state == State.DELIVERED and self.ended_at is None
        return self.state in FINAL and not talking

    @property
    def answered_at(self) -> datetime | None:
        """When somebody or something picked up; a voicemail does that too."""
        return self.delivered_at if self.channel == Channel.VOICE else None


class Attempt(models.Model):
    """One try to hand a leg over, written before the carrier is called.

    No `called_at`: the carrier was surely not called. `called_at` and no `ended_at`: nobody knows.
    """

    leg = models.ForeignKey(Leg, on_delete=models.CASCADE, related_name="tries")
    number = models.SmallIntegerField()
    claimed_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=12, blank=True, default="", help_text="sent, refused, unknown, released"
    )
    error_code = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leg", "number"], name="attempt_number_once")]


class Callback(models.Model):
    """One thing a carrier told, kept even when we do not know the message (yet)."""

    sid = models.CharField(max_length=64)
    status = models.CharField(max_length=24)
    leg_id = models.UUIDField(null=True)
    error_code = models.CharField(max_length=32, blank=True, default="")
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, blank=True, default="", help_text="moved, old, unknown")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sid", "status"], name="callback_once")]
        indexes = [
            models.Index(fields=["received_at"], name="callback_waiting", condition=Q(applied_at=None))
        ]
