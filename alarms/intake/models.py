"""Who may send, and what was received (public schema: ids, times and keyed hashes; content is with the owner)."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from central import functions, kinds, priorities


class Protocol(models.TextChoices):
    """How a source speaks to us."""

    HTTP = "http", "HTTP"
    DC09 = "dc09", "SIA DC-09"
    SCAIP = "scaip", "SCAIP"
    WEBHOOK = "webhook", "Webhook"

    @classmethod
    def called(cls) -> tuple[Protocol, ...]:
        """Those that the receivers' process listens for; the others are posted to the web process."""
        return (cls.DC09, cls.SCAIP)


class Source(models.Model):
    """Where alarms come in: a sender with a key of its own, or one of our receivers and those who call it.

    ``conventions`` is what the centre has agreed with who calls a receiver; each receiver says which words it knows.
    """

    name = models.CharField(max_length=80, unique=True)
    protocol = models.CharField(
        max_length=8, choices=Protocol, default=Protocol.HTTP, db_default=Protocol.HTTP
    )
    conventions = models.JSONField(default=dict, db_default={}, blank=True)
    key_digest = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 av nyckeln")
    key_sealed = models.TextField(
        blank=True, default="", db_default="", help_text="Nyckeln, krypterad, för den som signerar i stället"
    )
    active = models.BooleanField(default=True)
    exercise = models.BooleanField(default=False, help_text="Allt härifrån är övning")
    rate_per_minute = models.IntegerField(
        default=0, help_text="Högst så många signaler i minuten; 0 = ingen gräns"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protocol"],
                condition=models.Q(active=True, protocol__in=["dc09", "scaip"]),
                name="one_source_per_receiver",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Transmitter(models.Model):
    """An account of a source: whose it is, and the non-personal name of the place where it stands."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="transmitters")
    account_hash = models.CharField(max_length=64, help_text="HMAC av kontonumret")
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+"
    )
    function = models.CharField(max_length=20, choices=functions.CHOICES, blank=True)
    site = models.CharField(max_length=80, blank=True, help_text="Tomt för ett hem")
    area = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)
    key_sealed = models.TextField(blank=True, help_text="Sändarens AES-nyckel, krypterad")
    interval_seconds = models.IntegerField(null=True, help_text="Hörs den inte på så länge är det ett fel")
    test_hours = models.IntegerField(null=True, help_text="Provar den inte så ofta är det ett fel")
    synthetic = models.BooleanField(
        default=False, db_default=False, help_text="Vår egen kontroll av larmvägen: loggas, larmar aldrig"
    )
    service_until = models.DateTimeField(null=True, help_text="Under service: loggas till dess, larmar inte")
    service_by_id = models.BigIntegerField(null=True)
    service_ended_at = models.DateTimeField(
        null=True, help_text="När återgången är gjord; tomt så länge den återstår"
    )
    changed_at = models.DateTimeField(auto_now=True, db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "account_hash"], name="one_transmitter_per_account")
        ]
        indexes = [
            models.Index(
                fields=["service_until"],
                name="transmitter_service",
                condition=models.Q(service_until__isnull=False, service_ended_at=None),
            )
        ]


class TransmitterState(models.Model):
    """What a transmitter last said of itself, and the open cases of its silence and its faults."""

    transmitter = models.OneToOneField(
        Transmitter, on_delete=models.CASCADE, primary_key=True, related_name="state", db_constraint=False
    )
    heard_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)
    silent_item_id = models.UUIDField(null=True)
    troubles = ArrayField(models.CharField(max_length=12), default=list, db_default=[])
    trouble_item_id = models.UUIDField(null=True)
    tested_at = models.DateTimeField(null=True)
    untested_item_id = models.UUIDField(null=True)


class Meaning(models.TextChoices):
    """What a signal wants. Only an alarm and a trouble open a case."""

    ALARM = "alarm", "Larm"
    RESTORE = "restore", "Återställt"
    TROUBLE = "trouble", "Fel på sändaren"
    TEST = "test", "Prov"
    REPORT = "report", "Rapport"


class Signal(models.Model):
    """One received signal, stored before it is acknowledged. Without ``item_id`` it is still to be opened, unless it is
    ``logged``: then it opens none.

    Its source has just let it in: it is not looked up again for each row at COMMIT.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    key_digest = models.BinaryField(max_length=32, help_text="SHA-256 av Idempotency-Key")
    body_digest = models.BinaryField(max_length=32)
    municipality_id = models.BigIntegerField(help_text="Vems innehållet är; centralen tills det är känt")
    account_hash = models.CharField(max_length=64)
    transmitter_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=24, choices=kinds.CHOICES)
    meaning = models.CharField(max_length=8, choices=Meaning, default=Meaning.ALARM, db_default=Meaning.ALARM)
    logged = models.BooleanField(default=False, db_default=False)
    priority = models.SmallIntegerField(choices=priorities.CHOICES)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    item_id = models.UUIDField(null=True)
    retry_at = models.DateTimeField(null=True, help_text="När läkningen prövar igen, om den har misslyckats")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key_digest"], name="one_signal_per_key")]
        indexes = [
            models.Index(
                fields=["received_at"], name="signal_unopened", condition=models.Q(item_id=None, logged=False)
            ),
            models.Index(fields=["item_id"], name="signal_item"),
            # what a transmitter has told without a case of its own; its alarms are found by their cases, at no cost
            models.Index(
                fields=["transmitter_id", "-received_at"],
                name="signal_told",
                condition=models.Q(logged=True) | ~models.Q(meaning="alarm"),
            ),
        ]


class UnknownAccount(models.Model):
    """An account nobody has registered: one open item per account, with a counter."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    account_hash = models.CharField(max_length=64)
    item_id = models.UUIDField()
    count = models.IntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "account_hash"], name="one_row_per_unknown_account")
        ]


class Rejection(models.Model):
    """How many requests were refused, per minute, source and reason; no content."""

    minute = models.DateTimeField()
    source_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=24)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["minute", "source_id", "reason"], name="one_rejection_row", nulls_distinct=False
            )
        ]
