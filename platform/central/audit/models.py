"""Audit entries (public schema): ids, times, verbs and digests, never names or contents."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class AuditEntry(models.Model):
    """One act. Inserted unchained in the actor's transaction, sealed in order by the clock.

    `sequence`, `previous_hash` and `hash` are null until sealed. Database triggers let a row be
    changed exactly once, by sealing, and let no row be removed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sequence = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)  # "case.claimed"
    actor_id = models.BigIntegerField(null=True)  # null: the system itself
    municipality_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=80, blank=True, default="")  # an id, never a name
    digest = models.CharField(max_length=64)  # sha256(salt, details), hex
    previous_hash = models.CharField(max_length=64, null=True)
    hash = models.CharField(max_length=64, null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at", "id"], condition=Q(sequence__isnull=True), name="audit_unsealed"),
            models.Index(fields=["municipality_id", "-at"], name="audit_by_municipality"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.id}"


class ChainHead(models.Model):
    """The last sealed link, signed: without it a removed tail would not show. At most one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    signature = models.CharField(max_length=64)  # keyed by SECRET_KEY, hex

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="audit_one_chain_head", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"
