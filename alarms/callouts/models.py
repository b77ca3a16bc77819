"""Call-outs (public schema): which duty was asked for which case, and how far it came. No names, no numbers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    QUEUED = "queued", "Köat"
    SENT = "sent", "Skickat"
    DELIVERED = "delivered", "Framme"
    ACCEPTED = "accepted", "Tar"
    DECLINED = "declined", "Kan inte"
    UNDELIVERED = "undelivered", "Ej levererat"
    UNCERTAIN = "uncertain", "Osäkert"
    NO_ANSWER = "no_answer", "Inget svar"


OPEN = (State.QUEUED, State.SENT, State.DELIVERED, State.UNCERTAIN)
"""Still waiting for the contact's word."""

ANSWERED = (State.ACCEPTED, State.DECLINED)


class Callout(models.Model):
    """One question to one contact about one case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    work_item = models.ForeignKey("workqueue.WorkItem", on_delete=models.PROTECT, related_name="callouts")
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+"
    )
    duty = models.CharField(max_length=40, help_text="Jourens kod i kommunen")
    duty_name = models.CharField(
        max_length=60, help_text="Jourens namn: Fastighetsjour. En funktion, ingen person"
    )
    contact_id = models.BigIntegerField(
        help_text="Kontakten i kommunens egna register; ingen främmande nyckel"
    )
    leg = models.OneToOneField("carriers.Leg", on_delete=models.PROTECT, related_name="+")
    rank = models.SmallIntegerField(default=1)
    step_position = models.SmallIntegerField(null=True, help_text="Steget i instruktionen som kallade ut")
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True, help_text="När svarstiden gick ut")
    error_code = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_item", "contact_id"],
                condition=Q(state__in=["queued", "sent", "delivered", "uncertain"]),
                name="one_open_callout_per_item_and_contact",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_due_at"],
                name="callout_unanswered",
                condition=Q(state__in=["queued", "sent", "delivered", "uncertain"]),
            ),
            models.Index(fields=["work_item", "-created_at"], name="callout_item"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.state}"
