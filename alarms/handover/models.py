"""Shift handovers (public schema): which lines there were, who has seen them and who has signed. No words.

What the lines say and what the leaders wrote stands in the centre's own schema under the same UUID
(tenants.contents.HandoverLetter).
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from central import functions


class Handover(models.Model):
    """One handover: opened by who leaves, walked line by line and signed by who comes, and signed by both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="När båda ska ha undertecknat")
    giver_signed_at = models.DateTimeField(null=True)
    taker_signed_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    moved = models.SmallIntegerField(default=0, help_text="Parkerade ärenden som bytte hand")

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(done_at=None, withdrawn_at=None),
                name="one_open_handover",
            ),
            models.CheckConstraint(name="handover_by_two", condition=Q(taker=None) | ~Q(taker=F("giver"))),
            models.CheckConstraint(
                name="handover_done_when_both_signed",
                condition=Q(done_at=None)
                | Q(giver_signed_at__isnull=False, taker_signed_at__isnull=False, taker__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def open(self) -> bool:
        """Whether it still waits for a signature."""
        return self.done_at is None and self.withdrawn_at is None


class Line(models.Model):
    """One line: which section, which function may read it, and who has seen it."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="lines")
    position = models.SmallIntegerField()
    section = models.SlugField(max_length=20)
    function = models.CharField(
        max_length=20, choices=functions.CHOICES, blank=True, default="", help_text="Tomt: alla läser den"
    )
    item_id = models.UUIDField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["handover", "position"], name="one_line_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.position}"
